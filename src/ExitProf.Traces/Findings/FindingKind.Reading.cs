namespace ExitProf.Traces;

/// <content>What reading a trace file finds.</content>
public sealed partial record FindingKind
{
    public static FindingKind TraceCut { get; } = new("trace-cut", Severity.DataLoss,
        "The file has no end block: everything after the given byte is lost.", FindingEffect.Damage);

    public static FindingKind TraceDamaged { get; } = new("trace-damaged", Severity.DataLoss,
        "Blocks of the file were left out; counted are the places.", FindingEffect.Damage);

    public static FindingKind PayloadCrc { get; } = new("payload-crc", Severity.DataLoss,
        "Payloads with a wrong checksum were left out.", FindingEffect.Damage);

    public static FindingKind PayloadFormat { get; } = new("payload-format", Severity.DataLoss,
        "Payloads with a right checksum hold values that cannot be and were left out.", FindingEffect.Damage);

    public static FindingKind UndefinedBlock { get; } = new("undefined-block", Severity.DataLoss,
        "Batches of exits whose block is not defined were left out.", FindingEffect.Damage);

    public static FindingKind BatchDamaged { get; } = new("batch-damaged", Severity.DataLoss,
        "Batches of exits could not be decoded to their end.", FindingEffect.Damage);

    public static FindingKind HeaderIncomplete { get; } = new("header-incomplete", Severity.DataLoss,
        "Configurations or host facts of the header are missing.");

    public static FindingKind CountMismatch { get; } = new("count-mismatch", Severity.DataLoss,
        "The totals of the end event differ from what was read; counted are the exits.", FindingEffect.Damage);

    public static FindingKind NoEnd { get; } = new("no-end", Severity.DataLoss,
        "The file is whole but lacks its end event: how much is missing is unknown.", FindingEffect.Damage);

    public static FindingKind ImpossibleDate { get; } = new("impossible-date", Severity.Warning,
        "The recording's date is none: the beginning of 1970 stands for it.");

    public static FindingKind ImpossibleFloor { get; } = new("impossible-floor", Severity.Error,
        "An event or a step is said to cost what none can: what it costs is taken as unknown.");

    public static FindingKind ImpossibleMedian { get; } = new("impossible-median", Severity.DataLoss,
        "Medians of blocks that cannot be are taken as unknown.", FindingEffect.Damage);

    public static FindingKind UnknownEvent { get; } = new("unknown-event", Severity.Info,
        "Events of kinds that this version does not know were left out.");

    public static FindingKind TrailingData { get; } = new("trailing-data", Severity.Info, "Bytes after the end block were left out.");
}
