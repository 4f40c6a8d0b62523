using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Analysis;

/// <summary>What is kept of a recording's course is bounded, however long it is.</summary>
public sealed class TimelineTests
{
    [Fact]
    public void Very_many_blocks_are_kept_as_means_of_neighbours()
    {
        const int count = 100_000;
        var series = new BlockSeries();
        for (int i = 0; i < count; i++)
            series.Add(new Block(i, i % 2, EventGroups.None, i / 8, false, (ulong)i * 100, (ulong)i * 100 + 90, 10, 0, 1000 + i, 0, 0, 0, 0,
                0, 0), traced: false);
        TimedBlock[] kept = [.. series.All];
        Assert.InRange(kept.Length, 4_000, 8_192);
        Assert.Equal(count, kept.Sum(b => b.Blocks));
        Assert.Equal(1000 + (count - 1) / 2.0, kept.Sum(b => b.Median * b.Blocks) / count, 1e-6);
        Assert.Equal(16, series.Together);
        Assert.All(kept.Zip(kept.Skip(1)), pair => Assert.True(pair.First.Start <= pair.Second.Start));
        Assert.Equal(((ulong)(count - 1) * 100) + 90, kept.Max(b => b.End));
    }

    [Fact]
    public void A_map_that_grows_in_time_keeps_every_exit_in_its_row()
    {
        var map = new DurationMap();
        var random = new Random(1);
        var durations = new List<ulong>();
        ulong at = 1_000;
        for (int i = 0; i < 50_000; i++)
        {
            ulong ticks = (ulong)Math.Exp(random.NextDouble() * 20);
            durations.Add(ticks);
            map.Add(at, ticks);
            at += (ulong)random.Next(1, 100_000);
        }
        Assert.InRange(map.Slices, 128, 256);
        Assert.True(map.Width * (ulong)map.Slices >= at - 100_000 - 1_000);
        long[] rows = new long[1024];
        for (int slice = 0; slice < map.Slices; slice++)
            for (int row = 0; row < map[slice].Count; row++) rows[row] += map[slice][row];
        Assert.Equal(durations.Count, rows.Sum());
        for (int row = 32; row < 320; row += 16)
        {
            double low = DurationMap.Border(row), high = DurationMap.Border(row + 16);
            Assert.Equal(durations.Count(d => d >= low && d < high), rows[row..(row + 16)].Sum());
        }
    }

    [Fact]
    public void The_earliest_exits_of_another_vCPU_are_in_the_first_slice()
    {
        var map = new DurationMap();
        map.Add(1_000, 10);
        map.Add(900, 10);
        map.Add(ulong.MaxValue, 0);
        Assert.Equal(3, map.Exits);
        Assert.Equal(2, map[0].Sum());
    }
}
