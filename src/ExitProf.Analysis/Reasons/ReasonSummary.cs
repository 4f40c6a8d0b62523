using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>How long exits took that have something in common, in ticks of the trace's clock. Figures that do not exist are NaN.</summary>
/// <param name="Count">All exits, those without a duration too.</param>
/// <param name="Paired">Those that the figures are of: both ends were recorded.</param>
/// <param name="Share">Of the time of all exits but halts; NaN of a halt.</param>
public sealed record ReasonFigures(long Count, long Paired, double Total, double Share, double P50, double P90, double P99, double Min,
    double Max)
{
    /// <summary>
    /// The part of the total in which the scheduler had given the CPU to others: known only where sched_switch was recorded.
    /// </summary>
    public double OffCpu { get; init; }

    public double Mean => Paired == 0 ? double.NaN : Total / Paired;
}

/// <summary>The exits of one reason that are about the same thing: a port, an MSR, a page of the guest.</summary>
/// <param name="Subkey">Hexadecimal.</param>
public sealed record ReasonSubkey(string Subkey, ReasonFigures Figures);

/// <summary>The exits of one reason that one vCPU made.</summary>
/// <param name="Vcpu">KVM's number; -1 where no event named it.</param>
/// <param name="Tid">-1 where the recording does not say.</param>
public sealed record ReasonVcpu(int Index, int Vcpu, long Tid, ReasonFigures Figures);

/// <summary>A stage of the exits of one reason whose borders were recorded.</summary>
/// <param name="Exits">Those that walk through it with these borders.</param>
public sealed record ReasonStage(string Stage, string Group, Bound Bound, long Exits, double Mean);

/// <summary>One row of the reason table.</summary>
/// <param name="Reason">The hardware's, as the recording spells it; what KVM did where it is not known.</param>
/// <param name="KvmExit">KVM_EXIT_* of the exits that reached user space; empty for those that KVM answered itself.</param>
/// <param name="IsHalt">The vCPU had nothing to do: its time is no cost.</param>
/// <param name="P50Interval">99 % interval of the median by ranks, as if exits were independent.</param>
/// <param name="P99Interval">The same of the 99th percentile.</param>
public sealed record ReasonRow(
    string Reason,
    string KvmExit,
    bool Userspace,
    bool IsHalt,
    ReasonFigures Figures,
    Estimate P50Interval,
    Estimate P99Interval,
    ImmutableArray<ReasonSubkey> Subkeys,
    int MoreSubkeys,
    ImmutableArray<ReasonVcpu> Vcpus,
    ImmutableArray<ReasonStage> Stages);

/// <summary>The exits of a foreign machine by reason.</summary>
/// <param name="Rows">The costliest first, halts last.</param>
/// <param name="Span">Ticks between the first and the last exit.</param>
/// <param name="ExitTime">Ticks in exits other than halts.</param>
/// <param name="HaltTime">Ticks in halts.</param>
/// <param name="Threads">Of the vCPUs.</param>
public sealed record ReasonTable(
    ImmutableArray<ReasonRow> Rows, long Count, long Paired, double Span, double ExitTime, double HaltTime,
        ImmutableArray<VcpuIdentity> Threads)
{
    /// <summary>When the first exit began, in ticks.</summary>
    public ulong First { get; init; }

    /// <summary>Exits of a row in a second; NaN where the clock's rate is unknown.</summary>
    public double Rate(ReasonRow row, TraceClock clock) => clock.Hertz > 0
        && Span > 0 ? row.Figures.Count / (Span / clock.Hertz) : double.NaN;
}
