using ExitProf.Traces;

namespace ExitProf.Tests.Nettrace;

/// <summary>Batches of several classes by column: the same exits come out as by row, whichever coding they are in.</summary>
public class ExitColumnsTests
{
    private const int Grain = 3;

    [Theory]
    [InlineData(BatchCoding.Rows)]
    [InlineData(BatchCoding.Columns)]
    public void Columns_hold_what_a_decoder_gives_exit_by_exit(BatchCoding coding)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new System.Random(seed);
            var kept = Write(random, coding, out byte[] lengths);
            var columns = new ExitColumns();
            foreach (Kept k in kept)
            {
                ExitBatch batch = k.Batch;
                int skip = random.Next(2) == 0 ? 0 : random.Next(batch.Count + 1),
                    leave = random.Next(2) == 0 ? 0 : random.Next(batch.Count - skip + 1);
                columns.Decode(batch, Grain, lengths, skip, leave);
                Assert.Null(columns.Damage);
                Assert.Equal(0, columns.Lost);
                Assert.Equal(ByRow(batch, lengths, skip, leave), ByColumn(columns));
            }
        }
    }

    [Fact]
    public void Exits_come_back_in_their_order_with_their_classes_and_stamps()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var written = new List<(int, ulong[])>();
            var read = new List<(int, ulong[])>();
            var kept = Write(new System.Random(seed), BatchCoding.Columns, out byte[] lengths, written);
            var buffer = new ExitBuffer();
            foreach (Kept k in kept)
            {
                var decoder = new ExitDecoder(k.Batch, Grain, lengths, buffer);
                while (decoder.Next())
                {
                    var stamps = new ulong[decoder.Length];
                    decoder.CopyStamps(stamps);
                    read.Add((decoder.Class, stamps));
                }
            }
            Assert.Equal(written.Count, read.Count);
            for (int i = 0; i < read.Count; i++)
            {
                Assert.Equal(written[i].Item1, read[i].Item1);
                Assert.Equal(written[i].Item2, read[i].Item2);
            }
        }
    }

    [Fact]
    public void A_lost_class_costs_its_own_exits_and_no_others()
    {
        List<Kept> kept = Write(new System.Random(5), BatchCoding.Columns, out byte[] lengths);
        var columns = new ExitColumns();
        long all = 0, without = 0, lost = 0;
        foreach (Kept k in kept)
        {
            columns.Decode(k.Batch, Grain, lengths);
            all += Count(columns);
            byte[] fewer = [.. lengths];
            fewer[1] = 0;
            columns.Decode(k.Batch, Grain, fewer);
            Assert.Null(columns.Damage);
            without += Count(columns);
            lost += columns.Lost;
        }
        Assert.InRange(lost, 1, all - 1);
        Assert.Equal(all, without + lost);
    }

    [Fact]
    public void Damaged_columns_are_said_to_be_damaged_and_bound_what_they_take()
    {
        List<Kept> kept = Write(new System.Random(7), BatchCoding.Columns, out byte[] lengths);
        var columns = new ExitColumns();
        int damaged = 0;
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new System.Random(seed);
            Kept k = kept[random.Next(kept.Count)];
            byte[] data = [.. k.Data];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
                data[random.Next(Math.Min(data.Length, random.Next(2) == 0 ? 40 : data.Length))] = (byte)random.Next(256);
            columns.Decode(new ExitBatch(0, 0, k.Count, k.Start, data) { Coding = k.Coding }, Grain, lengths);
            if (columns.Damage != null) damaged++;
            Assert.InRange(Count(columns), 0, k.Count);
        }
        Assert.InRange(damaged, 1_000, 19_999);
    }

    [Fact]
    public void Format_2_takes_less_room_than_format_1()
    {
        long Bytes(BatchCoding coding) => Write(new System.Random(1), coding, out _, classes: 1).Sum(k => (long)k.Data.Length);
        Assert.InRange(Bytes(BatchCoding.Columns), 1, Bytes(BatchCoding.Rows) * 0.8);
    }

    private static int Count(ExitColumns columns)
    {
        int count = columns.WideExits;
        foreach (ExitGroup group in columns.Groups) count += group.Count;
        return count;
    }

    private static List<string> ByRow(in ExitBatch batch, byte[] lengths, int skip, int leave)
    {
        var exits = new List<string>();
        var decoder = new ExitDecoder(batch, Grain, lengths, new ExitBuffer());
        decoder.LeaveOut(leave);
        while (decoder.Next())
        {
            if (skip-- > 0)
                continue;
            long[] cycles = decoder.Wide ? decoder.Cycles.ToArray() : [.. decoder.Ticks.ToArray().Select(t => t * (long)Grain)];
            exits.Add($"{decoder.Class}: {string.Join(' ', cycles)}");
        }
        exits.Sort(StringComparer.Ordinal);
        return exits;
    }

    private static List<string> ByColumn(ExitColumns columns)
    {
        var exits = new List<string>();
        foreach (ExitGroup group in columns.Groups)
        {
            for (int k = 0; k < group.Length; k++) Assert.Equal(-1, columns.Padded(group, k)[group.Count..].IndexOfAnyExcept((ushort)0));
            for (int i = 0; i < group.Count; i++)
            {
                var row = new List<long>();
                for (int k = 0; k < group.Length; k++)
                {
                    row.Add(columns.Column(group, k)[i] * (long)Grain);
                }
                exits.Add($"{group.Class}: {string.Join(' ', row)}");
            }
        }
        for (int i = 0; i < columns.WideExits; i++) exits.Add($"{columns.WideClass(i)}: {string.Join(' ', columns.Cycles(i).ToArray())}");
        exits.Sort(StringComparer.Ordinal);
        return exits;
    }

    /// <summary>Writes exits of several classes, some with deltas that fit no column, as an encoder of either format does.</summary>
    private static List<Kept> Write(
        System.Random random,
        BatchCoding coding,
        out byte[] lengths,
        List<(int, ulong[])>? written = null,
        int classes = 0
    )
    {
        if (classes == 0) classes = random.Next(1, 9);
        ExitClass[] all = [.. Enumerable.Range(0, classes).Select(i => new ExitClass(i, ExitKind.Unknown, Destination.Kernel, "", "", 0,
            [.. Enumerable.Repeat(Stamp.Other, random.Next(1, 20))], false))];
        lengths = [.. all.Select(c => (byte)c.Signature.Length)];
        var sink = new Keeper();
        var rows = new RowEncoder(sink, Grain);
        var columns = new ExitEncoder(sink, Grain);
        ulong now = 1000;
        int number = random.Next(1, 2500), far = random.Next(2) == 0 ? 0 : 60;
        for (int i = 0; i < number; i++)
        {
            ExitClass exitClass = all[random.Next(4) == 0 ? random.Next(classes) : i / 40 % classes];
            var stamps = new ulong[exitClass.Signature.Length];
            for (int k = 0; k < stamps.Length; k++)
            {
                ulong delta = (ulong)(Grain * (300 * (k % 3) + random.Next(60)));
                if (far > 0 && random.Next(far) == 0) delta = (ulong)random.NextInt64(1L << random.Next(1, 40));
                stamps[k] = now = unchecked(now + delta);
            }
            written?.Add((exitClass.Index, stamps));
            if (coding == BatchCoding.Rows) rows.Add(exitClass, stamps);
            else columns.Add(exitClass, stamps);
        }
        rows.Flush();
        columns.Flush();
        return sink.All;
    }

    private sealed record Kept(int Count, ulong Start, byte[] Data, BatchCoding Coding)
    {
        public ExitBatch Batch => new(0, 0, Count, Start, Data) { Coding = Coding };
    }

    private sealed class Keeper : ITraceSink
    {
        public List<Kept> All { get; } = [];

        public void Exits(in ExitBatch batch)
        {
            Assert.InRange(batch.Data.Length, 1, ExitEncoder.MaxDataBytes + ExitBatch.Padding);
            All.Add(new Kept(batch.Count, batch.StartTsc, batch.Data.ToArray(), batch.Coding));
        }

        public void Header(TraceHeader header) => throw new NotSupportedException();

        public void Class(ExitClass exitClass) => throw new NotSupportedException();

        public void Block(Block block) => throw new NotSupportedException();

        public void Finding(Finding finding) => throw new NotSupportedException();

        public void End(TraceTotals totals) => throw new NotSupportedException();
    }
}
