using System.Collections.Immutable;

namespace ExitProf.Charts;

/// <summary>A part of a reason's time: a port, an MSR, a page.</summary>
public sealed record ReasonSegment(string Name, double Share, string Tooltip);

/// <summary>A reason's share of the time in exits.</summary>
/// <param name="Value">The share, the number of exits and their mean in words.</param>
/// <param name="Segments">The largest first; what they leave is not named.</param>
public sealed record ReasonBar(
    string Label, string Fill, double Share, string Value, ImmutableArray<ReasonSegment> Segments, string Tooltip);

/// <summary>Where the time in exits goes: a bar for each reason, with its sub-keys in it.</summary>
/// <param name="Legend">What each colour means.</param>
public sealed record ReasonBars(
    string Title,
    string Subtitle,
    ImmutableArray<ReasonBar> Bars,
    ImmutableArray<(string Fill, string Text)> Legend
) : IChart
{
    public string Description => string.Join("; ", Bars.Select(b => $"{b.Label}: {b.Value}")) + ".";
}
