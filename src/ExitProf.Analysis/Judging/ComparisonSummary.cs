using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Everything a report shows of a comparison, as plain values.</summary>
/// <param name="Verdict">The worst of all rows, and of the stages that have a margin of their own; "cannot tell" without a row.</param>
/// <param name="More">How many more units (runs of each side, quads) would decide every row; null if all are decided, or if nobody can
/// tell.</param>
public sealed record ComparisonSummary(
    Gate Gate,
    Verdict Verdict,
    ImmutableArray<ComparedRow> Rows,
    MoreUnits? More,
    ImmutableArray<string> Base,
    ImmutableArray<string> New,
    ImmutableArray<HostDifference> Hosts,
    ImmutableArray<Finding> Findings)
{
    /// <inheritdoc cref="RunContrast.LeastRuns"/>
    public const int LeastRuns = RunContrast.LeastRuns;

    /// <inheritdoc cref="RunContrast.AdvisedRuns"/>
    public const int AdvisedRuns = RunContrast.AdvisedRuns;

    /// <summary>What all rows count: "quad", "file" or "value"; "run" where they differ.</summary>
    public string Kind => Rows.Select(r => r.Kind).Distinct().ToArray() is [var only] ? only : "run";

    /// <summary>More units of the side that needs the most.</summary>
    public int? MoreRuns => More?.Most;

    /// <summary>What a gate looks at. Where nothing was compared nobody can tell.</summary>
    public static Verdict Worst(IEnumerable<ComparedRow> rows) =>
        rows.SelectMany(r =>
                r.Stages.Where(s => s is { Gated: true, Shift: not null }).Select(s => s.Shift!.Verdict).Prepend(r.Total.Verdict)
            )
            .DefaultIfEmpty(Verdict.CannotTell)
            .Max();

    /// <summary>
    /// What would decide every total, and every stage that a gate looks at; null if all are decided, or if nobody can tell of one.
    /// </summary>
    public static MoreUnits? Needs(IEnumerable<ComparedRow> rows)
    {
        JudgedShift[] open =
        [
            .. rows.SelectMany(r => r.Stages.Where(s => s is { Gated: true, Shift: not null }).Select(s => s.Shift!).Prepend(r.Total))
                .Where(s => s.Verdict == Verdict.CannotTell),
        ];
        return open.Length > 0 && open.All(s => s.More != null) ? open.Select(s => s.More!.Value).Aggregate((a, b) => a.And(b)) : null;
    }

    /// <summary>Where and when the base was measured; null if nobody knows.</summary>
    public SideOrigin? BaseOrigin { get; init; }

    /// <summary>Where and when the new side was measured; null if nobody knows.</summary>
    public SideOrigin? NewOrigin { get; init; }

    /// <summary>What one more unit takes; NaN where it is not known.</summary>
    public double SecondsPerUnit { get; init; } = double.NaN;

    /// <summary>The trace that was recorded for it; empty if it was made of others.</summary>
    public string Trace { get; init; } = "";

    /// <summary>What comparing a configuration with itself came to on this host, now or the last time; null if that is not known.</summary>
    public GateCalibration? Calibration { get; init; }
}

/// <summary>One scenario in one configuration, or one set of numbers, on both sides.</summary>
/// <param name="Name">"pio-out", "pio-out devices=3"; empty for numbers.</param>
/// <param name="Scenario">Empty for numbers.</param>
/// <param name="Settings">Of the configuration.</param>
/// <param name="Reason">Why the guest exits; empty for numbers.</param>
/// <param name="Unit">The word of the clock, or the unit in which the numbers are.</param>
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
    /// <summary>
    /// "run" (a trace, a number, a pair of them), "file" of several numbers, "value" that is exact, or "quad" of interleaved blocks.
    /// </summary>
    public string Kind { get; init; } = "run";

    /// <summary>True if each run of the base has a partner on the new side: then the unit is the pair.</summary>
    public bool Paired { get; init; }

    /// <summary>The rows of the stage table, those that such an exit does not walk through included; empty for numbers.</summary>
    public ImmutableArray<ComparedStage> Stages { get; init; } = [];

    /// <summary>Functions whose instructions differ; empty if none does, or if nobody counted them.</summary>
    public ImmutableArray<FunctionShift> Functions { get; init; } = [];

    /// <summary>How far the quantiles of whole exits moved; empty where nothing is known of them.</summary>
    public ImmutableArray<ComparedQuantile> Quantiles { get; init; } = [];

    /// <summary>What a baseline remembers of it; null if it was compared with other runs.</summary>
    public RunHistory? History { get; init; }

    /// <summary>The rate of the clock in which the figures are; 0 if there is none or more than one.</summary>
    public long Hertz { get; init; }

    /// <summary>True of a metric that gets better by being higher.</summary>
    public bool HigherIsBetter { get; init; }
}

/// <summary>A stage, or several merged, on both sides.</summary>
/// <param name="Shift">Of its mean without probes where their cost is known; null for a stage that is absent.</param>
public sealed record ComparedStage(string Name, string Group, JudgedShift? Shift)
{
    /// <summary>More than one if they are merged.</summary>
    public ImmutableArray<Stage> Stages { get; init; } = [];

    /// <summary>Whether the gate looks at it: it has a margin of its own.</summary>
    public bool Gated { get; init; }

    /// <summary>From stamp to stamp, in the order of time; empty if there is only one, or if they were not compared.</summary>
    public ImmutableArray<ComparedStep> Steps { get; init; } = [];
}

/// <summary>A step of a stage on both sides. Error rates are divided by the number of steps of the stage.</summary>
public sealed record ComparedStep(string Name, Stamp From, Stamp To, JudgedShift Shift);

/// <summary>A quantile of whole exits on both sides, unit by unit.</summary>
/// <param name="Share">0.5 for the median.</param>
/// <param name="Percent">New minus base in percent of the base.</param>
/// <param name="Confidence">Of the interval: the error rate is divided by the number of quantiles.</param>
public sealed record ComparedQuantile(double Share, double Base, double New, Interval Percent, double Confidence);
