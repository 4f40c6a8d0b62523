using System.Collections.Immutable;
using ExitProf.Analysis;

namespace ExitProf.Charts;

/// <summary>A row of a forest plot.</summary>
/// <param name="Key">What the marks and rows of the same thing are called on the page; the stage's name.</param>
/// <param name="Shift">The interval that is compared with 0.</param>
/// <param name="Equivalence">The interval that is compared with the margin.</param>
/// <param name="Margin">On either side of 0; NaN for none.</param>
/// <param name="Value">The shift and its verdict in words.</param>
public sealed record ForestRow(
    string Label,
    string Key,
    Interval Shift,
    Interval Equivalence,
    double Margin,
    Verdict Verdict,
    string Value,
    bool Strong
);

/// <summary>
/// Shifts with their intervals below each other on one scale: thin the interval that is compared with 0, thick the one that is compared
/// with the margin, which is the band behind both.
/// </summary>
/// <param name="Decimals">Digits after the point on the axis.</param>
public sealed record ForestPlot(string Title, string Subtitle, string Unit, int Decimals, ImmutableArray<ForestRow> Rows) : IChart
{
    public string Description => string.Join("; ", Rows.Select(r => $"{r.Label} {r.Value}")) + ".";
}
