namespace ExitProf.Traces;

/// <summary>A trace.dat of trace-cmd, version 6 or 7: ring-buffer pages of each CPU, with the formats of their events.</summary>
internal static class TraceDatFile
{
    /// <summary>Nanoseconds: the clocks of the kernel that are neither ticks of the TSC nor counters.</summary>
    private static readonly string[] Nanoseconds = ["", "local", "global", "uptime", "perf", "mono", "mono_raw", "boot", "tai", "tsc2nsec"];

    /// <param name="seekable">The file; null if it is a pipe.</param>
    internal static ImportReading Read(Stream? seekable, string name, ITraceSink sink, IProgress<long>? progress)
    {
        if (seekable is null) throw new TraceFormatException(
            $"{name} is a trace.dat, whose parts point at each other: give its name instead of "
            + "a pipe.");
        var file = new FileSections(seekable, progress);
        TraceDatContents contents = TraceDatContents.Read(file, name);
        using Decompressor? unpacker = contents.Unpacker;
        if (contents.Text is { } text && contents.Buffers.All(b => b.Places.IsEmpty))
            return ReadText(seekable, text, contents, sink, progress);
        TraceClock clock = Clock(contents);
        var findings = new ImportFindings(clock);
        AddContents(contents, findings);
        (KernelRecords records, TraceDatReader reader) = ReadOnce(byNotes: false);
        // Only what was read says that RCU notes are the borders: then it is read once more.
        if (records.LooksLikePvm) (records, reader) = ReadOnce(byNotes: true);
        records.Exits.Complete();
        AddReading(reader, contents, findings);
        return ImportEnd.Write(ImportFormat.TraceDat, records, reader.Records, findings, sink, seekable.Length);

        (KernelRecords, TraceDatReader) ReadOnce(bool byNotes)
        {
            var names = Names(contents);
            var once = new KernelRecords(sink, backend => Header(backend, contents, clock), names, byNotes, canRestart: true);
            once.SetFormats(contents.Formats);
            var read = new TraceDatReader(file, contents, once);
            foreach (TraceDatBuffer buffer in contents.Buffers)
            {
                // Another buffer is another recording of the same time: its exits may be the same ones.
                once.Exits.NewRecording();
                if (!buffer.IsPacked || contents.Unpacker is not null) read.Read(buffer);
            }
            return (once, read);
        }
    }

    /// <summary>The names that trace-cmd saved; a vCPU's thread has its guest's before it.</summary>
    private static Dictionary<int, string> Names(TraceDatContents contents)
    {
        var names = new Dictionary<int, string>(contents.Formats.Names);
        foreach ((int thread, (string guest, int vcpu)) in contents.Options.Guests) names[thread] = $"{guest} vCPU {vcpu}";
        return names;
    }

    private static TraceClock Clock(TraceDatContents contents)
    {
        string name = contents.Buffers.FirstOrDefault(b => b.Clock.Length > 0)?.Clock ?? contents.Options.Clock;
        if (Nanoseconds.Contains(name)) return TraceClock.OfText(nanoseconds: true);
        return new TraceClock(name == "x86-tsc" ? contents.Options.TscHertz : 0, 1);
    }

    /// <summary>A latency tracer's file has text instead of pages.</summary>
    private static ImportReading ReadText(Stream file, (ulong Offset, ulong Size, bool IsPacked) text, TraceDatContents contents,
        ITraceSink sink, IProgress<long>? progress)
    {
        if (!text.IsPacked)
        {
            file.Position = (long)Math.Min(text.Offset, (ulong)file.Length);
            return EventTextFile.Read(new ImportStream(file, progress), sink);
        }
        var place = new TraceDatPlace(0, text.Offset, Math.Min(text.Size, (ulong)file.Length - Math.Min(text.Offset, (ulong)file.Length)));
        var pages = new TraceDatPages(new FileSections(file, progress), place, Decompressor.MaxBytes, contents.Unpacker,
            contents.Formats.IsBigEndian);
        using var whole = new MemoryStream();
        for (var piece = pages.Next(); !piece.IsEmpty && whole.Length < Decompressor.MaxBytes; piece = pages.Next()) whole.Write(piece);
        whole.Position = 0;
        return EventTextFile.Read(new ImportStream(whole, null), sink);
    }

    private static void AddContents(TraceDatContents contents, ImportFindings findings)
    {
        if (contents.IsCut) findings.Add(FindingKind.FileCut, 1, "The file ends before what its head says it has.");
        findings.AddAgreed(FindingKind.FormatsDamaged, contents.Formats.Damaged,
            $"{contents.Formats.Damaged:N0} event [formats could not be read; their|format could not be read; its] events are left out.");
        findings.AddAgreed(FindingKind.RecordsDamaged, contents.Damaged, $"{contents.Damaged:N0} [parts|part] of the file's head could not be "
            + "read.");
        findings.AddAgreed(FindingKind.EventsOverwritten, contents.Options.Overwritten,
            $"{contents.Options.Overwritten:N0} [events were|event was] overwritten or dropped by the ring buffer, as its own statistics "
                + "say.");
        if (contents.Options.Shift is not null) findings.Add(FindingKind.ClockShifted, 1,
            "The file is a guest's that was recorded together "
            + "with its host: its stamps were turned into the host's clock.");
        int packed = contents.Unpacker is null ? contents.Buffers.Count(b => b.IsPacked) : 0;
        findings.Add(FindingKind.RecordsCompressed, packed,
            $"The events are compressed with {contents.Packing}, which is not read: convert the "
            + "file with trace-cmd convert --compression none.");
    }

    private static void AddReading(TraceDatReader reader, TraceDatContents contents, ImportFindings findings)
    {
        long damaged = reader.DamagedPages + reader.DamagedChunks;
        findings.AddAgreed(FindingKind.RecordsDamaged, damaged, $"{damaged:N0} [pages or chunks of the ring buffer are damaged; what follows the "
            + "damage in each|page or chunk of the ring buffer is damaged; what follows the damage in it] is left out.");
        findings.AddAgreed(FindingKind.RecordsDamaged, reader.CpusLeftOut,
            $"{reader.CpusLeftOut:N0} of the CPUs that the file names [were|was] left out: a "
            + "machine with so many pages at once is none.");
        int instances = contents.Buffers.Count(b => !b.Places.IsEmpty);
        if (instances > 1) findings.Add(FindingKind.SeveralRecordings, instances,
            $"The file has {instances:N0} ring buffers with events; no exit "
            + "is paired across them.");
        if (contents.Formats.Formats.Count == 0 && reader.Records > 0) findings.AddAgreed(FindingKind.NoFormats, reader.Records,
            $"{reader.Records:N0} [events|event] cannot be read, because the file has no event formats.");
    }

    private static TraceHeader Header(Backend backend, TraceDatContents contents, TraceClock clock)
    {
        List<Fact> host = [new("format", "trace.dat")];
        if (contents.Options.Kernel.Length > 0) host.Add(new Fact("kernel", contents.Options.Kernel));
        if (contents.Options.Clock.Length > 0) host.Add(new Fact("trace clock", contents.Options.Clock));
        return new TraceHeader(TraceImport.Scenario, TraceSource.Import("trace.dat"), backend, "", Native: true, "kvm", EventGroups.Kvm, clock,
            ProbeFloor: 0, Seed: 0, DateTime.UnixEpoch, [new Configuration(Configuration.Default, [])], [.. host]);
    }
}
