using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

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
