using System.Runtime.CompilerServices;
using System.Text;

namespace ExitProf.Traces;

/// <summary>
/// A text file or a pipe: events of ftrace, trace-cmd and perf, tables of other tools, and whatever people wrote between them.
/// </summary>
internal static class EventTextFile
{
    /// <summary>Longer lines are none of a trace's.</summary>
    private const int MaxLineBytes = 1 << 16;

    internal static ImportReading Read(ImportStream source, ITraceSink sink)
    {
        if (FirstBytes.Utf16Of(source.Peek(FirstBytes.Wanted)) is not { } wide) return ReadUtf8(source, sink);
        using var narrow = Encoding.CreateTranscodingStream(new PeekedStream(source), wide, Encoding.UTF8);
        return ReadUtf8(new ImportStream(narrow, progress: null), sink) with { Bytes = source.Position };
    }

    private static ImportReading ReadUtf8(ImportStream source, ITraceSink sink)
    {
        EventTextReader? reader = null;
        reader = new EventTextReader(sink, backend => Header(backend, reader!.Clock));
        var mark = source.Peek(3);
        if (mark.SequenceEqual((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf])) source.Skip(3);
        // Tables come to the sink as they are read, which may be before the first exit: their figures wait for the header.
        var waiting = new MetricsAfterHeader(sink);
        var tableFindings = new ImportFindings(default);
        var tables = new TableReader(waiting, tableFindings);
        ReadLines(source, reader, tables);
        reader.Complete();
        tables.Complete();
        waiting.Complete();

        var findings = new ImportFindings(reader.Clock);
        ExitDemultiplexer exits = reader.Exits;
        if (exits.Counts.Exits == 0 && tables.Metrics == 0) findings.AddNoExits(reader.Counts.Events, byNotes: false);
        findings.AddPairing(exits.Counts, reader.Grain);
        findings.AddText(reader.Counts);
        findings.AddClasses(exits.FoldedSubkeys, exits.FoldedSignatures);
        if (reader.Counts.Events > 0) findings.AddClock();
        findings.AddAll(tableFindings.All);
        foreach (Finding finding in findings.All) sink.Finding(finding);
        TraceTotals totals = exits.Totals(findings.All.Count, interrupted: false);
        sink.End(totals);
        return new ImportReading(ImportFormat.Text, source.Position, reader.Counts.Events + tables.Metrics, totals.Exits,
            [.. findings.All]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadLines(ImportStream source, EventTextReader reader, TableReader tables)
    {
        bool more = false, tooLong = false;
        var cleaner = new LineCleaner();
        while (true)
        {
            var window = source.Window(more);
            if (window.IsEmpty) return;
            int at = 0;
            bool plain = LineCleaner.IsClean(window);
            for (int end; (end = window[at..].IndexOf((byte)'\n')) >= 0; at += end + 1)
            {
                if (tooLong) tooLong = false;
                else if (end > MaxLineBytes) reader.Counts.LongLines++;
                else AddLine(plain ? window.Slice(at, end) : cleaner.Clean(window.Slice(at, end)), reader, tables);
            }
            more = true;
            source.Skip(at);
            int left = window.Length - at;
            if (left > MaxLineBytes)
            {
                // The rest of the line is dropped as it comes.
                if (!tooLong) reader.Counts.LongLines++;
                tooLong = true;
                source.Skip(left);
                continue;
            }
            if (at > 0 || source.Window(more: true).Length > left) continue;
            // The last line has no end.
            if (left > 0 && !tooLong) AddLine(cleaner.Clean(source.Peek(left)), reader, tables);
            source.Skip(left);
            return;
        }
    }

    private static void AddLine(ReadOnlySpan<byte> line, EventTextReader reader, TableReader tables)
    {
        if (reader.Add(line) || tables.Add(line) || ByteText.Trim(line).IsEmpty) return;
        reader.Counts.ForeignLines++;
    }

    private static TraceHeader Header(Backend backend, TraceClock clock) => new(
        TraceImport.Scenario, TraceSource.Import("event-text"), backend, "", Native: true, "kvm", EventGroups.Kvm, clock, ProbeFloor: 0,
            Seed: 0,
        DateTime.UnixEpoch, [new Configuration(Configuration.Default, [])], [new Fact("format", "event text")]);
}
