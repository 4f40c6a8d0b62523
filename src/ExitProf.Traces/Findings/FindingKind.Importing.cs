namespace ExitProf.Traces;

/// <content>What an import finds.</content>
public sealed partial record FindingKind
{
    public static FindingKind NoEntries { get; } = new("no-entries", Severity.Error, "Only kvm_exit was recorded: no exit has a duration.");

    public static FindingKind NoExitsRecorded { get; } = new("no-exits-recorded", Severity.Error,
        "The file has no event that is a border of an exit.");

    public static FindingKind NoFormats { get; } = new("no-formats", Severity.Error,
        "The file lacks the formats of its events: they cannot be read.");

    public static FindingKind NoTime { get; } = new("no-time", Severity.DataLoss, "Events have no time and are in no figure.");

    public static FindingKind PairedByCpu { get; } = new("paired-by-cpu", Severity.Error,
        "Events name neither thread nor vCPU: they are paired by their CPU, which is wrong where a vCPU moves.");

    public static FindingKind PvmInPipe { get; } = new("pvm-in-pipe", Severity.Error,
        "A recording of a PVM host came through a pipe, and can be paired from a file only.");

    public static FindingKind ReasonsMisnamed { get; } = new("reasons-misnamed", Severity.Error,
        "A tool named the codes of one vendor by the names of the other.");

    public static FindingKind TableInconsistent { get; } = new("table-inconsistent", Severity.Error,
        "The parts of a table do not add up to its total.");

    public static FindingKind BelowGrain { get; } = new("below-grain", Severity.Info,
        "Exits begin and end at the same reading of the clock: they took less than its grain, not no time.");

    public static FindingKind ClockRateUnknown { get; } = new("clock-rate-unknown", Severity.Info,
        "The stamps are ticks of a clock whose rate is unknown.");

    public static FindingKind ClockShifted { get; } = new("clock-shifted", Severity.Info,
        "The file is of a guest that was recorded with its host: its stamps were turned into the host's clock.");

    public static FindingKind CountsDoNotPair { get; } = new("counts-do-not-pair", Severity.Info,
        "A table has more exits than entries, or the reverse.");

    public static FindingKind EntryTakenForExit { get; } = new("entry-taken-for-exit", Severity.Info,
        "An RCU note turned out to be an exit's instead of an entry's.");

    public static FindingKind ExitBeforeBackwards { get; } = new("exit-before-backwards", Severity.Info,
        "Exits are followed by an earlier time of the same thread: they have no duration.");

    public static FindingKind ExitBeginsBefore { get; } = new("exit-begins-before", Severity.Info,
        "Exits began before the recording, or their beginning was lost: they are in no figure.");

    public static FindingKind ExitEndsAfter { get; } = new("exit-ends-after", Severity.Info,
        "Exits have not ended where the recording ends: they have no duration.");

    public static FindingKind ExitEndsRecording { get; } = new("exit-ends-recording", Severity.Info,
        "Exits have not ended where one recording of the file ends: they have no duration.");

    public static FindingKind ExitMoved { get; } = new("exit-moved", Severity.Info,
        "Exits began on one CPU and ended on another; they are paired by their thread.");

    public static FindingKind ExitWithoutEntry { get; } = new("exit-without-entry", Severity.Info,
        "Exits are followed by the thread's next exit without kvm_entry: they have no duration.");

    public static FindingKind FinerStamps { get; } = new("finer-stamps", Severity.Info,
        "Stamps with more digits than the first one were cut to its grain.");

    public static FindingKind ForeignLines { get; } = new("foreign-lines", Severity.Info, "Lines that are no events were passed over.");

    public static FindingKind HaltPolling { get; } = new("halt-polling", Severity.Info,
        "The host polled in halts; the time is part of the exits'.");

    public static FindingKind HaltWaiting { get; } = new("halt-waiting", Severity.Info,
        "The vCPUs slept in halts; the time is part of the exits'.");

    public static FindingKind HardwareTraceSkipped { get; } = new("hardware-trace-skipped", Severity.Info,
        "Records of a hardware trace say nothing about exits: they were passed over.");

    public static FindingKind LinesJoined { get; } = new("lines-joined", Severity.Info,
        "Lines that a mail program had wrapped were joined.");

    public static FindingKind NestedExits { get; } = new("nested-exits", Severity.Info,
        "Exits are of a guest's own guest: what the nested hypervisor sees is inside the exits shown.");

    public static FindingKind NoThread { get; } = new("no-thread", Severity.Info,
        "Events name no thread; they are told apart by its name or by the vCPU.");

    public static FindingKind OffCpu { get; } = new("off-cpu", Severity.Info, "Threads of vCPUs were off their CPU.");

    public static FindingKind SeveralRecordings { get; } = new("several-recordings", Severity.Info,
        "The file holds several recordings; no exit is paired across them.");

    public static FindingKind SeveralTables { get; } = new("several-tables", Severity.Info,
        "The file has several tables of one kind: shares of different wholes are not compared.");

    public static FindingKind SignaturesFolded { get; } = new("signatures-folded", Severity.Info,
        "Exits have their two ends only, because there are too many different sequences of events.");

    public static FindingKind SubkeysFolded { get; } = new("subkeys-folded", Severity.Info,
        "Exits have their reason without its subkey, because there are too many different ones.");

    public static FindingKind TableRowsCut { get; } = new("table-rows-cut", Severity.Info, "A table has fewer rows than its total says.");

    public static FindingKind TimeBackwards { get; } = new("time-backwards", Severity.Info,
        "The time of a thread runs backwards; nothing is paired across such a place.");

    public static FindingKind TwoClocks { get; } = new("two-clocks", Severity.Info,
        "Lines have two clocks: durations are from the one that is not the time of day.");

    public static FindingKind EventsCut { get; } = new("events-cut", Severity.DataLoss, "Events end in the middle.");

    public static FindingKind EventsDamaged { get; } = new("events-damaged", Severity.DataLoss, "Trace events could not be read.");

    public static FindingKind EventsLost { get; } = new("events-lost", Severity.DataLoss,
        "The recording lost events: exits that overlap a loss have no duration.");

    public static FindingKind EventsOverwritten { get; } = new("events-overwritten", Severity.DataLoss,
        "Events were overwritten before the first one that is there.");

    public static FindingKind ExitOverlapsLoss { get; } = new("exit-overlaps-loss", Severity.DataLoss,
        "Exits overlap a place where events were lost: they have no duration.");

    public static FindingKind ExitTooLong { get; } = new("exit-too-long", Severity.DataLoss,
        "Exits have more stamps than an exit may have; the rest was left out.");

    public static FindingKind FileCut { get; } = new("file-cut", Severity.DataLoss, "The file ends before its end.");

    public static FindingKind FormatsDamaged { get; } = new("formats-damaged", Severity.DataLoss,
        "Event formats could not be read; their events are left out.");

    public static FindingKind LongLines { get; } = new("long-lines", Severity.DataLoss,
        "Lines that are too long for events were passed over.");

    public static FindingKind OtherClock { get; } = new("other-clock", Severity.DataLoss,
        "Stamps of another kind than the first one were left out.");

    public static FindingKind RecordsCompressed { get; } = new("records-compressed", Severity.DataLoss,
        "Compressed records were left out.");

    public static FindingKind RecordsDamaged { get; } = new("records-damaged", Severity.DataLoss,
        "Records are shorter than they say, or of a size that none can have.");

    public static FindingKind TooManyThreads { get; } = new("too-many-threads", Severity.DataLoss,
        "Events of more threads than can be told apart were left out.");
}
