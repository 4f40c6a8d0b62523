using System.Buffers.Binary;
using ExitProf.Traces;
using Microsoft.Diagnostics.Tracing;

namespace ExitProf.Tests.Nettrace;

/// <summary>
/// Files whose checksums are right and whose contents are not: nothing but the reader's own checks stands between them and a sink.
/// </summary>
public class HostileTraceTests
{
    private static readonly SampleTrace Sample = SampleTrace.Ordinary();

    [Fact]
    public void Batches_of_an_undefined_block_or_class_are_findings()
    {
        var stream = new MemoryStream();
        using (var writer = new TraceWriter(stream))
        {
            writer.Header(Sample.Header);
            writer.Class(Sample.Classes[0]);
            writer.Block(Sample.Blocks[0] with { Exits = 2 });
            var encoder = new ExitEncoder(writer, Sample.Header.Clock.Grain);
            encoder.Begin(0, 0);
            encoder.Add(Sample.Classes[0], Sample.Exits[0].Stamps);
            encoder.Begin(9, 0);
            encoder.Add(Sample.Classes[0], Sample.Exits[0].Stamps);
            encoder.Begin(0, 0);
            encoder.Add(Sample.Classes[1], [1, 2]);
            encoder.Flush();
            writer.End(writer.Totals(false));
        }
        var read = new RecordedTrace();
        TraceReading reading = TraceReader.Read(new MemoryStream(stream.ToArray()), "trace", read);
        Assert.Equal(["undefined-block", "batch-damaged", "count-mismatch"], reading.Findings.Select(f => f.Id));
        Assert.Equal([1L, 1L, 1L], reading.Findings.Select(f => f.Count));
        Assert.Contains("a class that the trace does not define", reading.Findings[1].Text);
        Assert.Equal(Sample.Exits[0], Assert.Single(read.Exits));
    }

