using System.Collections.Immutable;

namespace ExitProf.Analysis;

/// <summary>What one file says of one thing that was measured: each value is a run of it.</summary>
/// <param name="Name">As the tool names it; empty where nothing names it.</param>
/// <param name="Unit">In the tool's own word; empty where nothing says it.</param>
/// <param name="Decimals">Digits behind the point: the values are no finer than that.</param>
public sealed record Metric(string Name, string Unit, ImmutableArray<double> Values, int Decimals)
{
    /// <summary>Null where neither the tool nor the file says it.</summary>
    public Better? Better { get; init; }

    /// <summary>
    /// True if the name is a command line or a folder: the two sides of a comparison have different ones by their nature.
    /// </summary>
    public bool NamedByPlace { get; init; }

    /// <summary>
    /// How many turns one value is the mean of, as far as rounded figures tell; null where it is not known, or where the tool chooses it
    /// again each time.
    /// </summary>
    public Turns? Turns { get; init; }
}
