using System.Collections.Immutable;
using ExitProf.Traces;
using FsCheck.Fluent;

namespace ExitProf.Tests.Nettrace;

public class ExitCodingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(254)]
    [InlineData(255)]
    public void Signatures_around_a_full_group_come_back(int stamps)
    {
        // One and two bytes per delta, in every position of a group, then the largest narrow delta and the smallest wide one.
        foreach (ulong step in new ulong[] { 0, 1, 255, 256, 65_535, 65_536 })
        {
            ulong now = 1_000_000;
            var exits = new List<ulong[]>();
            for (int i = 0; i < 20; i++)
            {
                var values = new ulong[stamps];
                for (int k = 0; k < stamps; k++) values[k] = now += 26 * ((i + k) % 3 == 0 ? step : (ulong)(k % 2 * 300));
                exits.Add(values);
            }
            foreach (BatchCoding coding in Enum.GetValues<BatchCoding>())
            {
                (List<ulong[]> read, int wide) = RoundTrip(exits, 26, coding);
                Assert.Equal(exits, read);
                // A wide exit has a delta that does not fit into two bytes, or its gap has; few exits of a kind get no columns.
                if (step < 65_536) Assert.InRange(wide, 0, coding == BatchCoding.Rows ? 0 : 3);
                else Assert.InRange(wide, 1, exits.Count);
            }
        }
    }

    [Fact]
    public void Remainders_gaps_and_clocks_that_go_backwards_are_wide_and_come_back()
    {
        var exits = new List<ulong[]>
        {
            new[] { 1_000UL, 1_026UL, 1_052UL },
            new[] { 1_053UL, 1_079UL, 1_105UL }, // a remainder in the gap only
            new[] { 1_131UL, 1_157UL, 1_158UL },
            new[] { ulong.MaxValue, 0UL, 1UL },
            new[] { 5UL, 4UL, 3UL },
            new[] { 1UL << 63, 0UL, 1UL << 63 },
        };
        (List<ulong[]> read, int wide) = RoundTrip(exits, 26, BatchCoding.Rows);
        Assert.Equal(exits, read);
        Assert.Equal(5, wide);
        Assert.Equal(exits, RoundTrip(exits, 26, BatchCoding.Columns).Exits);
    }

    [Fact]
    public void Any_stamps_come_back() =>
        Prop.ForAll(
                Gen.Choose(0, int.MaxValue).ToArbitrary(),
                seed =>
                {
                    var random = new System.Random(seed);
                    int grain = random.Next(1, 100);
                    int stamps = random.Next(1, 40);
                    ulong now = (ulong)random.NextInt64();
                    var exits = new List<ulong[]>();
                    for (int i = 0; i < 1500; i++)
                    {
                        var values = new ulong[stamps];
                        int bits = random.Next(8) == 0 ? random.Next(1, 63) : 16;
                        for (int k = 0; k < stamps; k++)
                            values[k] = now = unchecked(
                                now + (ulong)random.NextInt64(1L << bits) * (ulong)grain / (ulong)(random.Next(9) == 0 ? 2 : 1)
                            );
                        exits.Add(values);
                    }
                    foreach (BatchCoding coding in Enum.GetValues<BatchCoding>())
                        Assert.Equal(exits, RoundTrip(exits, grain, coding).Exits);
                }
            )
            .Holds(values: 20);

    [Theory]
    [InlineData(BatchCoding.Rows)]
    [InlineData(BatchCoding.Columns)]
    public void Damaged_batches_throw_only_FormatException_and_never_run_on(BatchCoding coding)
    {
        (byte[] data, int count) = Encode(
            coding,
            [.. SampleTrace.Ordinary().Exits.Take(60).Where(e => e.Class == 0).Select(e => e.Stamps)],
            26
        );
        byte[] lengths = [13, 0, 255, 1];
        var buffer = new ExitBuffer();
        var stamps = new ulong[ExitClass.MaxStamps];
        int damaged = 0;
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new System.Random(seed);
            byte[] copy = [.. data];
            for (int flips = random.Next(1, 5); flips > 0; flips--) copy[random.Next(copy.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0) copy = copy[..random.Next(copy.Length + 1)];
            if (coding == BatchCoding.Columns && copy.Length < ExitBatch.Padding) continue;
            int claimed = random.Next(3) == 0 ? random.Next(ExitBatch.MaxExits + 1) : count;
            int exits = 0;
            try
            {
                var decoder = new ExitDecoder(new ExitBatch(0, 0, claimed, 0, copy) { Coding = coding }, 26, lengths, buffer);
                while (decoder.Next())
                {
                    decoder.CopyStamps(stamps);
                    exits++;
                }
                Assert.Equal(claimed, exits);
            }
            catch (FormatException)
            {
                damaged++;
                Assert.InRange(exits, 0, claimed);
            }
        }
        Assert.InRange(damaged, 3_000, 19_999);
    }

    [Theory]
    [InlineData(BatchCoding.Rows)]
    [InlineData(BatchCoding.Columns)]
    public void Exits_of_a_class_that_is_not_defined_are_refused(BatchCoding coding)
    {
        (byte[] data, int count) = Encode(coding, [[1, 2, 3]], 1);
        Assert.Equal(1, count);
        Assert.Throws<FormatException>(() => Decode([]));
        Assert.Throws<FormatException>(() => Decode([0]));
        Assert.Throws<FormatException>(() => Decode([4]));
        Decode([3]);

        void Decode(byte[] lengths)
        {
            var decoder = new ExitDecoder(new ExitBatch(0, 0, count, 0, data) { Coding = coding }, 1, lengths, new ExitBuffer());
            while (decoder.Next())
            {
            }
        }
    }

    [Fact]
    public void Stamps_that_do_not_fit_the_signature_are_a_bug()
    {
        var exitClass = new ExitClass(0, ExitKind.Unknown, Destination.Kernel, "", "", 0, [Stamp.GuestBefore, Stamp.GuestAfter], false);
        var encoder = new ExitEncoder(new Batches(), 1);
        Assert.Throws<ArgumentException>(() => encoder.Add(exitClass, [1]));
        Assert.Throws<ArgumentException>(() => encoder.Add(exitClass with { Signature = [] }, []));
    }

    private static (byte[] Data, int Count) Encode(BatchCoding coding, List<ulong[]> exits, int grain)
    {
        var batches = new Batches();
        Add(batches, exits, grain, coding);
        return Assert.Single(batches.All) is var (count, _, data) ? (data, count) : default;
    }

    private static (List<ulong[]> Exits, int Wide) RoundTrip(List<ulong[]> exits, int grain, BatchCoding coding)
    {
        var batches = new Batches();
        Add(batches, exits, grain, coding);
        var read = new List<ulong[]>();
        int wide = 0;
        var buffer = new ExitBuffer();
        foreach ((int count, ulong start, byte[] data) in batches.All)
        {
            var decoder = new ExitDecoder(
                new ExitBatch(0, 0, count, start, data) { Coding = coding },
                grain,
                [(byte)exits[0].Length],
                buffer
            );
            while (decoder.Next())
            {
                var stamps = new ulong[decoder.Length];
                decoder.CopyStamps(stamps);
                read.Add(stamps);
                if (decoder.Wide) wide++;
            }
        }
        return (read, wide);
    }

    private static void Add(Batches batches, List<ulong[]> exits, int grain, BatchCoding coding)
    {
        ImmutableArray<Stamp> signature = [.. Enumerable.Repeat(Stamp.Other, exits[0].Length)];
        var exitClass = new ExitClass(0, ExitKind.Unknown, Destination.Kernel, "", "", 0, signature, false);
        if (coding == BatchCoding.Rows)
        {
            var rows = new RowEncoder(batches, grain);
            rows.Begin(0, 0);
            foreach (ulong[] stamps in exits) rows.Add(exitClass, stamps);
            rows.Flush();
            return;
        }
        var encoder = new ExitEncoder(batches, grain);
        encoder.Begin(0, 0);
        foreach (ulong[] stamps in exits) encoder.Add(exitClass, stamps);
        encoder.Flush();
        Assert.Equal(exits.Count, encoder.Exits);
        Assert.Equal(batches.All.Count, encoder.Batches);
    }

    private sealed class Batches : ITraceSink
    {
        public List<(int Count, ulong Start, byte[] Data)> All { get; } = [];

        public void Exits(in ExitBatch batch)
        {
            Assert.InRange(batch.Count, 1, ExitBatch.MaxExits);
            Assert.InRange(batch.Data.Length, 1, ExitEncoder.MaxDataBytes + ExitBatch.Padding);
            All.Add((batch.Count, batch.StartTsc, batch.Data.ToArray()));
        }

        public void Header(TraceHeader header) => throw new NotSupportedException();

        public void Class(ExitClass exitClass) => throw new NotSupportedException();

        public void Block(Block block) => throw new NotSupportedException();

        public void Finding(Finding finding) => throw new NotSupportedException();

        public void End(TraceTotals totals) => throw new NotSupportedException();
    }
}
