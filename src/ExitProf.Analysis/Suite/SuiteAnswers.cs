using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Makes the figures of a row, in the way that its scenario asks for. Without a trace there are none.</summary>
public static class SuiteAnswers
{
    private const double Confidence = StageFigures.Confidence;

    /// <summary>Two one-sided tests at 5 %.</summary>
    private const double Equivalence = 0.9;

    /// <param name="all">For figures that are compared with those of another row.</param>
    public static IReadOnlyList<SuiteAnswer> Read(SuiteRow row, IReadOnlyList<SuiteRow> all)
    {
        if (row.Trace is not { } trace) return [];
        SuiteAnswer[] costs = [.. trace.Configurations.Where(c => c.Cost != null).Select(Cost)];
        return row.Run.Question switch
        {
            SuiteQuestion.Stages => [.. costs, .. trace.Configurations.Take(1).SelectMany(c => Stages(c).Concat(Events(c)))],
            SuiteQuestion.Slope { OfUserspace: true } r => [.. Lines(trace, r.Setting, SuiteQuantity.UserspaceSlope), .. costs],
            SuiteQuestion.Slope r => [.. Lines(trace, r.Setting, SuiteQuantity.Slope), .. costs],
            SuiteQuestion.SlopePerDoubling r => [.. Lines(trace, r.Setting, SuiteQuantity.SlopePerDoubling), .. costs],
            SuiteQuestion.Difference { OfUserspace: true, EachAlike: false } r =>
            [
                .. ToFirst(trace, r.Setting, SuiteQuantity.UserspaceDifference, MoreOnAverage, Confidence),
                .. costs,
            ],
            SuiteQuestion.Difference { OfUserspace: true } r =>
            [
                .. ToFirst(trace, r.Setting, SuiteQuantity.UserspaceDifference, More, Confidence),
                .. ToFirst(trace, r.Setting, SuiteQuantity.Difference, More, Confidence),
                .. costs,
            ],
            SuiteQuestion.Difference r => [.. ToFirst(trace, r.Setting, SuiteQuantity.Difference, More, Confidence), .. costs],
            SuiteQuestion.Ratio r =>
            [
                .. ToFirst(trace, r.Setting, SuiteQuantity.Ratio, (first, other) => other.TypicalOver(first, Confidence), Confidence),
                .. costs,
            ],
            SuiteQuestion.Sameness r =>
            [
                .. ToFirst(trace, r.Setting, SuiteQuantity.Sameness, Relative, Equivalence).Select(s => s with { Share = r.Margin }),
                .. costs,
            ],
            SuiteQuestion.Against r => [.. Against(costs, r.Scenario, all), .. costs],
            SuiteQuestion.Work => [.. trace.Configurations.Where(c => c.Work != null).Select(c => Work(c, trace.Header.Clock.Hertz))],
            _ => costs,
        };
    }

    private static SuiteAnswer Cost(ConfigurationSummary c) =>
        new(SuiteQuantity.Cost, c.Configuration.Name, c.Cost!.Estimate(Confidence), Confidence)
        {
            P99 = c.Untraced?.Total.P99 ?? double.NaN,
            ExitsToVmm = c.ExitsToVmm,
        };

    private static IEnumerable<SuiteAnswer> Stages(ConfigurationSummary c) =>
        c
            .Stages.Where(s => s.State != StageState.Absent)
            .Select(s => new SuiteAnswer(SuiteQuantity.Stage, s.Name, s.Corrected, Confidence) { Share = s.Share });

    private static IEnumerable<SuiteAnswer> Events(ConfigurationSummary c) =>
        c
            .StampCounts.Where(s => s.Stamp.IsKernelEvent())
            .Select(s => new SuiteAnswer(
                SuiteQuantity.Events,
                s.Stamp.Name(),
                new Estimate(s.PerExit, double.NaN, double.NaN),
                double.NaN
            ));

    private static IEnumerable<SuiteAnswer> Lines(TraceSummary trace, string setting, SuiteQuantity quantity)
    {
        foreach (Sweep sweep in Sweep.Of(trace, setting))
        {
            if (Slope.Of(sweep, quantity == SuiteQuantity.SlopePerDoubling, c => CostOf(c, quantity)) is { } slope)
                yield return new SuiteAnswer(quantity, sweep.Others, slope.Cycles, Confidence) { Share = slope.Bend };
        }
    }

    private static RoundCost? CostOf(ConfigurationSummary c, SuiteQuantity quantity) =>
        quantity is SuiteQuantity.UserspaceDifference or SuiteQuantity.UserspaceSlope ? c.UserspaceCost : c.Cost;

    private static Estimate More(RoundCost first, RoundCost other) => RoundCost.TypicalContrast(Confidence, (1, other), (-1, first));

    /// <summary>Where one exit in N pays for all, the most frequent one says nothing of it.</summary>
    private static Estimate MoreOnAverage(RoundCost first, RoundCost other) => RoundCost.Contrast(Confidence, (1, other), (-1, first));

    private static IEnumerable<SuiteAnswer> ToFirst(
        TraceSummary trace,
        string setting,
        SuiteQuantity quantity,
        Func<RoundCost, RoundCost, Estimate> contrast,
        double confidence
    )
    {
        foreach (Sweep sweep in Sweep.Of(trace, setting))
        {
            if (CostOf(sweep.Configurations[0], quantity) is not { } first) continue;
            foreach (ConfigurationSummary other in sweep.Configurations.Skip(1))
            {
                if (CostOf(other, quantity) is { } cost)
                    yield return new SuiteAnswer(quantity, other.Configuration.Name, contrast(first, cost), confidence)
                    {
                        Base = sweep.Configurations[0].Configuration.Name,
                    };
            }
        }
    }

    private static Estimate Relative(RoundCost first, RoundCost other)
    {
        Estimate ratio = other.TypicalOver(first, Equivalence);
        return new Estimate(ratio.Mean - 1, ratio.Low - 1, ratio.High - 1);
    }

    /// <summary>
    /// Two recordings are not interleaved, so there is no interval: it would be of the conditions of each, not of their difference.
    /// </summary>
    private static IEnumerable<SuiteAnswer> Against(SuiteAnswer[] costs, string scenario, IReadOnlyList<SuiteRow> all)
    {
        RoundCost? other = all.FirstOrDefault(r => r.Scenario == scenario && r.Trace != null)?.Trace!.Configurations.FirstOrDefault()?.Cost;
        return other == null
            ? []
            : costs.Select(c => new SuiteAnswer(
                SuiteQuantity.Against,
                c.Of,
                new Estimate(other.Mean / c.Value.Mean, double.NaN, double.NaN),
                double.NaN
            ));
    }

    private static SuiteAnswer Work(ConfigurationSummary c, long hertz)
    {
        double rate = c.Work!.WorkPerSecond(hertz),
            scale = rate * c.Work.Cycles.Mean;
        return new SuiteAnswer(
            SuiteQuantity.Work,
            c.Configuration.Name,
            new Estimate(rate, scale / c.Work.Cycles.High, scale / c.Work.Cycles.Low),
            Confidence
        )
        {
            Share = c.Work.ShareInExits?.Mean ?? 0,
        };
    }
}
