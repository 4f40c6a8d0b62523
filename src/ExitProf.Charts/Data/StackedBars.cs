using System.Collections.Immutable;

namespace ExitProf.Charts;

/// <summary>A waterfall laid flat.</summary>
/// <param name="Value">The whole in words.</param>
/// <param name="Whole">Where the mark of the whole is; NaN for none.</param>
public sealed record FlatBar(string Label, string Value, double Whole, ImmutableArray<WaterfallRow> Stages);

/// <summary>Many configurations on one scale, each laid flat into one bar.</summary>
/// <param name="WholeName">What the mark on each bar is: "untraced mean".</param>
public sealed record StackedBars(string Title, string Subtitle, string Unit, string WholeName, ImmutableArray<FlatBar> Bars) : IChart
{
    public string Description => string.Join("; ", Bars.Select(b => $"{b.Label} {b.Value} {Unit}")) + ".";
}
