using System.Collections.Immutable;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>The medians of a recording's blocks in the order of time.</summary>
internal static class RecordingOverTime
{
    /// <summary>More borders would be a grey area: neighbouring rounds are shown as one.</summary>
    private const int MostRounds = 40;

    /// <summary>More points of a series are drawn as the means of neighbours.</summary>
    private const int MostPoints = 160;

    /// <returns>Null if fewer than two blocks of the trace are known, or its clock has no rate.</returns>
    public static BlockMedians? Of(TraceSummary trace)
    {
        if (trace.Timeline is not { } timeline || trace.Header.Clock.Hertz <= 0) return null;
        ImmutableArray<TimedBlock> blocks = timeline.Blocks;
        bool several = blocks.Select(b => b.Configuration).Distinct().Count() > 1;
        // The configurations differ on purpose: what they share, drift, is seen when each is compared with its own centre.
        var centres = blocks.GroupBy(b => (b.Configuration, b.Traced)).ToDictionary(g => g.Key, g => Centre(g.Select(b => b.Median)));
        double Value(TimedBlock block) =>
            several ? (block.Median / centres[(block.Configuration, block.Traced)] - 1) * 100 : block.Median;
        double Seconds(ulong at) => at <= timeline.Start ? 0 : (at - timeline.Start) / (double)trace.Header.Clock.Hertz;
        bool untracedToo = blocks.Any(b => !b.Traced);
        ImmutableArray<MedianSeries> series =
        [
            .. blocks.GroupBy(b => b.Traced).OrderBy(g => g.Key).Select(g => new MedianSeries(
                g.Key ? "traced block" : "untraced block",
                g.Key ? "exit" : "userspace",
                Thinned([.. g.Select(b => new BlockMedian(Seconds(b.Start + (b.End - b.Start) / 2), Value(b)))])
            )),
        ];
        if (series.Sum(s => s.Points.Length) < 2) return null;
        string unit = several ? "% off the configuration's own centre" : $"{trace.Header.Clock.Symbol} per exit";
        return new BlockMedians(
            $"{VisibleText.Of(trace.Header.Scenario)}: block medians over time",
            Subtitle(timeline, several),
            unit,
            series,
            Rounds(blocks, Value, Seconds, several, untracedToo, trace.Header.Clock)
        );
    }

    private static string Subtitle(Timeline timeline, bool several)
    {
        string of = several ? "Each block's median in percent of the centre of its configuration" : "Each block's median";
        string together = timeline.Together > 1 ? $", {timeline.Together} neighbouring blocks together" : "";
        return $"{of}{together}. Where the line is not level, the host drifted.";
    }

    private static ImmutableArray<MedianRound> Rounds(
        ImmutableArray<TimedBlock> blocks,
        Func<TimedBlock, double> value,
        Func<ulong, double> seconds,
        bool several,
        bool untracedToo,
        TraceClock clock
    )
    {
        var rounds = blocks.GroupBy(b => b.Round).OrderBy(g => g.Min(b => b.Start)).ToList();
        int together = (rounds.Count + MostRounds - 1) / MostRounds;
        TimedBlock[][] groups = [.. rounds.Chunk(together).Select(c => c.SelectMany(r => r).ToArray())];
        var shown = ImmutableArray.CreateBuilder<MedianRound>(groups.Length);
        for (int i = 0; i < groups.Length; i++)
        {
            double from = seconds(groups[i].Min(b => b.Start)), end = seconds(groups[i].Max(b => b.End));
            double to = i + 1 < groups.Length ? Math.Max(from, seconds(groups[i + 1].Min(b => b.Start))) : end;
            if (shown.Count > 0) from = Math.Max(from, shown[^1].To);
            double[] judged = [.. groups[i].Where(b => !b.Traced || !untracedToo).Select(value)];
            double centre = judged.Length > 0 ? Centre(judged) : double.NaN;
            (int first, int last) = (groups[i].Min(b => b.Round), groups[i].Max(b => b.Round));
            string name = first == last ? $"round {first}" : $"rounds {first} to {last}";
            string figure = !double.IsFinite(centre) ? Figures.Absent
                : several ? $"{VerdictSentences.Percent(centre)} off the centre" : $"{Figures.Cycles(centre)} {clock.Symbol}";
            int count = groups[i].Sum(b => b.Blocks);
            string tip = $"{name}, {from:0.##} to {to:0.##} s: {figure} ({count:N0} block{(count == 1 ? "" : "s")})";
            shown.Add(new MedianRound(name, from, Math.Max(to, from), centre, tip));
        }
        return shown.ToImmutable();
    }

    private static ImmutableArray<BlockMedian> Thinned(BlockMedian[] points)
    {
        int together = (points.Length + MostPoints - 1) / MostPoints;
        return together <= 1
            ? [.. points]
            : [.. points.Chunk(together).Select(c => new BlockMedian(c.Average(p => p.Seconds), c.Average(p => p.Value)))];
    }

    private static double Centre(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