    [Fact]
    public void Contents_that_cannot_be_are_findings_whatever_their_checksum_says()
    {
        int refused = 0, found = 0, unharmed = 0;
        for (int seed = 0; seed < 1500; seed++)
        {
            var random = new Random(seed);
            byte[] file = Rewrite(data =>
            {
                if (random.Next(5) != 0)
                    return data;
                if (random.Next(4) == 0)
                    Array.Resize(ref data, random.Next(9, data.Length + 20));
                for (int flips = random.Next(4); flips > 0; flips--)
                    data[random.Next(3) == 0 ? random.Next(4) : random.Next(8, data.Length)] = (byte)random.Next(256);
                return data;
            });
            try
            {
                TraceReading reading = TraceReader.Read(new MemoryStream(file), "hostile", new RecordedTrace());
                Assert.DoesNotContain(reading.Findings, f => f.Id is "reader-failed" or "payload-crc" or "trace-damaged" or "trace-cut");
                if (reading.Findings.IsEmpty) unharmed++;
                else found++;
            }
            catch (TraceFormatException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }
        Assert.InRange(found, 500, 1500);
        Assert.InRange(refused, 10, 1000);
        Assert.InRange(unharmed, 10, 1000);
    }

    [Fact]
    public void Events_of_later_versions_and_of_others_are_left_out()
    {
        byte[] file = Rewrite(data => data, blocks =>
        {
            // Event 99 has no metadata in this version: under its number nothing can be written.
            for (int i = 0; i < 3; i++) blocks.Event((EventId)99, 0, new byte[8]);
        }, Declare(99, "ExitProf", 99, TraceEvents.ProviderGuid));
        var read = new RecordedTrace();
        TraceReading reading = TraceReader.Read(new MemoryStream(file), "later", read);
        Finding unknown = Assert.Single(reading.Findings);
        Assert.Equal((Severity.Info, "unknown-event", 3L), (unknown.Severity, unknown.Id, unknown.Count));
        Assert.Equal(Sample.Exits, read.Exits);

        file = Rewrite(
            data => data,
            blocks => blocks.Event((EventId)99, 0, new byte[8]),
            Declare(99, "Other", 6, Guid.Parse("11111111-2222-3333-4444-555555555555"))
        );
        read = new RecordedTrace();
        Assert.Empty(TraceReader.Read(new MemoryStream(file), "others", read).Findings);
        Sample.AssertSame(read);
    }

    [Fact]
    public void Field_types_nested_without_end_do_not_reach_TraceEvent()
    {
        // An array of an array of an array ...: one byte each, 60,000 deep. TraceEvent follows it with its stack.
        byte[] deep = Declare(99, "ExitProf", 99, TraceEvents.ProviderGuid, [.. Enumerable.Repeat((byte)19, 60_000), 6]);
        var read = new RecordedTrace();
        TraceReading reading = TraceReader.Read(new MemoryStream(Rewrite(data => data, null, deep)), "deep", read);
        Assert.Equal(["trace-damaged"], reading.Findings.Select(f => f.Id));
        Assert.Equal(Sample.Exits, read.Exits);
    }

    [Theory]
    [InlineData(2, "14000100 0000000000000000 0000000000000000 c7 01 00 01 00 01 00 ffff03")] // a payload of 65,535 bytes that are not there
    [InlineData(2, "14000100 0000000000000000 0000000000000000 c7 01 00 63 00 63 00 00")] // a thread that nobody declared
    [InlineData(2, "14000100 0000000000000000 0000000000000000 c7 63 00 01 00 01 00 00")] // metadata that nobody declared
    [InlineData(2, "14000100 0000000000000000 0000000000000000 87 01 00 01 00 01 00 00")] // not sorted: TraceEvent would queue it
    [InlineData(2, "14000100 0000000000000000 0000000000000000 d7 01 00 01 00 01 00 05 00")] // a label list that is not there
    [InlineData(2, "14000100 0000000000000000 0000000000000000")] // no event
    [InlineData(6, "0200 01 00")] // a thread declared twice
    [InlineData(4, "0000000000000000 03000000 00000000")] // a sequence point that flushes all threads and metadata
    [InlineData(5, "01000000 01000000 ffffff7f")] // a stack of 2 GiB
    [InlineData(8, "01000000 ffffff7f")] // two billion label lists
    [InlineData(1, "00")] // a second trace block
    public void Blocks_that_would_harm_TraceEvent_do_not_reach_it(byte kind, string hex)
    {
        byte[] body = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        var read = new RecordedTrace();
        TraceReading reading = TraceReader.Read(new MemoryStream(Rewrite(data => data, null, Block(kind, body))), "hostile", read);
        Finding finding = Assert.Single(reading.Findings);
        Assert.Equal("trace-damaged", finding.Id);
        Assert.Contains($"{body.Length + 4} bytes were left out", finding.Text);
        Assert.Equal(Sample.Exits, read.Exits);
    }

    [Fact]
    public void A_file_made_to_be_searched_for_ever_is_given_up()
    {
        // Many beginnings of event blocks whose first event leads to the same tail of 40,000 tiny events, which only at its end proves
        // wrong.
        byte[] tail = [.. Enumerable.Repeat<byte[]>([0xc0, 0, 0], 40_000).SelectMany(e => e)];
        const int beginnings = 200, beginning = 39;
        var unit = new List<byte>();
        for (int i = 0; i < beginnings; i++)
        {
            int skip = (beginnings - i - 1) * beginning;
            int body = beginning - 4 + skip + tail.Length;
            byte[] time = BitConverter.GetBytes(1L << 40), end = BitConverter.GetBytes((1L << 40) + 1);
            unit.AddRange([(byte)body, (byte)(body >> 8), (byte)(body >> 16), 2, 0x14, 0, 1, 0, .. time, .. end]);
            unit.AddRange([
                0xc7,
                4,
                0,
                1,
                0,
                1,
                0x80,
                0x80,
                0x80,
                0x80,
                0x80,
                0x20,
                (byte)(skip | 0x80),
                (byte)(skip >> 7 | 0x80),
                (byte)(skip >> 14),
            ]);
        }
        byte[] sample = Sample.Bytes();
        byte[] endless = [.. Enumerable.Repeat(unit.Concat(tail), 20).SelectMany(u => u)];

        // A little of it is searched and what follows is read; of a lot the search for blocks is given up.
        int half = sample.Length / 2;
        int border = DamagedTraceTests.BlockEnds(sample).First(e => e > half);
        foreach ((int length, string finding) in new[] { (unit.Count + tail.Length, "trace-damaged"), (endless.Length, "trace-cut") })
        {
            byte[] file = [.. sample[..border], .. endless[..length], .. sample[border..]];
            var read = new RecordedTrace();
            TraceReading reading = TraceReader.Read(new MemoryStream(file), "endless", read);
            Assert.Equal([finding], reading.Findings.Select(f => f.Id));
            Assert.Equal(file.Length, reading.Bytes);
            // What is whole behind it is found by the marks of its events.
            Assert.NotNull(read.Totals);
            Assert.Equal(Sample.Exits, read.Exits);
        }
    }

    /// <summary>The sample again, each payload as <paramref name="change"/> returns it, under a right checksum.</summary>
    /// <param name="before">Writes more events before the last one.</param>
    /// <param name="insert">A block that is put right behind the declarations.</param>
    private static byte[] Rewrite(Func<byte[], byte[]> change, Action<NettraceWriter>? before = null, byte[]? insert = null)
    {
        var stream = new MemoryStream();
        var blocks = new NettraceWriter(stream);
        blocks.Preamble(Sample.Header.StartUtc, Sample.Header.Clock.Hertz);
        if (insert is not null) stream.Write(insert);
        using var source = new EventPipeEventSource(new MemoryStream(Sample.Bytes()));
        source.AllEvents += e =>
        {
            var id = (EventId)e.ID;
            if (id == EventId.End) before?.Invoke(blocks);
            byte[] data = change(e.EventData());
            uint crc = TraceEvents.Crc(id, BinaryPrimitives.ReadUInt32LittleEndian(data), data.AsSpan(8));
            BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), crc);
            blocks.Event(id, 0, data);
        };
        source.Process();
        blocks.End();
        return stream.ToArray();
    }

    private static byte[] Block(byte kind, byte[] body) =>
        [(byte)body.Length, (byte)(body.Length >> 8), (byte)(body.Length >> 16), kind, .. body];

    /// <summary>A metadata block with one event of one field.</summary>
    private static byte[] Declare(byte id, string provider, byte number, Guid guid, byte[]? type = null)
    {
        type ??= [10];
        byte[] field = [1, (byte)'F', .. type];
        byte[] row =
        [
            id, (byte)provider.Length, .. System.Text.Encoding.UTF8.GetBytes(provider), number, 1, (byte)'E',
            1, 0, (byte)field.Length, (byte)(field.Length >> 8), .. field, 17, 0, 7, .. guid.ToByteArray(),
        ];
        return Block(3, [0, 0, (byte)row.Length, (byte)(row.Length >> 8), .. row]);
    }
}
