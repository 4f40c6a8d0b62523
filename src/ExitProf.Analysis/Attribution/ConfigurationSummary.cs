using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

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
    /// Instructions of an untraced exit by function, or calls of a traced one, the most first; empty where nobody counted them.
    /// </summary>
    public ImmutableArray<FunctionCount> Functions { get; init; } = [];

    /// <summary>The same as calls, a tree for each stage.</summary>
    public ImmutableArray<CallTree> Calls { get; init; } = [];
}
