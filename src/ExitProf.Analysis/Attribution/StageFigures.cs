using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Makes a row of the stage table.</summary>
internal static class StageFigures
{
    public const double Confidence = 0.99;

    /// <param name="costs">What a step pays of its events.</param>
    /// <param name="untracedMean">NaN if nothing was untraced.</param>
    public static StageSummary Of(WalkStage stage, Tally exits, TraceHeader header, EventCosts costs, int grain, double untracedMean)
    {
        double nan = double.NaN;
        if (stage.Steps.IsEmpty)
        {
            var nothing = new Quantiles(0, nan, nan, nan, nan, nan, nan);
            return new StageSummary(
                stage.Stages,
                stage.Name,
                stage.Group,
                stage.State,
                stage.Bound,
                nothing,
                nan,
                new Estimate(nan, nan, nan),
                nan,
                [],
                []
            );
        }
        double probe = stage.Steps.Sum(costs.Of);
        var mean = new RoundMean();
        foreach (RoundSums sums in exits.Rounds.Rows) mean.Add(sums.Round, sums.Exits, stage.Steps.Sum(s => sums.Step(s.Index)));
        Histogram ticks = exits.Stage(stage);
        Estimate raw = header.Clock.IsTime ? mean.Estimate(Confidence) : ExactFigures.Exactly(ticks.Common().Value * grain);
        Estimate corrected = Corrected(stage, raw, probe, costs);
        return new StageSummary(
            stage.Stages,
            stage.Name,
            stage.Group,
            stage.State,
            stage.Bound,
            Distribution.Quantiles(ticks, grain, mean.Value),
            probe,
            corrected,
            corrected.Mean / untracedMean,
            [.. stage.Steps.Select(s => Step(s, exits, header, costs, grain))],
            [.. Distribution.Curve(ticks, grain)]);
    }

    /// <summary>
    /// Where the share of an event before its stamp is assumed, a stage that the guest or the VMM borders may be off by up to a whole
    /// event: its interval is that of all shares from 0 to 1.
    /// </summary>
    private static Estimate Corrected(WalkStage stage, Estimate raw, double probe, EventCosts costs)
    {
        bool bordered = stage.Steps[0].From.IsKernelEvent() != stage.Steps[^1].To.IsKernelEvent();
        if (!costs.HeadsAreAssumed || !bordered) return new Estimate(raw.Mean - probe, raw.Low - probe, raw.High - probe);
        double[] probes = [probe, stage.Steps.Sum(s => costs.Of(s, 0)), stage.Steps.Sum(s => costs.Of(s, 1))];
        return new Estimate(raw.Mean - probe, raw.Low - probes.Max(), raw.High - probes.Min());
    }

    private static StepSummary Step(WalkStep step, Tally exits, TraceHeader header, EventCosts costs, int grain)
    {
        double mean = exits.Rounds.Rows.Sum(r => r.Step(step.Index)) / exits.Exits;
        double probe = costs.Of(step);
        Histogram ticks = exits.Steps[step.Index];
        double centre = header.Clock.IsTime ? mean : ticks.Common().Value * grain;
        return new StepSummary(step.Name, step.From, step.To, step.Bound, mean, ticks.Quantile(0.5) * grain, probe, centre - probe);
    }
}
