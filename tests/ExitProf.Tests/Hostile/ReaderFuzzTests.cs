using System.Buffers.Binary;
using System.Diagnostics;
using ExitProf.Analysis;
using ExitProf.Tests.Nettrace;
using ExitProf.Traces;

namespace ExitProf.Tests.Hostile;

/// <summary>
/// Readers and analyses on events of both versions that are damaged under right checksums: a few thousand here, as many as there is time
/// for by tests/fuzz.sh.
/// </summary>
public sealed class ReaderFuzzTests
{
    private const int Usual = 600;

    /// <summary>What reading a file of some kilobytes may allocate, its analyses included.</summary>
    private const long MostBytes = 64 << 20;

    [Theory]
    [InlineData(BatchCoding.Rows)]
    [InlineData(BatchCoding.Columns)]
    public void Events_that_lie_under_a_right_checksum_cost_a_finding_or_a_sentence(BatchCoding coding)
    {
        int seconds = Asked("EXITPROF_FUZZ_SECONDS", 0), seed = Asked("EXITPROF_FUZZ_SEED", 1);
        SampleTrace[] corpus = [.. Enumerable.Range(0, 12).Select(SampleTrace.Random), SampleTrace.Ordinary(4, 12)];
        List<(EventId Id, byte[] Payload)>[] events = [.. corpus.Select(t => Events(File(coding, t)))];
        int files = 0, refused = 0, found = 0;
        long slowest = 0, most = 0;
        var clock = Stopwatch.StartNew();
        while (seconds > 0 ? clock.Elapsed.TotalSeconds < seconds : files < Usual)
        {
            byte[] file = Mutated(new Random(seed), events, coding);
            long before = clock.ElapsedMilliseconds, allocated = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                if (Read(file) > 0) found++;
            }
            catch (TraceFormatException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            Assert.True(allocated <= MostBytes, $"seed {seed}: {file.Length:N0} bytes made {allocated:N0} bytes");
            (slowest, most) = (Math.Max(slowest, clock.ElapsedMilliseconds - before), Math.Max(most, allocated));
            seed++;
            files++;
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{files:N0} files of format {(int)coding} from a corpus of {corpus.Length} in {clock.Elapsed.TotalSeconds:f0} s: {found:N0} read with findings, {refused:N0} refused, slowest {slowest} ms, at most {most:N0} bytes allocated");
        Assert.InRange(found, files / 10, files);
    }

    /// <returns>How many findings there are.</returns>
    private static int Read(byte[] file)
    {
        var analysis = new TraceAnalysis();
        var rest = new TeeSink(new QuadAnalysis(), new TeeSink(new TimelineAnalysis(), new RecordedTrace()));
        TraceReading reading = TraceReader.Read(new MemoryStream(file), "damaged", new TeeSink(analysis, rest));
        analysis.Summarise("damaged", reading.Bytes, []);
        return reading.Findings.Length;
    }

    private static byte[] Mutated(Random random, List<(EventId Id, byte[] Payload)>[] events, BatchCoding coding)
    {
        List<(EventId Id, byte[] Payload)> whole = events[random.Next(events.Length)];
        var stream = new MemoryStream();
        var blocks = new NettraceWriter(stream);
        blocks.Preamble(DateTime.UnixEpoch, 2_600_000_000, (int)coding);
        int oneIn = random.Next(1, 12);
        foreach ((EventId id, byte[] payload) in whole)
        {
            bool changed = random.Next(oneIn) == 0 || oneIn > 8 && random.Next(whole.Count) == 0;
            // Without its header a trace is refused at once, and nothing behind it is tried.
            if (id == EventId.Scenario && random.Next(8) != 0) changed = false;
            int times = changed && random.Next(12) == 0 ? random.Next(3) : 1;
            for (int i = 0; i < times; i++) blocks.Event(id, 0, changed ? Changed(random, id, payload) : payload);
        }
        blocks.End();
        return stream.ToArray();
    }

    /// <summary>The event with some of its bytes changed, cut or doubled, its mark and its checksum right.</summary>
    private static byte[] Changed(Random random, EventId id, byte[] payload)
    {
        const int prefix = 8, mark = 8, batch = prefix + 16;
        List<byte> body = [.. payload[prefix..^mark]];
        for (int changes = random.Next(1, 4); changes > 0 && body.Count > 0; changes--)
        {
            // Half of the damage to batches is where their groups and widths stand.
            bool early = id is EventId.Exits or EventId.ExitColumns && random.Next(2) == 0;
            int at = early ? Math.Min(body.Count - 1, batch - prefix + random.Next(24)) : random.Next(body.Count);
            switch (random.Next(6))
            {
                case 0:
                    body.RemoveRange(at, random.Next(Math.Min(body.Count - at, 40) + 1));
                    break;
                case 1:
                    body.InsertRange(at, body.GetRange(at, random.Next(Math.Min(body.Count - at, 40) + 1)));
                    break;
                case 2:
                    for (int i = at; i < Math.Min(body.Count, at + random.Next(1, 9)); i++) body[i] = 0xff;
                    break;
                case 3:
                    for (int i = at; i < Math.Min(body.Count, at + random.Next(1, 9)); i++) body[i] = 0;
                    break;
                default:
                    body[at] = (byte)random.Next(256);
                    break;
            }
        }
        byte[] made = [.. payload[..prefix], .. body, .. payload[^mark..]];
        if (random.Next(6) == 0) BinaryPrimitives.WriteInt32LittleEndian(made, random.Next(2) == 0 ? random.Next(2000) : random.Next());
        BinaryPrimitives.WriteUInt16LittleEndian(made.AsSpan(made.Length - 2), (ushort)made.Length);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(made);
        BinaryPrimitives.WriteUInt32LittleEndian(made.AsSpan(4), TraceEvents.Crc(id, count, made.AsSpan(prefix)));
        return made;
    }

    private static List<(EventId Id, byte[] Payload)> Events(byte[] file)
    {
        var events = new List<(EventId, byte[])>();
        var blocks = new CheckedNettrace(new MemoryStream(file), "corpus");
        while (blocks.NextEvents(out ReadOnlySpan<byte> block))
        {
            var rest = new EventBlock(block);
            while (rest.Next())
            {
                if (blocks.EventOf(rest.Metadata) is { } id) events.Add((id, rest.Payload.ToArray()));
            }
        }
        return events;
    }

    private static byte[] File(BatchCoding coding, SampleTrace trace)
    {
        // Long traces would be most of the time and are no other code.
        trace = trace with { Exits = [.. trace.Exits.Take(300)] };
        if (coding == BatchCoding.Columns) return trace.Bytes();
        var stream = new MemoryStream();
        using (var writer = new TraceWriter(stream) { Format = (int)BatchCoding.Rows })
        {
            writer.Header(trace.Header);
            foreach (ExitClass exitClass in trace.Classes) writer.Class(exitClass);
            var encoder = new RowEncoder(writer, trace.Header.Clock.Grain);
            foreach (Block block in trace.Blocks)
            {
                writer.Block(block);
                encoder.Begin(block.Index, block.Vcpu);
                foreach (RecordedExit exit in trace.Exits.Where(e => e.Block == block.Index))
                    encoder.Add(trace.Classes[exit.Class], exit.Stamps);
                encoder.Flush();
            }
            foreach (Finding finding in trace.Findings) writer.Finding(finding);
            writer.End(writer.Totals(interrupted: false));
        }
        return stream.ToArray();
    }

    private static int Asked(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out int asked) ? asked : usual;
}
