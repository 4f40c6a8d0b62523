using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Makes a row of the stage table.</summary>
internal static class StageFigures
{
    public const double Confidence = 0.99;

    /// <param name="header">Knows what a stamp costs at least; charged to the step that it opens.</param>
    /// <param name="untracedMean">NaN if nothing was untraced.</param>
    public static StageSummary Of(WalkStage stage, Tally exits, TraceHeader header, int grain, double untracedMean)
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
        double probe = stage.Steps.Sum(s => Probe(s, header));
        var mean = new RoundMean();
        foreach (var (round, sums) in exits.Rounds) mean.Add(round, sums.Exits, stage.Steps.Sum(s => sums.Steps[s.Index]));
        Histogram ticks = exits.Stage(stage);
        Estimate raw = header.Clock.IsTime ? mean.Estimate(Confidence) : ExactFigures.Exactly(ticks.MostFrequent().Value * grain);
        var corrected = new Estimate(raw.Mean - probe, raw.Low - probe, raw.High - probe);
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
            [.. stage.Steps.Select(s => Step(s, exits, header, grain))],
            [.. Distribution.Curve(ticks, grain)]);
    }

    public static double Probe(WalkStep step, TraceHeader header) => header.Floor(step.From);

    private static StepSummary Step(WalkStep step, Tally exits, TraceHeader header, int grain)
    {
        double mean = exits.Rounds.Values.Sum(r => r.Steps[step.Index]) / exits.Exits;
        double probe = Probe(step, header);
        Histogram ticks = exits.Steps[step.Index];
        double centre = header.Clock.IsTime ? mean : ticks.MostFrequent().Value * grain;
        return new StepSummary(step.Name, step.From, step.To, step.Bound, mean, ticks.Quantile(0.5) * grain, probe, centre - probe);
    }
}
