namespace ExitProf.Traces;

/// <content>What a comparison finds in the files of other tools.</content>
public sealed partial record FindingKind
{
    public static FindingKind LeastRuns { get; } = new("least-runs", Severity.Error,
        "There are fewer runs than the gate asks for: nothing is concluded from them.");

    public static FindingKind ManyMetrics { get; } = new("many-metrics", Severity.Info,
        "Each of many metrics may be a false alarm: some are to be expected.");

    public static FindingKind MissingMetric { get; } =
        new("missing-metric", Severity.DataLoss, "Metrics of one side only were not compared.");

    public static FindingKind MissingInFile { get; } =
        new("missing-in-file", Severity.DataLoss, "A metric is not in every file of its side.");

    public static FindingKind OtherName { get; } = new("other-name", Severity.Info,
        "Each side has one metric, and they were compared though their names differ.");

    public static FindingKind MeansOnly { get; } = new("means-only", Severity.Info,
        "A file has means in place of runs: a mean is one number, whatever stands beside it as its spread.");

    public static FindingKind SharesNotCompared { get; } = new("shares-not-compared", Severity.Info,
        "Counts and shares are of each recording's own whole and were not compared.");

    public static FindingKind TableDisagrees { get; } =
        new("table-disagrees", Severity.Error, "A table states another total than its rows come to.");

    public static FindingKind FailedRuns { get; } = new("failed-runs", Severity.DataLoss, "Runs ended with an exit status other than 0.");

    public static FindingKind FailedBenchmarks { get; } =
        new("failed-benchmarks", Severity.DataLoss, "Benchmarks failed and measured nothing.");

    public static FindingKind SkippedTests { get; } = new("skipped-tests", Severity.Info, "The guest skipped tests.");

    public static FindingKind EmptyCells { get; } = new("empty-cells", Severity.DataLoss, "Cells of a table have no number.");

    public static FindingKind LeftOut { get; } = new("left-out", Severity.Info, "Columns or counters of a file were left out.");

    public static FindingKind OtherLines { get; } = new("other-lines", Severity.Info, "Lines of a file are no measurement.");
}
