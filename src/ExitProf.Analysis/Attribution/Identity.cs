using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// What closes the table: Σ corrected stages + incomplete − probe-indirect = untraced mean. What is left over is unattributed.
/// </summary>
/// <param name="ProbeIndirect">Σ over event groups (mean with all − mean without that group) − Σ floors of one exit.</param>
/// <param name="Unattributed">
/// Stages, incomplete and floors cancel, because the stages add up to the complete exits' mean: what remains is
/// untraced + (G − 1) · traced − Σ traced without one of the G groups. It is 0 when groups cost the same whether or not others are on.
/// </param>
/// <param name="Trivial">True with a single group: without it a block is untraced, and the difference is 0 by construction.</param>
internal sealed record Identity(Estimate ProbeIndirect, Estimate Unattributed, bool Trivial)
{
    /// <param name="without">Totals with all groups but the given one.</param>
    /// <returns>Null if a mean is missing.</returns>
    public static Identity? Of(
        TraceHeader header, ExitSetTotal traced, ExitSetTotal untraced, Func<EventGroups, ExitSetTotal> without, Tally complete,
        EventCosts costs)
    {
        var less = header.Groups.Each().Select(without).ToList();
        if (less.Exists(t => t.Exits == 0) || untraced.Exits == 0) return null;

        double floors = complete.Key.Signature[..^1].Where(s => s.IsKernelEvent()).Sum(costs.Cost);
        // The VMM's own stamps are there whichever group is left out: they are in no difference but that of a single group, and what they
        // cost is known.
        double steps = complete.Key.Signature[..^1].Count(s => s.IsStep()) * header.StepFloor;
        if (!header.Clock.IsTime) return OfCounts(traced, untraced, less, floors, steps);
        if (less.Count == 1) floors += steps;

        (double, RoundMean)[] minus = [.. less.Select(t => (-1.0, t.Mean))];
        Estimate events = RoundMean.Contrast(StageFigures.Confidence, [(less.Count, traced.Mean), .. minus]);
        var indirect = new Estimate(events.Mean - floors, events.Low - floors, events.High - floors);
        if (less.Count == 1) return new Identity(indirect, new Estimate(0, 0, 0), Trivial: true);
        var left = RoundMean.Contrast(StageFigures.Confidence, [(1, untraced.Mean), (less.Count - 1, traced.Mean), .. minus]);
        return new Identity(indirect, new Estimate(left.Mean + steps, left.Low + steps, left.High + steps), Trivial: false);
    }

    /// <summary>
    /// The same of the counts of a software CPU (<see cref="ExactFigures"/>). What the events cost is told by the part of an exit that is
    /// not the VMM's (<see cref="KernelPart"/>), in which its stamps are not.
    /// </summary>
    private static Identity OfCounts(ExitSetTotal traced, ExitSetTotal untraced, List<ExitSetTotal> less, double floors, double steps)
    {
        double events = less.Sum(t => traced.CommonWithEvents - t.CommonWithEvents);
        if (less.Count == 1 && !traced.HasKernelPart) floors += steps;
        Estimate indirect = ExactFigures.Exactly(events - floors);
        return less.Count == 1
            ? new Identity(indirect, ExactFigures.Exactly(0), Trivial: true)
            : new Identity(
                indirect,
                ExactFigures.Exactly(untraced.Common.Total + events - traced.Common.Total + steps),
                Trivial: false
            );
    }
}
