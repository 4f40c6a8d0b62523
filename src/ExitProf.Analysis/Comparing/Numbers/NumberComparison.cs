using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Compares numbers that somebody measured. Each is a run; where a side has several files, each file is one.</summary>
public static class NumberComparison
{
    /// <summary>The least numbers of a file, so that two lie beyond the quantile that its tail is judged by.</summary>
    private const int LeastForTail = 20;

    private const double TailOfFile = 0.9;

    /// <summary>Numbers of runs that were made in pairs: the first of one side belongs to the first of the other.</summary>
    /// <param name="decimals">With which the numbers came.</param>
    /// <param name="unit">Of the numbers; empty if nobody said.</param>
    public static ComparisonSummary OfPairs(Gate gate, IReadOnlyList<double> first, IReadOnlyList<double> second, int decimals, string unit)
    {
        double[] old = [.. first], changed = [.. second], contrasts = RunFindings.Contrasts(old, changed);
        double grain = Math.Pow(10, -decimals);
        JudgedShift total = JudgedShift.OfPairs(gate, contrasts, old, grain, grain: grain,
            logarithms: RunFindings.HaveLogarithms(old, changed));
        if (total.Absolute.Exists)
        {
            total = total
                .With(RunTail.OfPairs(gate, old, changed, SerialWidening.Of(gate.Confidence, contrasts)))
                .WithMeans(old, changed);
        }
        var row = new ComparedRow("", "", [], "", unit, decimals, "number", old.Length, changed.Length, total) { Paired = true };
        return Summary(gate, row, [], [], RunFindings.OfPairs(gate, "", old, changed, total));
    }

    /// <param name="unit">Of the numbers; empty if nobody said.</param>
    /// <param name="exact">True if every number is exact: a count that is the same in every run.</param>
    /// <param name="pool">True if the numbers of several files are runs of their own, and files have nothing in common.</param>
    public static ComparisonSummary Of(
        Gate gate,
        IReadOnlyList<NumberFile> first,
        IReadOnlyList<NumberFile> second,
        string unit,
        bool exact = false,
        bool pool = false
    )
    {
        if (exact) return OfExact(gate, first, second, unit);
        bool files = !pool && (first.Count > 1 || second.Count > 1);
        double[] old = Runs(first, files), changed = Runs(second, files);
        int decimals = first.Concat(second).Max(f => f.Decimals);
        bool copy = old.AsSpan().SequenceEqual(changed) && old.Distinct().Skip(1).Any();
        // A whole number of things is exact; a whole number of milliseconds is rounded.
        double grain = decimals == 0 && MetricUnit.IsCount(unit) ? 0 : Math.Pow(10, -decimals);
        JudgedShift total = JudgedShift.OfRuns(gate, old, changed, grain, !copy, ordered: !pool);
        if (!copy && total.Absolute.Exists)
        {
            bool ofFiles = files && first.Concat(second).All(f => f.Values.Length >= LeastForTail && f.Values.All(v => v > 0));
            total = total.With(
                ofFiles
                    ? TailOfFiles(gate, first, second)
                    : RunTail.Of(gate, old, changed, JudgedShift.Contrast(gate, old, changed, ordered: !pool))
            );
            total = files ? total.WithMeans(Means(first), Means(second)) : total.WithMeans(old, changed);
        }
        var row = new ComparedRow("", "", [], "", unit, decimals, files ? "median" : "number", old.Length, changed.Length, total)
        {
            Kind = files ? "file" : "run",
        };
        IEnumerable<Finding> findings =
        [
            RunFindings.NotInterleaved(old.Length + changed.Length),
            .. RunFindings.OfRow(gate, "", old, changed, total, ordered: !pool),
        ];
        if (files)
            findings = findings.Append(FileFindings.Of(first, second));
        return Summary(gate, row, first, second, findings);
    }

    private static ComparisonSummary OfExact(Gate gate, IReadOnlyList<NumberFile> first, IReadOnlyList<NumberFile> second, string unit)
    {
        JudgedShift total = JudgedShift.OfExact(gate, Only(first), Only(second));
        var row = new ComparedRow(
            "",
            "",
            [],
            "",
            unit,
            first.Concat(second).Max(f => f.Decimals),
            "value",
            Count(first),
            Count(second),
            total
        )
        {
            Kind = "value",
        };
        return Summary(gate, row, first, second, []);

        static int Count(IReadOnlyList<NumberFile> side) => side.Sum(f => f.Values.Length);
    }

    /// <exception cref="InputException">The values of the side differ.</exception>
    private static double Only(IReadOnlyList<NumberFile> side)
    {
        double value = side[0].Values[0];
        foreach (NumberFile file in side)
        {
            if (file.Values.FirstOrDefault(v => v != value, value) is var other && other != value)
            {
                throw new InputException(
                    FormattableString.Invariant(
                        $"{file.File} has {other} beside {value}: values that differ are not exact; leave --exact away."
                    )
                );
            }
        }
        return value;
    }

    private static double[] Means(IReadOnlyList<NumberFile> side) => [.. side.Select(f => f.Values.Average())];

    private static double[] Runs(IReadOnlyList<NumberFile> side, bool files) =>
        files ? [.. side.Select(f => Median.Of(f.Values.AsSpan()))] : [.. side.SelectMany(f => f.Values)];

    /// <summary>The ninth decile of each file: numbers of one file are not independent, so that their tail is one value.</summary>
    private static JudgedTail? TailOfFiles(Gate gate, IReadOnlyList<NumberFile> first, IReadOnlyList<NumberFile> second)
    {
        double[] old = [.. first.Select(Logarithm)],
            changed = [.. second.Select(Logarithm)];
        return QuantileTail.Of(
            gate,
            [
                (
                    TailOfFile,
                    Math.Exp(old.Average()),
                    new RunContrast(old, changed, 1 - gate.TailAlpha, ordered: true, gate.Modes) { OfLogarithms = true }
                ),
            ]
        );

        double Logarithm(NumberFile file)
        {
            double[] sorted = [.. file.Values.Order()];
            // A rate is worst where it is lowest.
            double at = (gate.HigherIsBetter ? 1 - TailOfFile : TailOfFile) * (sorted.Length - 1);
            int low = Math.Min((int)at, sorted.Length - 2);
            return Math.Log(sorted[low] + (at - low) * (sorted[low + 1] - sorted[low]));
        }
    }

    private static ComparisonSummary Summary(
        Gate gate,
        ComparedRow row,
        IReadOnlyList<NumberFile> first,
        IReadOnlyList<NumberFile> second,
        IEnumerable<Finding> findings
    ) =>
        new(
            gate,
            row.Total.Verdict,
            [row],
            ComparisonSummary.Needs([row]),
            Names(first),
            Names(second),
            [],
            [.. findings, .. GateFindings.UnusedMargins(gate, [row])]
        );

    private static ImmutableArray<string> Names(IReadOnlyList<NumberFile> side) => [.. side.Select(f => f.File)];
}
