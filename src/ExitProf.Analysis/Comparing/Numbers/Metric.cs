using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Which way a metric gets better.</summary>
public enum Better
{
    Lower,
    Higher,
}

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

/// <summary>A count of turns, known to lie between two bounds.</summary>
public readonly record struct Turns(double Least, double Most)
{
    public bool CanEqual(Turns other) => Least <= other.Most && other.Least <= Most;

    public override string ToString() =>
        Math.Round(Least) == Math.Round(Most) ? $"{Math.Round(Least):N0}" : $"{Math.Ceiling(Least):N0} to {Math.Floor(Most):N0}";
}

/// <summary>What one file of measurements holds.</summary>
/// <param name="File">Its name, for messages and reports.</param>
/// <param name="Kind">Of what kind it is, for messages: "a JSON export of hyperfine".</param>
/// <param name="Metrics">At least one; no two of one name.</param>
public sealed record MetricFile(string File, string Kind, ImmutableArray<Metric> Metrics)
{
    /// <summary>
    /// By what it was measured: harness, clock, turns. Where two files say different things, their numbers mean different things.
    /// </summary>
    public ImmutableArray<Fact> Ruler { get; init; } = [];

    /// <summary>Where it was measured.</summary>
    public ImmutableArray<Fact> Host { get; init; } = [];

    /// <summary>When, as the tool writes it; empty if it does not say.</summary>
    public string Date { get; init; } = "";

    public ImmutableArray<Finding> Findings { get; init; } = [];
}
