using System.Collections.Immutable;
using ExitProf.Analysis;

namespace ExitProf.Charts;

/// <summary>What one value of a setting costs more than the lowest one.</summary>
public sealed record SweepPoint(double Value, Estimate Shift, string Tooltip);

/// <summary>A line through the points by least squares: "56.2 ± 0.4 cycles each".</summary>
/// <param name="Each">The slope with its interval.</param>
public sealed record FittedLine(Estimate Each, string Text);

/// <summary>The points of the whole exit, or of one of its parts, on a scale of their own.</summary>
/// <param name="Caption">What the figures are of, and their unit.</param>
/// <param name="Fill">The group whose colour the points have.</param>
/// <param name="Line">Where a slope is what the scenario asks for; else null, and the points are joined.</param>
public sealed record SweepPanel(string Caption, string Fill, ImmutableArray<SweepPoint> Points, FittedLine? Line);

/// <summary>
/// The cost of each value of a numeric setting, with intervals; parts that vary by far less have a scale of their own below.
/// </summary>
public sealed record SweepCurve(string Title, string Setting, ImmutableArray<SweepPanel> Panels) : IChart
{
    public string Subtitle => "";

    public string Description => string.Join("; ", Panels.SelectMany(p => p.Points).Select(p => p.Tooltip)) + ".";
}
