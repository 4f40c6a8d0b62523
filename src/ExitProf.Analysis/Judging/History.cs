using System.Collections.Immutable;
using Perfolizer.Mathematics.Cpd;

namespace ExitProf.Analysis;

/// <summary>A step in a history: it lies behind the last run before it and at the latest at the first run after it.</summary>
/// <param name="Percent">The runs after it against those before, up to the next steps.</param>
public sealed record HistoryStep(BaselineRun Before, BaselineRun After, Interval Percent);

/// <summary>
/// The runs that a baseline remembers, in the order of time, with the steps between them and the runs that are compared with them.
/// </summary>
public sealed record RunHistory(ImmutableArray<BaselineRun> Runs, ImmutableArray<HistoryStep> Steps, ImmutableArray<BaselineRun> New)
{
    /// <summary>Its runs from step to step.</summary>
    public IEnumerable<BaselineRun[]> Levels
    {
        get
        {
            DateTime[] begins = [DateTime.MinValue, .. Steps.Select(s => s.After.Utc), DateTime.MaxValue];
            return begins.Zip(begins.Skip(1), (from, to) => Runs.Where(r => r.Utc >= from && r.Utc < to).ToArray());
        }
    }
}

/// <summary>Where the medians of a history changed their level.</summary>
public static class History
{
    /// <summary>A level is told by as many runs as a rank interval of 99 % needs.</summary>
    private const int LeastRuns = 8;

    /// <summary>The search takes the square of the number of runs; what is older than these is history.</summary>
    private const int MostRuns = 2_000;

    /// <summary>
    /// The steps in the order of time: found by ED-PELT, and kept if the 99 % interval of the shift lies beyond 0 on one side.
    /// </summary>
    /// <param name="runs">Of one machine and unit, in the order of time.</param>
    public static ImmutableArray<HistoryStep> Steps(IReadOnlyList<BaselineRun> runs)
    {
        BaselineRun[] last = [.. runs.TakeLast(MostRuns)];
        if (last.Length < 2 * LeastRuns) return [];
        double[] logs = [.. last.Select(r => Math.Log(r.Median))];
        // An index is the last run of its level.
        int[] ends = [-1, .. EdPeltChangePointDetector.Instance.GetChangePointIndexes(logs, LeastRuns), last.Length - 1];
        var steps = ImmutableArray.CreateBuilder<HistoryStep>();
        for (int i = 1; i < ends.Length - 1; i++)
        {
            Interval shift = RankShift
                .Between(logs.AsSpan((ends[i - 1] + 1)..(ends[i] + 1)), logs.AsSpan((ends[i] + 1)..(ends[i + 1] + 1)), 0.99)
                .Map(s => (Math.Exp(s) - 1) * 100);
            if (shift.Above(0) || shift.Below(0))
                steps.Add(new HistoryStep(last[ends[i]], last[ends[i] + 1], shift));
        }
        return steps.ToImmutable();
    }
}
