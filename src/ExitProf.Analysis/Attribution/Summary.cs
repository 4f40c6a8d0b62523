using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>A mean with its interval, in cycles. NaN where there were too few blocks for one.</summary>
public readonly record struct Estimate(double Mean, double Low, double High);

/// <summary>Centre and tail of a set of durations, in cycles.</summary>
/// <param name="Exits">How many durations.</param>
public readonly record struct Quantiles(long Exits, double Mean, double P50, double P90, double P99, double Min, double Max);

/// <summary>Everything a report shows of one trace, as plain values: a pure function of the trace.</summary>
public sealed record TraceSummary(
    string File,
    TraceHeader Header,
    long Bytes,
    TracedCounts Traced,
    long UntracedExits,
    long LostEvents,
    int Blocks,
    ImmutableArray<ConfigurationSummary> Configurations,
    ImmutableArray<Finding> Findings)
{
    /// <summary>The verdict of the usual gate on two configurations that were interleaved in quads; null for any other trace.</summary>
    public ComparisonSummary? Verdict { get; init; }

    /// <summary>The exits of a foreign machine by reason; null of a trace of our own VMM.</summary>
    public ReasonTable? Reasons { get; init; }

    /// <summary>What the events cost, where that was counted instruction by instruction.</summary>
    public ImmutableArray<EventCost> EventCosts { get; init; } = [];

    /// <summary>When, by what and on what an emulated host ran; null of other traces, and of those of earlier writers.</summary>
    public OuterMachine? Outer { get; init; }

    /// <summary>Names what was recorded (<see cref="ContentIdentity"/>); empty where the clock is that of a real machine.</summary>
    public string Identity { get; init; } = "";

    /// <summary>When it was recorded: by the clock outside of an emulated host, where that is known.</summary>
    public DateTime RecordedUtc => Outer?.RecordedUtc ?? Header.StartUtc;

    /// <summary>Figures of tables that other tools printed.</summary>
    public ImmutableArray<TableFigure> Metrics { get; init; } = [];

    /// <summary>For the pictures over time; null unless it was asked for.</summary>
    public Timeline? Timeline { get; init; }
}

/// <param name="Exits">Traced exits with both ends, warm-up and calibration left out.</param>
/// <param name="Complete">Those with the host's own signature.</param>
/// <param name="IncompleteByCause">The others by cause: "interrupted", "lost", "eintr", "unpaired", "out-of-order".</param>
public sealed record TracedCounts(long Exits, long Complete, ImmutableSortedDictionary<string, long> IncompleteByCause);

/// <param name="Total">
/// Of all exits of the set that the stages are from, first stamp to last: traced ones, or untraced ones if nothing was traced. Of an
/// emulated guest's complete traced exits from decode to decode.
/// </param>
/// <param name="Untraced">Of untraced exits; its interval is of the mean. Null if there were none.</param>
/// <param name="Unattributed">What the identity leaves over: untraced − (Σ corrected + incomplete − probe-indirect). Null if it cannot be
/// formed.</param>
/// <param name="ProbeIndirect">What events cost beyond their floors. Null if it was not measured.</param>
/// <param name="TracedCurve">The distribution of the traced total; empty if nothing was traced.</param>
/// <param name="UntracedCurve">The distribution of the untraced total.</param>
public sealed record ConfigurationSummary(
    Configuration Configuration,
    bool Native,
    Quantiles Total,
    UntracedSummary? Untraced,
    ImmutableArray<StageSummary> Stages,
    IncompleteSummary Incomplete,
    Estimate? ProbeIndirect,
    Estimate? Unattributed,
    ImmutableArray<CurvePoint> TracedCurve,
    ImmutableArray<CurvePoint> UntracedCurve)
{
    /// <summary>
    /// Mean of the loop around the exits of an emulated guest, measured without the instruction that exits: it is taken off every untraced
    /// figure, and the traced ones are from decode to decode. Null for a native guest, whose loop is below the clock's grain, or where none
    /// was measured.
    /// </summary>
    public Estimate? EmptyLoop { get; init; }

    /// <summary>The kind of the exits in the table.</summary>
    public ExitKind Kind { get; init; }

    /// <summary>The untraced mean, to be compared with other configurations of the trace; null without untraced exits.</summary>
    public RoundCost? Cost { get; init; }

    /// <summary>
    /// The part of <see cref="Cost"/> that the VMM takes, by its own stamps; null where an exit does not reach it or has no stages.
    /// </summary>
    public RoundCost? UserspaceCost { get; init; }

    /// <summary>Its exits by port, leaf or address and by vCPU, where there are several; from the same blocks as the stages.</summary>
    public ImmutableArray<ExitOrigin> Origins { get; init; } = [];

    /// <summary>The figures of units of guest work; null for exits.</summary>
    public WorkSummary? Work { get; init; }

    /// <summary>
    /// What was stamped between the two ends, and how often, in the exits that the table is made of; empty if nothing was.
    /// </summary>
    public ImmutableArray<StampCount> StampCounts { get; init; } = [];

    /// <summary>
    /// How often KVM_RUN returned between the two ends; an instruction with a REP prefix may exit for each of its elements. NaN if no exit
    /// is in the table.
    /// </summary>
    public double ExitsToVmm { get; init; } = double.NaN;

    /// <summary>The same figures of each vCPU, where several exited at once; empty for one.</summary>
    public ImmutableArray<VcpuSummary> Vcpus { get; init; } = [];

    /// <summary>
    /// Instructions of an untraced exit by function, the most first; empty where nobody counted them.
    /// </summary>
    public ImmutableArray<FunctionCount> Functions { get; init; } = [];
}

/// <param name="PerExit">A mean over exits, complete or not.</param>
public readonly record struct StampCount(Stamp Stamp, double PerExit);

/// <summary>What one of several vCPUs adds to a configuration's figures.</summary>
public sealed record VcpuSummary(int Vcpu, ConfigurationSummary Figures);

/// <summary>Untraced totals. <see cref="Estimate"/> is the mean over blocks with its 99 % interval.</summary>
public sealed record UntracedSummary(Quantiles Total, Estimate Mean);

/// <param name="Exits">How many exits of the total were not complete.</param>
/// <param name="Mean">Mean over all of them minus mean over the complete ones, in cycles per exit.</param>
public sealed record IncompleteSummary(long Exits, double Mean);

/// <summary>A row of the stage table. The figures of an absent stage are NaN.</summary>
/// <param name="Stages">More than one if they are merged.</param>
/// <param name="Cycles">As recorded, probes included.</param>
/// <param name="Probe">Floor of an event times the events that open a step of this stage, in cycles per exit.</param>
/// <param name="Corrected">Mean minus probe, with the 99 % interval of the mean over blocks.</param>
/// <param name="Share">Corrected ÷ untraced mean; NaN without untraced exits.</param>
/// <param name="Curve">The distribution of the stage.</param>
public sealed record StageSummary(
    ImmutableArray<Stage> Stages,
    string Name,
    string Group,
    StageState State,
    Bound Bound,
    Quantiles Cycles,
    double Probe,
    Estimate Corrected,
    double Share,
    ImmutableArray<StepSummary> Steps,
    ImmutableArray<CurvePoint> Curve);

/// <summary>A step between two neighbouring stamps.</summary>
public sealed record StepSummary(string Name, Stamp From, Stamp To, Bound Bound, double Mean, double P50, double Probe, double Corrected);

/// <summary>A point of a distribution: this share of exits took at most that many cycles.</summary>
public readonly record struct CurvePoint(double Cycles, double Share);
