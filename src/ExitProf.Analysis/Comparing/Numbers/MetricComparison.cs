using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Compares measurements of other tools, metric by metric.</summary>
public static class MetricComparison
{
    /// <param name="unit">Of metrics that name none; empty if nobody said.</param>
    /// <param name="better">Of metrics whose tool does not say it; null if nobody said.</param>
    /// <param name="acrossHosts">True to compare numbers of different machines.</param>
    /// <param name="exact">True if every number is exact.</param>
    /// <param name="pool">True if every number of several files is a run.</param>
    /// <exception cref="InputException">The two sides cannot be compared; one sentence says why.</exception>
    /// <exception cref="DirectionException">A rate without a direction.</exception>
    public static ComparisonSummary Of(
        Gate gate,
        MeasuredSides sides,
        string unit,
        Better? better,
        bool acrossHosts,
        bool exact = false,
        bool pool = false
    )
    {
        (ImmutableArray<MatchedMetric> metrics, ImmutableArray<Finding> matching) = MetricMatching.Of(sides, unit);
        ImmutableArray<HostDifference> hosts = Hosts(sides);
        CheckHosts(hosts, acrossHosts);
        if (better is { } given && metrics.All(m => m.Better is { } own && own != given))
        {
            throw new DirectionException(
                $"{Named(metrics[0])} gets better by being {Word(metrics[0].Better!.Value)}, as its tool says: leave --{Word(given)}-is-better out."
            );
        }
        // Next to rates what is no rate is a cost: the direction that was given is that of the rates.
        bool rates = metrics.Any(m => m.Better is null && IsRate(m));
        var judged = new List<(MatchedMetric Metric, ComparisonSummary Summary)>();
        foreach (MatchedMetric metric in metrics)
        {
            Gate own = gate.For("", metric.Name).In(metric.Unit, metric.Name);
            judged.Add(
                (
                    metric,
                    NumberComparison.Of(
                        own with
                        {
                            HigherIsBetter = Direction(gate, metric, rates && !IsRate(metric) ? null : better) == Better.Higher,
                        },
                        metric.Base,
                        metric.New,
                        metric.Unit,
                        exact,
                        pool
                    )
                )
            );
        }
        ComparedRow[] rows =
        [
            .. judged.SelectMany(j =>
                j.Summary.Rows.Select(r => r with { Name = j.Metric.Name, HigherIsBetter = j.Summary.Gate.HigherIsBetter })
            ),
        ];
        bool higher = rows.All(r => r.HigherIsBetter);
        return new ComparisonSummary(
            gate with { HigherIsBetter = higher }, ComparisonSummary.Worst(rows), [.. rows], ComparisonSummary.Needs(rows),
            [.. sides.Base.Select(f => f.File)], [.. sides.New.Select(f => f.File)], hosts,
            [.. matching, .. Merged(judged), .. Chance(gate, rows), .. GateFindings.UnusedMargins(gate, rows)])
        {
            BaseOrigin = OriginOf(sides.Base),
            NewOrigin = OriginOf(sides.New),
        };
    }

    private static SideOrigin OriginOf(IReadOnlyList<MetricFile> side) =>
        SideOrigin.Of(side.SelectMany(f => f.Host), side.Select(f => f.Date));

    /// <summary>A metric of no unit may say by its name what it is; of one in time the unit says more.</summary>
    private static bool IsRate(MatchedMetric metric) =>
        MetricUnit.IsRate(metric.Unit) || metric.Unit.Length == 0 && MetricUnit.IsRateName(metric.Name);

    private static Better Direction(Gate gate, MatchedMetric metric, Better? given)
    {
        if ((gate.DirectionOf(metric.Name) ?? metric.Better ?? given) is { } known) return known;
        if (!IsRate(metric)) return Better.Lower;
        bool rate = MetricUnit.IsRate(metric.Unit);
        throw new DirectionException(
            $"{Named(metric)} is {(rate ? $"in {metric.Unit}, a rate" : "a rate by its name")}, and nobody said which way it gets better: give --higher-is-better or --lower-is-better."
        );
    }

    /// <summary>What the files say of where they were measured, where the sides differ.</summary>
    private static ImmutableArray<HostDifference> Hosts(MeasuredSides sides)
    {
        return
        [
            .. sides
                .All.SelectMany(f => f.Host)
                .Select(f => f.Name)
                .Distinct()
                .Select(n => new HostDifference(n, Said(sides.Base, n), Said(sides.New, n)))
                .Where(d => d.Base != d.New),
        ];

        static string Said(IEnumerable<MetricFile> files, string name) =>
            string.Join(
                " | ",
                files
                    .Select(f => f.Host.FirstOrDefault(fact => fact.Name == name)?.Value ?? "")
                    .Where(v => v.Length > 0)
                    .Distinct()
                    .Order(StringComparer.Ordinal)
            );
    }

    private static void CheckHosts(IEnumerable<HostDifference> hosts, bool acrossHosts)
    {
        // A file that says nothing of its host is not of another one.
        if (!acrossHosts && hosts.FirstOrDefault(d => d is { OtherMachine: true, Base.Length: > 0, New.Length: > 0 }) is { } other)
        {
            throw new InputException(
                $"The numbers are of different machines ({other.Fact}: {other.Base} | {other.New}): give --across-hosts if that is what you want to compare."
            );
        }
    }

    /// <summary>Findings of single metrics by what they say: the same words are said once, with the numbers that they hold.</summary>
    private static IEnumerable<Finding> Merged(List<(MatchedMetric Metric, ComparisonSummary Summary)> judged)
    {
        var all = judged.SelectMany(
            j => j.Summary.Findings.Where(f => !f.Is(FindingKind.UnusedMargin)),
            (j, finding) => (j.Metric.Name, Finding: finding)
        );
        foreach (var kind in all.GroupBy(f => (f.Finding.Severity, f.Finding.Id)))
        {
            var texts = new List<string>();
            foreach (var alike in kind.GroupBy(f => SameWords.Of(f.Finding.Text)))
            {
                string text = SameWords.Merged([.. alike.Select(f => f.Finding.Text)]);
                string[] names = [.. alike.Select(f => f.Name).Where(n => n.Length > 0).Distinct()];
                texts.Add(names.Length == 0 || names.Length == judged.Count ? text : $"{NameList.Of(names)}: {text}");
            }
            yield return kind.First().Finding with { Text = string.Join(" ", texts) };
        }
    }

    /// <summary>Each metric has its own chance of a false alarm.</summary>
    private static IEnumerable<Finding> Chance(Gate gate, ComparedRow[] rows)
    {
        double expected = gate.Alpha * rows.Length;
        if (expected >= 0.1)
            yield return FindingKind.ManyMetrics.Of(
                rows.Length,
                $"Each of {rows.Length} metrics may be a false alarm with a chance of {gate.Alpha * 100:0.####} %: {expected:0.#} of them are to be expected where nothing changed."
            );
    }

    private static string Named(MatchedMetric metric) =>
        metric.Name.Length > 0 ? metric.Name : string.Join(", ", metric.Base.Select(f => f.File).Take(1));

    private static string Word(Better better) => better == Better.Higher ? "higher" : "lower";
}
