using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Everything a report shows of a comparison, as plain values.</summary>
/// <param name="Verdict">The worst of all rows.</param>
/// <param name="MoreRuns">How many more units (runs on each side, quads) would decide every row; null if all are decided, or if nobody can tell.</param>
public sealed record ComparisonSummary(
    Gate Gate,
    Verdict Verdict,
    ImmutableArray<ComparedRow> Rows,
    int? MoreRuns,
    ImmutableArray<string> Base,
    ImmutableArray<string> New,
    ImmutableArray<HostDifference> Hosts,
    ImmutableArray<Finding> Findings);

/// <summary>One scenario in one configuration, or one set of numbers, on both sides.</summary>
/// <param name="Name">"pio-out", "pio-out devices=3"; empty for numbers.</param>
/// <param name="Scenario">Empty for numbers.</param>
/// <param name="Settings">Of the configuration.</param>
/// <param name="Reason">Why the guest exits; empty for numbers.</param>
/// <param name="Unit">"tsc-cycles", or the unit in which the numbers are.</param>
/// <param name="Decimals">With which the values are written.</param>
/// <param name="Of">What of a run is compared: "untraced mean", "traced mean", "number".</param>
public sealed record ComparedRow(
    string Name,
    string Scenario,
    ImmutableArray<Fact> Settings,
    string Reason,
    string Unit,
    int Decimals,
    string Of,
    int BaseRuns,
    int NewRuns,
    JudgedShift Total)
{
    /// <summary>"run" (a trace, a number, a pair of them), or "quad" of interleaved blocks.</summary>
    public string Kind { get; init; } = "run";

    /// <summary>The rows of the stage table, those that such an exit does not walk through included; empty for numbers. The gate does not look at them.</summary>
    public ImmutableArray<ComparedStage> Stages { get; init; } = [];
}

/// <summary>A stage, or several merged, on both sides.</summary>
/// <param name="Shift">Of its mean without probes where their cost is known; null for a stage that is absent.</param>
public sealed record ComparedStage(string Name, string Group, JudgedShift? Shift);
