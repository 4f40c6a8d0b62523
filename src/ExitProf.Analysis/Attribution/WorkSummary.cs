using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Units of guest work of one configuration.</summary>
/// <param name="Unit">What one consists of.</param>
/// <param name="Cycles">Of one unit with its exits.</param>
/// <param name="WithoutExits">Of the same unit without any, in blocks between those of the others; null for units that have none.</param>
/// <param name="CyclesPerExit">The difference, for each exit: what an exit costs this work, caches and predictors included.</param>
/// <param name="ShareInExits">The part of the time that the exits take, 0 to 1.</param>
public sealed record WorkSummary(WorkUnit Unit, Estimate Cycles, Estimate? WithoutExits, Estimate? CyclesPerExit, Estimate? ShareInExits)
{
    private const double Million = 1e6;

    /// <summary>Million instructions of the guest's own work in a second.</summary>
    public double WorkPerSecond(long hertz) => Unit.Instructions / Million * hertz / Cycles.Mean;

    public double ExitsPerSecond(long hertz) => Unit.Exits * (double)hertz / Cycles.Mean;

    internal static WorkSummary Of(WorkUnit unit, RoundCost with, RoundCost? without, double confidence)
    {
        if (without is null || unit.Exits == 0) return new WorkSummary(unit, with.Estimate(confidence), null, null, null);
        Estimate kept = without.Over(with, confidence);
        return new WorkSummary(
            unit,
            with.Estimate(confidence),
            without.Estimate(confidence),
            RoundCost.Contrast(confidence, (1.0 / unit.Exits, with), (-1.0 / unit.Exits, without)),
            new Estimate(1 - kept.Mean, 1 - kept.High, 1 - kept.Low));
    }
}
