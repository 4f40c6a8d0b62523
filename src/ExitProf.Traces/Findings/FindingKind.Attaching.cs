namespace ExitProf.Traces;

/// <content>What recording a machine that already runs finds.</content>
public sealed partial record FindingKind
{
    public static FindingKind TotalsBounded { get; } = new("totals-bounded", Severity.DataLoss,
        "Events were lost: counts and times are between two bounds.");

    public static FindingKind NoHardwareReasons { get; } = new("no-hardware-reasons", Severity.Warning,
        "This host's KVM has no kvm_exit and kvm_entry: exits are named by what KVM did, and those without an event of KVM are not named.");

    public static FindingKind VcpuJoined { get; } = new("vcpu-joined", Severity.Info,
        "Threads were started while the machine was recorded: what they did before they were found is missing.");

    public static FindingKind MachineEnded { get; } = new("machine-ended", Severity.Info,
        "A machine ended while it was recorded.");

    public static FindingKind KvmCountersDiffer { get; } = new("kvm-counters-differ", Severity.Warning,
        "KVM's own counters saw another number of exits than the recording.");

    public static FindingKind KvmCountersAgree { get; } = new("kvm-counters-agree", Severity.Info,
        "KVM's own counters saw as many exits as the recording, up to those between the two readings.");

    public static FindingKind SlowedDown { get; } = new("slowed-down", Severity.Info,
        "How many fewer exits the machine made in a second while it was recorded than before and after.");

    public static FindingKind SlowDownUnknown { get; } = new("slow-down-unknown", Severity.Info,
        "What recording cost the machine could not be measured.");

    public static FindingKind EndsOnly { get; } = new("ends-only", Severity.Info,
        "Beyond a number that was asked for, exits of a reason are in the trace with their ends and what they are about, without steps.");

    public static FindingKind OnlyCounted { get; } = new("only-counted", Severity.DataLoss,
        "There were more exits than a trace takes: further ones were counted and are not in it.");

    public static FindingKind GuestStopped { get; } = new("guest-stopped", Severity.Warning,
        "A guest that was booted to be recorded did not end by itself.");
}
