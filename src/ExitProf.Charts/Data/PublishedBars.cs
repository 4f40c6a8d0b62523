using System.Collections.Immutable;

namespace ExitProf.Charts;

/// <summary>A stage here and in a published table: its share of each whole, from 0 to 1, and both in words.</summary>
public sealed record PublishedBar(string Label, string Fill, double Here, string HereText, double There, string ThereText);

/// <summary>
/// A published table's bars beside ours, as shares of each whole: the machines are decades apart, so the figures stand beside the bars and
/// the shares are what can be compared.
/// </summary>
/// <param name="Source">Who published it and when.</param>
public sealed record PublishedBars(string Title, string Subtitle, string Source, ImmutableArray<PublishedBar> Bars) : IChart
{
    public string Description => string.Join("; ", Bars.Select(b => $"{b.Label}: {b.HereText} here, {b.ThereText} published")) + ".";
}
