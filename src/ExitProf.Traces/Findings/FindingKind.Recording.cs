namespace ExitProf.Traces;

/// <content>What a recording finds.</content>
public sealed partial record FindingKind
{
    public static FindingKind NoKernelEvents { get; } = new("no-kernel-events", Severity.Info,
        "Kernel events cannot be recorded here: stages that only they separate are merged.", FindingEffect.Carried);

    public static FindingKind NoProbes { get; } = new("no-probes", Severity.Info,
        "The kernel allows no dynamic probes here: the bus search has an upper bound only.");

    public static FindingKind FunctionGraph { get; } = new("function-graph", Severity.Info,
        "How many calls the kernel's function_graph tracer saw in an exit, in how many exits, and what it made of their time.");

    public static FindingKind NoCalls { get; } = new("no-calls", Severity.Warning,
        "The function_graph tracer was on and saw no call of KVM's functions: there are no functions.");

    public static FindingKind CallsLost { get; } = new("calls-lost", Severity.DataLoss,
        "The buffer of the function_graph tracer was too small for a block of exits, which was left out of the functions.");

    public static FindingKind CallsBroken { get; } = new("calls-broken", Severity.Info,
        "Beginnings and ends of calls do not fit together in exits, which were left out of the functions.");

    public static FindingKind MemoryNotLocked { get; } = new("memory-not-locked", Severity.Info,
        "Not all memory of the guest and of the stamps could be locked: a page fault may fall into an exit.");

    public static FindingKind ProbeFloorBound { get; } = new("probe-floor-bound", Severity.Info,
        "The floor of an event is the smallest gap of an exit and may hold some of the kernel's own code.");

    public static FindingKind UnsupportedConfiguration { get; } = new("unsupported-configuration", Severity.Info,
        "Configurations that cannot run on this host were left out.");

    public static FindingKind LateKvmExit { get; } = new("late-kvm-exit", Severity.Info,
        "kvm_exit is written with interrupts on (SVM before Linux 6.12): a host interrupt may have run before it.");

    public static FindingKind EventsBetweenExits { get; } = new("events-between-exits", Severity.Info,
        "Kernel events lie between two exits and are in no exit.");

    public static FindingKind BusUpdates { get; } = new("bus-updates", Severity.Info,
        "How many times a bus was changed beside the exits, and how long a change took.");

    public static FindingKind InstructionCache { get; } = new("instruction-cache", Severity.Info,
        "Hits, misses, evictions and invalidations of the VMM's instruction cache.");

    public static FindingKind StampsLeftOut { get; } = new("stamps-left-out", Severity.DataLoss,
        "Exits with more stamps than an exit may have lost some of them.");

    public static FindingKind DamagedEvents { get; } = new("damaged-events", Severity.DataLoss,
        "Pages or records of the kernel's ring buffer could not be read.");

    public static FindingKind ForeignEvents { get; } = new("foreign-events", Severity.Error,
        "Kernel events on a vCPU's CPU are of another thread: they are in no exit.");

    public static FindingKind OutOfOrder { get; } = new("out-of-order", Severity.Error,
        "Guest and VMM stamps of exits contradict each other.");

    public static FindingKind TscOffset { get; } = new("tsc-offset", Severity.Error,
        "The offset of the guest's TSC from the host's changed: stages between guest and host are wrong by that.");

    public static FindingKind TscUnsteady { get; } = new("tsc-unsteady", Severity.Warning,
        "The CPU or the kernel does not promise that the TSC is a clock: durations may be wrong.");

    public static FindingKind TscMismatch { get; } = new("tsc-mismatch", Severity.Error,
        "Guest stamps lie outside the time in which the guest ran.");

    public static FindingKind UnknownBackend { get; } = new("unknown-backend", Severity.Error,
        "No vendor module of KVM shows: what the kernel's events mean is unknown.");

    public static FindingKind NoSignature { get; } = new("no-signature", Severity.Error,
        "The border table explains no signature that calibration saw: there are no stages.");

    public static FindingKind WeakSignature { get; } = new("weak-signature", Severity.Error,
        "Few of the calibration's exits have the signature that the border table explains.");

    public static FindingKind BlocksDropped { get; } = new("blocks-dropped", Severity.DataLoss,
        "Blocks were dropped whole because they came faster than the trace could be written; counted are their exits.");

    public static FindingKind KeptWindow { get; } = new("kept-window", Severity.Info,
        "Only the end of the recording was to be kept; counted are the exits before it.");

    public static FindingKind SlowExits { get; } = new("slow-exits", Severity.Info,
        "Exits took longer than the trigger of the recording, halts aside.");
}
