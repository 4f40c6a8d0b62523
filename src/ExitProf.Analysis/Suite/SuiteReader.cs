using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Makes the figures of a row, in the way that its scenario asks for. Without a trace there are none.</summary>
public static class SuiteReader
{
    private const double Confidence = StageRow.Confidence;

    /// <summary>Two one-sided tests at 5 %.</summary>
    private const double Equivalence = 0.9;

    /// <param name="all">For figures that are held against those of another row.</param>
    public static IReadOnlyList<SuiteResult> Read(SuiteRow row, IReadOnlyList<SuiteRow> all)
    {
        if (row.Trace is not { } trace) return [];
        SuiteResult[] costs = [.. trace.Configurations.Where(c => c.Cost != null).Select(Cost)];
        return row.Run.Reading switch
        {
            SuiteReading.Stages => [.. costs, .. trace.Configurations.Take(1).SelectMany(c => Stages(c).Concat(Events(c)))],
            SuiteReading.Slope { OfUserspace: true } r => [.. Lines(trace, r.Setting, SuiteQuantity.UserspaceSlope), .. costs],
            SuiteReading.Slope r => [.. Lines(trace, r.Setting, SuiteQuantity.Slope), .. costs],
            SuiteReading.SlopePerDoubling r => [.. Lines(trace, r.Setting, SuiteQuantity.SlopePerDoubling), .. costs],
            SuiteReading.Difference { OfUserspace: true, EachAlike: false } r => [.. ToFirst(trace, r.Setting, SuiteQuantity.UserspaceDifference, More, Confidence), .. costs],
            SuiteReading.Difference { OfUserspace: true } r => [.. ToFirst(trace, r.Setting, SuiteQuantity.UserspaceDifference, More, Confidence), .. ToFirst(trace, r.Setting, SuiteQuantity.Difference, More, Confidence), .. costs],
            SuiteReading.Difference r => [.. ToFirst(trace, r.Setting, SuiteQuantity.Difference, More, Confidence), .. costs],
            SuiteReading.Ratio r => [.. ToFirst(trace, r.Setting, SuiteQuantity.Ratio, (first, other) => other.TypicalOver(first, Confidence), Confidence), .. costs],
            SuiteReading.Sameness r => [.. ToFirst(trace, r.Setting, SuiteQuantity.Sameness, Relative, Equivalence).Select(s => s with { Share = r.Margin }), .. costs],
            SuiteReading.Against r => [.. Against(costs, r.Scenario, all), .. costs],
            SuiteReading.Work => [.. trace.Configurations.Where(c => c.Work != null).Select(c => Work(c, trace.Header.TscHertz))],
            _ => costs,
        };
    }

    private static SuiteResult Cost(ConfigurationSummary c) =>
        new(SuiteQuantity.Cost, c.Configuration.Name, c.Cost!.Estimate(Confidence), Confidence) { P99 = c.Untraced?.Total.P99 ?? double.NaN, ExitsToVmm = c.ExitsToVmm };

    private static IEnumerable<SuiteResult> Stages(ConfigurationSummary c) =>
        c.Stages.Where(s => s.State != StageState.Absent).Select(s => new SuiteResult(SuiteQuantity.Stage, s.Name, s.Corrected, Confidence) { Share = s.Share });

    private static IEnumerable<SuiteResult> Events(ConfigurationSummary c) =>
        c.StampCounts.Where(s => s.Stamp.IsKernelEvent()).Select(s => new SuiteResult(SuiteQuantity.Events, s.Stamp.Name(), new Estimate(s.PerExit, double.NaN, double.NaN), double.NaN));

    private static IEnumerable<SuiteResult> Lines(TraceSummary trace, string setting, SuiteQuantity quantity)
    {
        foreach (Sweep sweep in Sweep.Of(trace, setting))
        {
            if (Slope.Of(sweep, quantity == SuiteQuantity.SlopePerDoubling, c => CostOf(c, quantity)) is { } slope) yield return new SuiteResult(quantity, sweep.Others, slope.Cycles, Confidence) { Share = slope.Bend };
        }
    }

    private static RoundCost? CostOf(ConfigurationSummary c, SuiteQuantity quantity) =>
        quantity is SuiteQuantity.UserspaceDifference or SuiteQuantity.UserspaceSlope ? c.UserspaceCost : c.Cost;

    private static Estimate More(RoundCost first, RoundCost other) => RoundCost.TypicalContrast(Confidence, (1, other), (-1, first));

    private static IEnumerable<SuiteResult> ToFirst(TraceSummary trace, string setting, SuiteQuantity quantity, Func<RoundCost, RoundCost, Estimate> contrast, double confidence)
    {
        foreach (Sweep sweep in Sweep.Of(trace, setting))
        {
            if (CostOf(sweep.Configurations[0], quantity) is not { } first) continue;
            foreach (ConfigurationSummary other in sweep.Configurations.Skip(1))
            {
                if (CostOf(other, quantity) is { } cost) yield return new SuiteResult(quantity, other.Configuration.Name, contrast(first, cost), confidence) { Base = sweep.Configurations[0].Configuration.Name };
            }
        }
    }

    private static Estimate Relative(RoundCost first, RoundCost other)
    {
        Estimate ratio = other.TypicalOver(first, Equivalence);
        return new Estimate(ratio.Mean - 1, ratio.Low - 1, ratio.High - 1);
    }

    /// <summary>Two recordings are not interleaved, so there is no interval: it would be of the conditions of each, not of their difference.</summary>
    private static IEnumerable<SuiteResult> Against(SuiteResult[] costs, string scenario, IReadOnlyList<SuiteRow> all)
    {
        RoundCost? other = all.FirstOrDefault(r => r.Scenario == scenario && r.Trace != null)?.Trace!.Configurations.FirstOrDefault()?.Cost;
        return other == null ? [] : costs.Select(c => new SuiteResult(SuiteQuantity.Against, c.Of, new Estimate(other.Mean / c.Value.Mean, double.NaN, double.NaN), double.NaN));
    }

    private static SuiteResult Work(ConfigurationSummary c, long hertz)
    {
        double rate = c.Work!.WorkPerSecond(hertz), scale = rate * c.Work.Cycles.Mean;
        return new SuiteResult(SuiteQuantity.Work, c.Configuration.Name, new Estimate(rate, scale / c.Work.Cycles.High, scale / c.Work.Cycles.Low), Confidence) { Share = c.Work.ShareInExits?.Mean ?? 0 };
    }
}
