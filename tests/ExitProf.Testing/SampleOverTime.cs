using System.Collections.Immutable;
using ExitProf.Charts;

namespace ExitProf.Testing;

/// <summary>Charts over time, with figures like those of recorded traces.</summary>
public static class SampleOverTime
{
    /// <summary>Ten rounds that drift by two percent, with one block far off.</summary>
    public static BlockMedians Blocks()
    {
        ImmutableArray<BlockMedian> Series(double level) =>
            [.. Enumerable.Range(0, 40)
                .Select(i => new BlockMedian(0.02 + i * 0.05, level * (1 + 0.0005 * i + 0.001 * (i * 37 % 11 - 5))))];
        return new BlockMedians(
            "pio-out: block medians over time",
            "Each block's median. A level line: the host did not drift while it was recorded.",
            "cycles per exit",
            [
                new MedianSeries("untraced block", "userspace", Series(63_966)),
                new MedianSeries("traced block", "exit", [.. Series(71_170), new BlockMedian(1.01, 410_000)]),
            ],
            [
                .. Enumerable.Range(0, 10).Select(i =>
                    new MedianRound($"round {i}", i * 0.2, (i + 1) * 0.2, 63_966 * (1 + 0.002 * i), $"round {i}: {63_966 * (1 + 0.002 * i):N0} cycles")),
            ]
        );
    }

    /// <summary>A band that widens, an empty slice, and outliers.</summary>
    public static LatencyMap Latency()
    {
        const int rows = 24;
        ImmutableArray<double> Shares(int slice)
        {
            if (slice == 7) return [.. new double[rows]];
            double[] shares = new double[rows];
            for (int row = 0; row < rows; row++)
                shares[row] = Math.Exp(-Math.Pow(row - 4, 2) / (1 + slice * 0.2)) is var share and > 1e-3 ? share / 4 : 0;
            if (slice % 5 == 0) shares[rows - 1 - slice / 5] = 0.002;
            return [.. shares];
        }
        return new LatencyMap(
            "pio-out: latency over time",
            "How long the exits of each 50 ms took; the scale is logarithmic. Outliers stand above the band.",
            "cycles",
            [.. Enumerable.Range(0, rows + 1).Select(r => 60_000 * Math.Pow(2, r / 8.0))],
            [
                .. Enumerable.Range(0, 40).Select(i =>
                    new LatencySlice($"{i * 0.05:0.##} s", i * 0.05, (i + 1) * 0.05, Shares(i),
                        i == 7 ? "0.35 to 0.4 s: no exits" : $"{i * 0.05:0.##} s: 400 exits, p50 about {64_000 + i * 30:N0}")),
            ]
        );
    }
}
