namespace ExitProf.Traces;

/// <content>What adding up a trace finds.</content>
public sealed partial record FindingKind
{
    public static FindingKind LostEvents { get; } = new("lost-events", Severity.DataLoss,
        "The kernel lost events: the ring buffer was full.");

    public static FindingKind Eintr { get; } = new("eintr", Severity.Info, "Signals interrupted KVM_RUN.", FindingEffect.Carried);

    public static FindingKind GarbageCollection { get; } = new("gc", Severity.Info,
        "The recorder collected garbage during blocks.", FindingEffect.Carried);

    public static FindingKind Preempted { get; } = new("preempted", Severity.Info,
        "The vCPU thread was taken off its CPU during blocks.", FindingEffect.Carried);

    public static FindingKind Steal { get; } = new("steal", Severity.Info,
        "The hypervisor took the CPU away during blocks.", FindingEffect.Carried);

    public static FindingKind OtherCounts { get; } = new("other-counts", Severity.Info,
        "Exits of a software CPU have another count of instructions than the most frequent one.");

    public static FindingKind WarmUp { get; } = new("warm-up", Severity.Info,
        "Exits right after a switch of events or settings are in the trace and in no figure.");

    public static FindingKind CoolDown { get; } = new("cool-down", Severity.Info,
        "Exits that ended after another vCPU of their block had finished are in no figure.");

    public static FindingKind Calibration { get; } = new("calibration", Severity.Info,
        "Exits that only served to find the host's own signature are in no figure.");

    public static FindingKind UnusedEvents { get; } = new("unused-events", Severity.Info,
        "Exits of blocks whose events no table needs are in no figure.");

    public static FindingKind EndedEarly { get; } = new("ended-early", Severity.Info,
        "The recording was ended before its time.", FindingEffect.Carried);

    public static FindingKind MissingExits { get; } = new("missing-exits", Severity.DataLoss,
        "Exits that the trace announces are not in it.", FindingEffect.Damage);

    public static FindingKind LostClass { get; } = new("lost-class", Severity.DataLoss,
        "Exits whose class is not defined, and those after them in their batch, are in no figure.");

    public static FindingKind SurplusExits { get; } = new("surplus-exits", Severity.Error,
        "Exits are in the trace that no block announces.", FindingEffect.ForbidsVerdict);

    public static FindingKind UnknownBlock { get; } = new("unknown-block", Severity.Error,
        "Exits whose block the trace does not describe are in no figure.", FindingEffect.ForbidsVerdict);

    public static FindingKind BadBlock { get; } = new("bad-block", Severity.Error,
        "Blocks have a number that is taken or a configuration that the trace does not have.", FindingEffect.ForbidsVerdict);

    public static FindingKind DamagedBatch { get; } = new("damaged-batch", Severity.Error,
        "Batches of exits are damaged; what follows the damage in them is in no figure.");

    public static FindingKind NoExits { get; } = new("no-exits", Severity.Error, "No exit can be used.");

    public static FindingKind IncompleteInterrupted { get; } = new("incomplete-interrupted", Severity.Info,
        "Traced exits have more events than the signature: they are in the total and in no stage.");

    public static FindingKind IncompleteLost { get; } = new("incomplete-lost", Severity.DataLoss,
        "Traced exits miss events in blocks in which the kernel lost some.");

    public static FindingKind IncompleteEintr { get; } = new("incomplete-eintr", Severity.Info,
        "A signal interrupted exits in KVM_RUN: they are in the total and in no stage.");

    public static FindingKind IncompleteUnpaired { get; } = new("incomplete-unpaired", Severity.DataLoss,
        "Traced exits miss events though the kernel lost none.");

    public static FindingKind IncompleteOutOfOrder { get; } = new("incomplete-out-of-order", Severity.DataLoss,
        "Exits have stamps out of order.");

    public static FindingKind NotCalibrated { get; } = new("not-calibrated", Severity.Error,
        "No exit has a signature that calibration confirmed: there are no stages.");

    public static FindingKind UnexplainedSignature { get; } = new("unexplained-signature", Severity.Error,
        "The border table does not explain the signature: there are no stages.");

    public static FindingKind TotalOnly { get; } = new("total-only", Severity.Info, "These exits have a total and no stage.");

    public static FindingKind OutsideStages { get; } = new("outside-stages", Severity.Error,
        "Steps of the signature belong to no stage: the stages do not add up to the total.");

    public static FindingKind NegativeStage { get; } = new("negative-stage", Severity.Error,
        "A stage takes less than no time once its events are taken off: an event costs less than the trace says.");

    public static FindingKind AssumedHeads { get; } = new("assumed-heads", Severity.Info,
        "The part of an event's cost before its stamp is that of emulated hosts: stages beside the guest and the VMM have an interval for it.");

    public static FindingKind NoFunctions { get; } = new("no-functions", Severity.Warning,
        "The ways of its exits were written down, but none is as long as the most frequent exit: there are no functions.");

    public static FindingKind FunctionsWithoutStages { get; } = new("functions-without-stages", Severity.Info,
        "Functions are counted for the exit as a whole: a traced exit could not be brought together with an untraced one.");

    public static FindingKind NoDuration { get; } = new("no-duration", Severity.DataLoss,
        "Exits lack a stamp at one of their ends and are in no figure.");

    public static FindingKind OtherKinds { get; } = new("other-kinds", Severity.Info,
        "Exits of another kind than the table's are in no figure.");

    public static FindingKind Backwards { get; } = new("backwards", Severity.Error, "Exits end before they begin and are in no figure.");

    public static FindingKind EmulatedGuest { get; } = new("emulated-guest", Severity.Info,
        "KVM interpreted the guest: stages are from decode to decode.", FindingEffect.Carried);

    public static FindingKind PreemptedBlocks { get; } = new("preempted-blocks", Severity.Info,
        "Exits of blocks in which the vCPU thread was taken off its CPU are in no figure.");

    public static FindingKind PreemptedBlocksUsed { get; } = new("preempted-blocks-used", Severity.Error,
        "Too few undisturbed blocks were left: the means hold time of other processes.", FindingEffect.OfMeans);

    public static FindingKind NoProbeFloor { get; } = new("no-probe-floor", Severity.Info,
        "What an event costs is unknown here: stages are not corrected for it.");

    public static FindingKind TooFewRounds { get; } = new("too-few-rounds", Severity.Info, "A single round gives no interval.");

    public static FindingKind ProbeIndirectUnmeasured { get; } =
        new(
            "probe-indirect-unmeasured",
            Severity.Info,
            "No blocks leave out one group of events: what events cost beyond their floors is unknown."
        );

    public static FindingKind IdentityTrivial { get; } =
        new("identity-trivial", Severity.Info, "With a single group of events the table adds up by construction.");

    public static FindingKind Unattributed { get; } =
        new(
            "unattributed",
            Severity.Error,
            "More of the untraced mean is in no row of the table than is allowed (info where the interval allows less).",
            FindingEffect.OfMeans
        );
}
