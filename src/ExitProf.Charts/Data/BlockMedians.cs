using System.Collections.Immutable;

namespace ExitProf.Charts;

/// <summary>The median of a block, or of neighbouring ones.</summary>
/// <param name="Seconds">Since the first block.</param>
public readonly record struct BlockMedian(double Seconds, double Value);

/// <summary>The blocks with one set of events.</summary>
/// <param name="Fill">The colour of its points.</param>
public sealed record MedianSeries(string Name, string Fill, ImmutableArray<BlockMedian> Points);

/// <summary>One round, or neighbouring ones where there are many.</summary>
/// <param name="Value">Its centre; NaN if nothing of it is drawn.</param>
public sealed record MedianRound(string Name, double From, double To, double Value, string Tooltip);

/// <summary>The medians of blocks in the order of time, with the borders of the rounds: drift is seen.</summary>
public sealed record BlockMedians(
    string Title,
    string Subtitle,
    string Unit,
    ImmutableArray<MedianSeries> Series,
    ImmutableArray<MedianRound> Rounds
) : IChart
{
    public string Description => string.Join("; ", Rounds.Select(r => r.Tooltip)) + ".";
}
