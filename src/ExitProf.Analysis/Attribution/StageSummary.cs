using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>A row of the stage table. The figures of an absent stage are NaN.</summary>
/// <param name="Stages">More than one if they are merged.</param>
/// <param name="Cycles">As recorded, probes included.</param>
/// <param name="Probe">Floor of an event times the events that open a step of this stage, in cycles per exit.</param>
/// <param name="Corrected">Mean minus probe, with the 99 % interval of the mean over blocks.</param>
/// <param name="Share">Corrected ÷ untraced mean; NaN without untraced exits.</param>
/// <param name="Curve">The distribution of the stage.</param>
public sealed record StageSummary(
    ImmutableArray<Stage> Stages,
    string Name,
    string Group,
    StageState State,
    Bound Bound,
    Quantiles Cycles,
    double Probe,
    Estimate Corrected,
    double Share,
    ImmutableArray<StepSummary> Steps,
    ImmutableArray<CurvePoint> Curve);
