using ExitProf.Traces;
using FsCheck.Fluent;
using Microsoft.Diagnostics.Tracing;

namespace ExitProf.Tests.Nettrace;

public class NettraceRoundTripTests
{
    [Fact]
    public void Reading_gives_back_what_was_written() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var sample = SampleTrace.Random(seed);
        byte[] file = sample.Bytes();
        var read = new RecordedTrace();
        TraceReading reading = TraceReader.Read(new MemoryStream(file), "sample", read);
        Assert.Empty(reading.Findings);
        Assert.Equal(file.Length, reading.Bytes);
        sample.AssertSame(read);
    }).Holds();

    [Fact]
    public void A_file_that_is_still_being_written_reads_up_to_the_last_flush()
    {
        string path = Path.GetTempFileName();
        try
        {
            var sample = SampleTrace.Ordinary();
            using var writer = new TraceWriter(path);
            sample.Write(writer);
            // Nothing was disposed or flushed: this is what a kill leaves behind.
            var killed = new RecordedTrace();
            TraceReading reading = TraceReader.Read(path, killed);
            Assert.Equal(["trace-cut"], reading.Findings.Select(f => f.Id));
            Assert.Equal(sample.Blocks.Count - 1, killed.Blocks.Count);
            Assert.Equal(sample.Exits.Take(killed.Exits.Count), killed.Exits);

            writer.Flush();
            var flushed = new RecordedTrace();
            TraceReader.Read(path, flushed);
            Assert.Equal(sample.Exits, flushed.Exits);
            Assert.Null(flushed.Totals);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Other_tools_see_the_fields_by_name_and_the_right_times()
    {
        var sample = SampleTrace.Ordinary();
        var seen = new Dictionary<string, Dictionary<string, object?>>();
        var times = new List<double>();
        using var source = new EventPipeEventSource(new MemoryStream(sample.Bytes()));
        source.Dynamic.All += e =>
        {
            Assert.Equal("ExitProf", e.ProviderName);
            if (e.EventName == "Block") times.Add(e.TimeStampRelativeMSec);
            seen.TryAdd(e.EventName, e.PayloadNames.ToDictionary(name => name, name => (object?)e.PayloadByName(name)));
        };
        source.Process();

        Assert.Equal("2", source.HeaderKeyValuePairs["ExitProf.FormatVersion"]);
        Assert.Equal(sample.Header.StartUtc, source.SessionStartTime.ToUniversalTime());
        Assert.Equal(["Scenario", "Configuration", "Host", "Class", "Block", "ExitColumns", "Finding", "End"], seen.Keys);
        Assert.All(seen.Values, fields => Assert.Equal(["Count", "Crc32C"], fields.Keys.Take(2)));
        Assert.Equal("pio-out", seen["Scenario"]["Scenario"]);
        Assert.Equal("pvm", seen["Scenario"]["BackendName"]);
        Assert.Equal(2_600_000_000L, seen["Scenario"]["TscHertz"]);
        Assert.Equal((ushort)2, seen["Scenario"]["HostFacts"]);
        Assert.Contains("0x3f8", Assert.Single(((Array)seen["Configuration"]["Settings"]!).Cast<object>()).ToString());
        Assert.Equal("Some CPU", seen["Host"]["Value"]);
        Assert.Equal("KVM_EXIT_IO", seen["Class"]["KvmExit"]);
        Assert.Equal(sample.Classes[0].SignatureText, seen["Class"]["SignatureText"]);
        Assert.Equal(64_000.5, seen["Block"]["MedianCycles"]);
        Assert.Equal(40u, seen["ExitColumns"]["Count"]);
        Assert.Equal(sample.Exits[0].Stamps[0], seen["ExitColumns"]["StartTsc"]);
        Assert.Equal("info", seen["Finding"]["SeverityName"]);
        Assert.Equal((long)sample.Exits.Count, seen["End"]["Exits"]);
        for (int i = 0; i < times.Count; i++)
        {
            double expected = (sample.Blocks[i].StartTsc - sample.Blocks[0].StartTsc) * 1000.0 / sample.Header.Clock.Hertz;
            Assert.Equal(expected, times[i], 0.001);
        }
    }

    [Fact]
    public void The_largest_batch_fits_into_a_payload()
    {
        var exitClass = new ExitClass(
            0,
            ExitKind.Unknown,
            Destination.Kernel,
            "",
            "",
            0,
            [.. Enumerable.Repeat(Stamp.Other, ExitClass.MaxStamps)],
            false
        );
        var header = SampleTrace.Ordinary().Header with { Clock = new TraceClock(2_600_000_000, 1) };
        var stream = new MemoryStream();
        var expected = new List<RecordedExit>();
        int batches = 0;
        using (var writer = new TraceWriter(stream))
        {
            writer.Header(header);
            writer.Class(exitClass);
            writer.Block(SampleTrace.Ordinary().Blocks[0] with { Exits = 100, WarmUp = 0 });
            var encoder = new ExitEncoder(writer, header.Clock.Grain);
            encoder.Begin(0, 0);
            ulong now = 0;
            for (int i = 0; i < 100; i++)
            {
                // The widest delta there is: ten bytes of varint each.
                var stamps = new ulong[ExitClass.MaxStamps];
                for (int k = 0; k < stamps.Length; k++) stamps[k] = now = unchecked(now + (1UL << 63));
                encoder.Add(exitClass, stamps);
                expected.Add(new RecordedExit(0, 0, 0, stamps));
            }
            encoder.Flush();
            batches = (int)encoder.Batches;
            writer.End(writer.Totals(false));
        }
        Assert.InRange(batches, 5, 100);
        var read = new RecordedTrace();
        Assert.Empty(TraceReader.Read(new MemoryStream(stream.ToArray()), "large", read).Findings);
        Assert.Equal(expected, read.Exits);
    }

    [Fact]
    public void A_payload_at_the_limit_is_written_and_one_beyond_it_is_refused_not_cut()
    {
        var header = SampleTrace.Ordinary().Header;
        // Count, CRC, severity and its name, id, occurrences, three lengths and the mark take the rest.
        const int longest = (65_535 - 8 - 1 - 2 - 2 * 4 - 2 - 8 - 2 - 2 - 8) / 2;
        var stream = new MemoryStream();
        using (var writer = new TraceWriter(stream))
        {
            writer.Header(header);
            writer.Finding(new Finding(Severity.Info, "", 1, new string('x', longest)));
            Assert.Throws<ArgumentException>(() => writer.Finding(new Finding(Severity.Info, "", 1, new string('x', longest + 1))));
            Assert.Throws<ArgumentException>(() => writer.Finding(new Finding(Severity.Info, "", 1, new string('x', 200_000))));
            writer.End(writer.Totals(false));
        }
        var read = new RecordedTrace();
        Assert.Empty(TraceReader.Read(new MemoryStream(stream.ToArray()), "long", read).Findings);
        Assert.Equal(longest, Assert.Single(read.Findings).Text.Length);
    }

    [Fact]
    public void A_full_disk_passes_its_exception_on_and_leaves_whole_blocks()
    {
        var sample = SampleTrace.Ordinary(40, 400);
        using var disk = new FullDisk(100_000);
        var writer = new TraceWriter(disk);
        Assert.Throws<IOException>(() => sample.Write(writer));
        writer.Dispose();
        var read = new RecordedTrace();
        TraceReading reading = TraceReader.Read(new MemoryStream(disk.Written), "full", read);
        Assert.Equal(["trace-cut"], reading.Findings.Select(f => f.Id));
        Assert.NotEmpty(read.Exits);
        Assert.Equal(sample.Exits.Take(read.Exits.Count), read.Exits);
    }

    [Fact]
    public void Order_is_kept_by_the_writer()
    {
        var sample = SampleTrace.Ordinary();
        using var writer = new TraceWriter(new MemoryStream());
        Assert.Throws<InvalidOperationException>(() => writer.Class(sample.Classes[0]));
        writer.Header(sample.Header);
        Assert.Throws<InvalidOperationException>(() => writer.Header(sample.Header));
        writer.Class(sample.Classes[1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Class(sample.Classes[0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Block(sample.Blocks[0] with { Configuration = 1 }));
        writer.End(writer.Totals(false));
        Assert.Throws<InvalidOperationException>(() => writer.Block(sample.Blocks[0]));
    }

    private sealed class FullDisk(int room) : MemoryStream
    {
        public byte[] Written => ToArray();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            int fits = (int)Math.Min(buffer.Length, room - Length);
            base.Write(buffer[..fits]);
            if (fits < buffer.Length) throw new IOException("No space left on device");
        }
    }
}
