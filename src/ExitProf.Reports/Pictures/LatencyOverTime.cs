using System.Collections.Immutable;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>How long the exits took while the recording went on.</summary>
internal static class LatencyOverTime
{
    private const int MostSlices = 48;
    private const int MostRows = 40;

    /// <summary>Durations that differ by a fifth.</summary>
    private const int FewestRows = 4;

    /// <returns>Null unless there are exits enough for a picture of them, and they differ: counts of instructions may all be one.</returns>
    public static LatencyMap? Of(TraceSummary trace, int configuration, string label)
    {
        const int fewest = 200;
        if (trace.Timeline?.Maps.GetValueOrDefault(configuration) is not { } map || map.Exits < fewest) return null;
        if (trace.Header.Clock.Hertz <= 0) return null;
        int together = (map.Slices + MostSlices - 1) / MostSlices;
        long[][] slices = [.. Enumerable.Range(0, map.Slices).Chunk(together).Select(c => Sum(map, c))];
        int low = slices.Min(s => Array.FindIndex(s, n => n > 0) is var i and >= 0 ? i : int.MaxValue);
        int high = slices.Max(s => Array.FindLastIndex(s, n => n > 0)) + 1;
        if (high - low < FewestRows) return null;
        int step = (high - low + MostRows - 1) / MostRows;
        int rows = (high - low + step - 1) / step;
        double second = trace.Header.Clock.Hertz, width = map.Width * (double)together / second;
        double offset = (map.Start - trace.Timeline.Start) / second;
        return new LatencyMap(
            $"{label}: latency over time",
            $"How long the exits of each {Figures.Duration(width * second, trace.Header.Clock.Hertz)} took; the scale is logarithmic. Outliers stand above the band.",
            trace.Header.Clock.Symbol,
            [.. Enumerable.Range(0, rows + 1).Select(r => DurationMap.Border(low + r * step))],
            [.. slices.Select((s, i) => Slice(s, offset + i * width, offset + (i + 1) * width, low, step, rows, trace.Header.Clock))]
        );
    }

    private static long[] Sum(DurationMap map, int[] slices)
    {
        long[] sum = new long[map[slices[0]].Count];
        foreach (int slice in slices)
        {
            IReadOnlyList<long> own = map[slice];
            if (own.Count > sum.Length) Array.Resize(ref sum, own.Count);
            for (int row = 0; row < own.Count; row++) sum[row] += own[row];
        }
        return sum;
    }

    private static LatencySlice Slice(long[] counts, double from, double to, int low, int step, int rows, TraceClock clock)
    {
        long exits = counts.Sum();
        double[] shares = new double[rows];
        for (int row = low; row < counts.Length && (row - low) / step < rows; row++)
            if (exits > 0) shares[(row - low) / step] += counts[row] / (double)exits;
        string when = $"{from:0.###} to {to:0.###} s";
        string tip = exits == 0
            ? $"{when}: no exits"
            : $"{when}: {exits:N0} exits, p50 about {Rank(counts, exits / 2)}, the longest about {Rank(counts, exits - 1)} {clock.Symbol}";
        return new LatencySlice(when, from, to, [.. shares], tip);
    }

    /// <summary>The middle of the row in which the exit of this rank is.</summary>
    private static string Rank(long[] counts, long rank)
    {
        long below = 0;
        int row = 0;
        while (row + 1 < counts.Length && below + counts[row] <= rank) below += counts[row++];
        return Figures.Cycles(Math.Sqrt(DurationMap.Border(row) * DurationMap.Border(row + 1)));
    }
}
