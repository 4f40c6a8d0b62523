using System.Collections.Immutable;
using ExitProf.Analysis;

namespace ExitProf.Charts;

/// <summary>How far a quantile moved, in percent of the base.</summary>
/// <param name="Value">The shift in words; <paramref name="Tooltip"/> has the interval too.</param>
public sealed record QuantilePoint(string Name, Interval Percent, string Value, string Tooltip);

/// <summary>
/// How far each quantile of whole exits moved: a shift of all exits is a level line, one of the tail alone rises at its end.
/// </summary>
/// <param name="Margin">The margin of the total in percent, on either side of 0.</param>
public sealed record QuantileShift(string Title, string Subtitle, double Margin, ImmutableArray<QuantilePoint> Points) : IChart
{
    public string Description => string.Join("; ", Points.Select(p => p.Tooltip)) + ".";
}
