namespace ExitProf.Reports;

/// <summary>A row of the reason table; each exit is in one row only.</summary>
/// <param name="Reason">The hardware's; null if it is not known.</param>
/// <param name="KvmExit">The KVM_EXIT_* that KVM_RUN returned with; null if it did not return.</param>
/// <param name="Vcpu">The vCPU where there is only one; those of several stand in <paramref name="Vcpus"/>.</param>
/// <param name="OffCpu">Ticks of the total in which the scheduler had given the CPU to others; 0 where sched_switch was not
/// recorded.</param>
/// <param name="Count">Exits; <paramref name="Paired"/> those of which both ends were recorded: the figures are of them.</param>
public sealed record JsonReason(
    string? Reason,
    string? KvmExit,
    bool Userspace,
    bool Halt,
    int? Vcpu,
    long Count,
    long Paired,
    JsonNumber Total,
    JsonNumber Share,
    JsonNumber Mean,
    JsonNumber P50,
    JsonNumber P90,
    JsonNumber P99,
    JsonNumber Min,
    JsonNumber Max,
    JsonNumber PerSecond,
    JsonBounds P50Interval,
    JsonBounds P99Interval,
    IReadOnlyList<JsonReasonSubkey> Subkeys,
    long MoreSubkeys,
    IReadOnlyList<JsonReasonVcpu> Vcpus,
    IReadOnlyList<JsonReasonStage> Stages,
    JsonNumber OffCpu);

public sealed record JsonBounds(JsonNumber Low, JsonNumber High);

/// <summary>The exits of a reason at one port, address, register or leaf.</summary>
public sealed record JsonReasonSubkey(
    string Subkey,
    long Count,
    long Paired,
    JsonNumber Total,
    JsonNumber Share,
    JsonNumber Mean,
    JsonNumber P50,
    JsonNumber P90,
    JsonNumber P99,
    JsonNumber Min,
    JsonNumber Max);

/// <param name="Vcpu">Null where the recording does not say.</param>
/// <param name="Tid">Null where the recording does not say.</param>
/// <param name="Process">The virtual machine's; null where the recording does not say.</param>
public sealed record JsonReasonVcpu(
    int? Vcpu,
    long? Tid,
    long Count,
    long Paired,
    JsonNumber Total,
    JsonNumber Share,
    JsonNumber Mean,
    JsonNumber P50,
    JsonNumber P90,
    JsonNumber P99,
    JsonNumber Min,
    JsonNumber Max,
    long? Process);

/// <param name="Bound">"exact" or "upper".</param>
public sealed record JsonReasonStage(string Stage, string Group, string Bound, long Exits, JsonNumber Mean);
