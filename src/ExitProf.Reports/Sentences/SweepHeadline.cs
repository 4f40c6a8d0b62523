using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>
/// What a recording of several configurations comes to, in one sentence: by typical exits, because a mean is moved by whatever interrupts a
/// few exits, and as a difference only where the rounds in which the configurations took turns prove one.
/// </summary>
internal static class SweepHeadline
{
    private const double Confidence = 0.99;

    /// <param name="who">"One pio-out exit".</param>
    /// <returns>Null where there are no typical exits of all configurations: guest work, or no untraced exits.</returns>
    public static string? Of(string who, TraceSummary trace, IReadOnlyList<Subject> subjects)
    {
        if (subjects.Any(s => s.Configuration is not { Cost: not null, Work: null } || !double.IsFinite(s.Configuration.Cost.Typical)))
            return null;
        Subject least = subjects.MinBy(s => s.Configuration.Cost!.Typical)!, most = subjects.MaxBy(s => s.Configuration.Cost!.Typical)!;
        // The extremes of many were chosen by looking at all pairs of them.
        double pairs = subjects.Count * (subjects.Count - 1) / 2.0;
        double confidence = 1 - (1 - Confidence) / pairs;
        Estimate shift = RoundCost.TypicalContrast(confidence, (1, most.Configuration.Cost!), (-1, least.Configuration.Cost!));
        string from = Cost(least), to = Cost(most);
        string typically = trace.Header.Clock.IsTime ? "typically costs" : "costs";
        if (shift.Low > 0 && double.IsFinite(shift.High))
            return $"{who} {typically} from {from} with {least.Label} to {to} with {most.Label}.";
        if (from == to) return $"{who} {typically} {from} with each of {subjects.Count} settings.";
        return $"{who} {typically} {from} to {to} with {subjects.Count} settings; no setting is proven to differ from another.";

        string Cost(Subject subject) => Figures.CyclesAndTime(subject.Configuration.Cost!.Typical, trace.Header);
    }
}
