using System.Collections.Immutable;
using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>What each value of a numeric setting costs more than the lowest one.</summary>
internal static class SweptCosts
{
    /// <param name="fitted">Whether a slope is what the scenario asks for: a line through a knee would say what is not so.</param>
    /// <returns>Null unless three values were measured.</returns>
    public static SweepCurve? Of(TraceSummary trace, Sweep sweep, bool fitted)
    {
        ImmutableArray<SweptShift> points = SweptShift.Of(sweep);
        if (points.IsEmpty) return null;
        string unit = trace.Header.Clock.Symbol, with = sweep.Others.Length > 0 ? $" with {sweep.Others}" : "";
        Slope? whole = fitted ? Slope.Of(sweep, perDoubling: false) : null;
        var panels = new List<SweepPanel>
        {
            new(
                $"the whole exit, {unit} more than with {VisibleText.Of(sweep.Setting)}={Number(points[0].Value)}; bars: 99 % intervals",
                "handler",
                Points(points, p => p.Whole, "the whole exit"),
                Line(whole, unit)
            ),
        };
        if (points.All(p => p.Userspace is not null))
        {
            Slope? part = fitted ? Slope.Of(sweep, perDoubling: false, c => c.UserspaceCost) : null;
            panels.Add(
                new SweepPanel(
                    "the VMM's part of it (userspace), on a scale of its own",
                    "userspace",
                    Points(points, p => p.Userspace!.Value, "userspace"),
                    Line(part, unit)
                )
            );
        }
        return new SweepCurve(
            VisibleText.Of($"{trace.Header.Scenario}: {sweep.Setting}{with}"),
            VisibleText.Of(sweep.Setting),
            [.. panels]
        );
    }

    private static ImmutableArray<SweepPoint> Points(ImmutableArray<SweptShift> points, Func<SweptShift, Estimate> figure, string of) =>
        [.. points.Select(p => new SweepPoint(p.Value, figure(p), $"{Number(p.Value)}: {Figures.Shift(figure(p))} ({of})"))];

    private static FittedLine? Line(Slope? slope, string unit) =>
        slope is null || !SlopeSentences.IsProven(slope.Cycles)
            ? null
            : new FittedLine(slope.Cycles, $"{SlopeSentences.Fine(slope.Cycles)} {unit} for each one more");

    private static string Number(double value) => value.ToString("#,0.##");
}
