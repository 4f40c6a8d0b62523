using System.Collections.Immutable;

namespace ExitProf.Charts;

/// <summary>The median of one run.</summary>
/// <param name="New">Whether it is of the run that is judged, not of the baseline.</param>
public sealed record HistoryPoint(DateTime Utc, double Median, bool New, string Tooltip)
{
    /// <summary>Its name on the axis, in place of dates; empty for dates.</summary>
    public string Label { get; init; } = "";
}

/// <summary>Neighbouring runs between two steps, and their median in words.</summary>
public sealed record HistoryLevel(int Runs, double Median, string Text);

/// <summary>The medians that a baseline remembers, in the order of time, with the level between the steps.</summary>
/// <param name="Decimals">Digits after the point on the axis.</param>
public sealed record HistoryChart(
    string Title, string Subtitle, int Decimals, ImmutableArray<HistoryPoint> Points, ImmutableArray<HistoryLevel> Levels) : IChart
{
    /// <summary>What a point is of.</summary>
    public string Of { get; init; } = "run of the baseline";

    public string Description => Subtitle;
}
