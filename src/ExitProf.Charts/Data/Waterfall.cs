using System.Collections.Immutable;

namespace ExitProf.Charts;

/// <summary>Waterfalls below each other on one scale.</summary>
/// <param name="PerMicrosecond">Units of the scale in a microsecond, for the second axis; 0 if unknown, not the same for all panels, or a
/// time already.</param>
public sealed record Waterfall(ImmutableArray<WaterfallPanel> Panels, double PerMicrosecond) : IChart
{
    public string Title => "Waterfall of the stages: " + string.Join("; ", Panels.Select(p => p.Title));

    public string Subtitle => "";

    public string Description =>
        string.Join(" ", Panels.Select(p => $"{p.Title}. {p.Subtitle}. {string.Join("; ", p.Rows.Select(r => $"{r.Label} {r.Value}"))}."));
}
