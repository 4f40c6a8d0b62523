namespace ExitProf.Traces;

/// <content>What a comparison finds.</content>
public sealed partial record FindingKind
{
    public static FindingKind BootNoise { get; } = new("boot-noise", Severity.Info,
        "Counts of two boots differ by no more than boots without any difference of the code do.");

    public static FindingKind SeveralCounts { get; } = new("several-counts", Severity.Info,
        "Exits of a software CPU take several paths, each with a count of its own.");

    public static FindingKind OneSidedStages { get; } = new("one-sided-stages", Severity.Info,
        "Stages are on one side of an exact comparison only and were not compared.");

    public static FindingKind NotInterleaved { get; } = new("not-interleaved", Severity.Info,
        "The runs of the two sides were not interleaved: a drift of the machine looks like a shift.");

    public static FindingKind TooFewRuns { get; } = new("too-few-runs", Severity.Error,
        "There are too few runs to know how much runs differ: no interval.");

    public static FindingKind FewRuns { get; } = new("few-runs", Severity.Info,
        "There are too few runs for ranks: the intervals take runs as log-normally distributed.");

    public static FindingKind SecondMode { get; } = new("second-mode-hidden", Severity.Warning,
        "So few runs cannot show a second mode: sides that are alike may lie wholly apart by chance more often than alpha.");

    public static FindingKind BestRuns { get; } = new("best-runs-differ", Severity.Warning,
        "One side has more of the best runs than chance deals out; no verdict looks at them.");

    public static FindingKind ShareOfNothing { get; } = new("share-of-nothing", Severity.Warning,
        "A base that is not above 0 has no share: without an amount as margin no shift is small enough to be none.");

    public static FindingKind NoSpread { get; } = new("no-spread", Severity.Error,
        "All values of a side are equal: nothing is known of how much they differ.");

    public static FindingKind EqualValues { get; } = new("equal-values", Severity.Info,
        "All values of a side are equal: the interval is their grain, and a count has none.");

    public static FindingKind UnequalSpread { get; } = new("unequal-spread", Severity.Info,
        "Sides of different numbers of runs are spread differently: the interval is as wide as Welch's.");

    public static FindingKind Drift { get; } = new("drift", Severity.Warning,
        "The runs of a side rise or fall all along: a shift that such a trend explains is none.");

    public static FindingKind OrderNotJudged { get; } = new("order-not-judged", Severity.Info,
        "There are too few runs to tell whether neighbours resemble each other: the intervals allow for it.");

    public static FindingKind CorrelatedRuns { get; } = new("correlated-runs", Severity.Info,
        "Runs resemble the runs before them: the intervals are wider.");

    public static FindingKind TailNotJudged { get; } = new("tail-not-judged", Severity.Info,
        "The centre is the same; there are too few runs to say so of the tail.");

    public static FindingKind DoubtfulTail { get; } = new("doubtful-tail", Severity.Warning,
        "The worst runs are of one side, but runs drift or resemble the runs before them.");

    public static FindingKind FilesAreRuns { get; } = new("files-are-runs", Severity.Info,
        "A side has several files of numbers: each is one run, by its median.");

    public static FindingKind SlicesAreRuns { get; } = new("slices-are-runs", Severity.Info,
        "A trace of a foreign machine is compared by slices of its time.");

    public static FindingKind SameData { get; } = new("same-data", Severity.Error,
        "Both sides are the same numbers in the same order: a copy is no second measurement.", FindingEffect.ForbidsVerdict);

    public static FindingKind AssumedSetting { get; } = new("assumed-setting", Severity.Info,
        "Traces are older than a setting of their scenario: its default was taken for them.");

    public static FindingKind AcrossHosts { get; } = new("across-hosts", Severity.Info, "The traces are of different machines.");

    public static FindingKind Unmatched { get; } = new("unmatched", Severity.DataLoss, "What is on one side only was not compared.");

    public static FindingKind UnpairedRuns { get; } = new("unpaired-runs", Severity.DataLoss,
        "What is not in every run was compared without partners.");

    public static FindingKind UnreliableTrace { get; } = new("unreliable-trace", Severity.Error,
        "A trace has a finding that makes its figures unreliable.");

    public static FindingKind Modes { get; } = new("modes", Severity.Info,
        "Exits gather in several places, and no port, leaf or vCPU explains them.");

    public static FindingKind ModesExplained { get; } = new("modes-explained", Severity.Info,
        "Exits gather in several places, which a port, leaf or vCPU explains.");

    public static FindingKind UnusedMargin { get; } = new("unused-margin", Severity.Warning,
        "A margin of the gate's file protects nothing.");

    public static FindingKind Calibrated { get; } = new("calibrated", Severity.Info, "The gate was calibrated on this host.");

    public static FindingKind GateNotCalibrated { get; } = new("gate-not-calibrated", Severity.Info,
        "The gate was not calibrated on this host yet.");

    public static FindingKind BadlyCalibrated { get; } = new("badly-calibrated", Severity.Error,
        "The gate does not keep its error rate on this host: do not rely on better and worse.");

    public static FindingKind IncompleteQuads { get; } = new("incomplete-quads", Severity.Info,
        "Quads that lack a block count on neither side.");

    public static FindingKind BelowLoop { get; } = new("below-loop", Severity.Error,
        "Quads have a block whose exits took no longer than the loop around them.");

    public static FindingKind NoTracedQuads { get; } = new("no-traced-quads", Severity.Info,
        "No whole quad has kernel events: no stage was compared.");

    public static FindingKind TooFewQuads { get; } = new("too-few-quads", Severity.Error, "There are too few quads for an interval.");

    public static FindingKind StageMissing { get; } = new("stage-missing", Severity.Info,
        "Only one side walks through a stage: it cannot be compared.");

    public static FindingKind NotInBaseline { get; } = new("not-in-baseline", Severity.Warning, "The baseline does not know a run.");

    public static FindingKind Step { get; } = new("step", Severity.Info, "The history of a baseline has a step.");

    public static FindingKind DefaultSetting { get; } = new("default-setting", Severity.Info,
        "A setting is given for one side only: the other has its default.");

    public static FindingKind WarmUpPair { get; } = new("warm-up-pair", Severity.Info,
        "The first pair of runs only warmed up and is in no figure.");

    public static FindingKind PairOrder { get; } = new("pair-order", Severity.Info,
        "Which side went first was drawn for each pair by a seed.");
}
