using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>
/// How much of its own work a guest gets done when it exits more and more often, as a share of what it does without an exit, and Amdahl's
/// line for exits of one cost: 1 / (1 + exits per unit × cycles of an exit ÷ cycles of a unit).
/// </summary>
internal static class GuestWork
{
    /// <returns>Null unless there is a unit without exits and two with.</returns>
    public static AmdahlCurve? Of(IReadOnlyList<Subject> subjects)
    {
        WorkSummary[] points = [.. subjects.Select(s => s.Configuration.Work).OfType<WorkSummary>().OrderBy(w => w.Unit.Exits)];
        if (points.Length < 3 || points[0].Unit.Exits != 0 || points[1].Unit.Exits == 0) return null;
        WorkSummary idle = points[0];
        // An exit's cost is taken from the units with the most: there the difference is largest against its interval.
        double own = idle.Cycles.Mean, cost = (points[^1].Cycles.Mean - own) / points[^1].Unit.Exits;
        TraceClock clock = subjects[0].Trace.Header.Clock;
        string shown = clock.IsTime
            ? $"Work per second, in per cent of that without exits ({WorkSentences.Rate(idle.WorkPerSecond(clock.Hertz))} million instructions a second)"
            : "Work for each instruction of the machine, in per cent of that without exits";
        return new AmdahlCurve(
            $"{VisibleText.Of(subjects[0].Trace.Header.Scenario)}: guest work against exits",
            $"{shown}; line: Amdahl's, with {Figures.Cycles(cost)} {subjects[0].Unit} an exit.",
            idle.Unit.Instructions / 1e6 * cost / own,
            [.. points.Skip(1).Select(Point)]);

        WorkPoint Point(WorkSummary work)
        {
            double share = own / work.Cycles.Mean * work.Unit.Instructions / idle.Unit.Instructions,
                exits = work.Unit.Exits * 1e6 / work.Unit.Instructions;
            return new WorkPoint(exits, share, $"{exits:#,0.##} exits per million instructions: {100 * share:0.0} % of the work");
        }
    }
}
