using System.Collections.Immutable;

namespace ExitProf.Charts;

/// <summary>A slice of time of a latency map.</summary>
/// <param name="Name">When it was: "0.2 to 0.4 s".</param>
/// <param name="From">In seconds since the first exit.</param>
/// <param name="Shares">The share of the slice's exits in each row, from the lowest.</param>
public sealed record LatencySlice(string Name, double From, double To, ImmutableArray<double> Shares, string Tooltip);

/// <summary>
/// How long exits took while the recording went on: time along, the logarithm of the duration upwards, darker where more exits are.
/// </summary>
/// <param name="Borders">Of the rows, one more than there are rows, in the unit.</param>
public sealed record LatencyMap(
    string Title,
    string Subtitle,
    string Unit,
    ImmutableArray<double> Borders,
    ImmutableArray<LatencySlice> Slices
) : IChart
{
    public string Description => string.Join("; ", Slices.Select(s => s.Tooltip)) + ".";
}
