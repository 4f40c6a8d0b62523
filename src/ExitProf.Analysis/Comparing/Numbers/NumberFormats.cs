using System.Text.Json;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>The kinds of files that numbers are read from. A file is of the kind that its content shows; its name says nothing.</summary>
public static class NumberFormats
{
    private sealed record JsonFormat(Func<JsonElement, bool> Recognises, Func<NumberText, JsonElement, MetricFile> Read);

    /// <param name="Marked">The kind, if its lines are like no others: then two of them in one text are a mix.</param>
    private sealed record TextFormat(string? Marked, Func<NumberText, bool> Recognises, Func<NumberText, MetricFile> Read);

    private static readonly JsonFormat[] Json =
    [
        new(Hyperfine.Recognises, Hyperfine.Read),
        new(GoogleBenchmark.Recognises, GoogleBenchmark.Read),
        new(BenchmarkDotNet.Recognises, BenchmarkDotNet.Read),
        new(Criterion.RecognisesSample, Criterion.ReadSample),
        new(Criterion.RecognisesEstimates, Criterion.ReadEstimates),
    ];

    /// <summary>From the most particular to the plainest.</summary>
    private static readonly TextFormat[] Text =
    [
        new(PerfKvmStat.Kind, PerfKvmStat.Recognises, PerfKvmStat.Read),
        new(MicroBench.Kind, MicroBench.Recognises, MicroBench.Read),
        new(GoBenchmark.Kind, GoBenchmark.Recognises, GoBenchmark.Read),
        new(null, HyperfineCsv.Recognises, HyperfineCsv.Read),
        new(null, CriterionCsv.Recognises, CriterionCsv.Read),
        new(null, GoogleBenchmarkCsv.Recognises, GoogleBenchmarkCsv.Read),
        new(null, GoogleBenchmarkTable.Recognises, GoogleBenchmarkTable.Read),
        new(VmExitLog.Kind, VmExitLog.Recognises, VmExitLog.Read),
        new(null, NumberColumns.Recognises, NumberColumns.Read),
        new(null, NamedNumbers.Recognises, NamedNumbers.Read),
        new(null, _ => true, PlainNumbers.Read),
    ];

    private const string KnownJson =
        "there are readers for hyperfine, Google Benchmark, BenchmarkDotNet and criterion's sample.json and estimates.json";

    /// <exception cref="InputException">It is of no known kind, or not as its kind is; one sentence says what and where.</exception>
    public static MetricFile Read(NumberText text)
    {
        if (GoTestJson.Recognises(text)) text = GoTestJson.Printed(text);
        if (!text.IsJson)
        {
            string[] kinds = [.. Text.Where(f => f.Marked is not null && f.Recognises(text)).Select(f => f.Marked!)];
            if (kinds is [var one, var other, ..]) throw text.Refused($"holds {one} and {other}: a file has one kind of numbers.");
            if (kinds is [var log]) RefuseBareNumbers(text, log);
            return Checked(text, Text.First(f => f.Recognises(text)).Read(text));
        }
        using JsonDocument json = JsonFields.Parse(text);
        JsonElement root = json.RootElement;
        if (root.IsList("comparisons"))
            throw text.Refused("is a verdict of exitprof, not a measurement: exitprof forecast reads it.");
        return Checked(
            text,
            (Json.FirstOrDefault(f => f.Recognises(root)) ?? throw text.Refused($"is JSON of a kind that is not known: {KnownJson}.")).Read(
                text,
                root
            )
        );
    }

    /// <summary>A line that is nothing but a number is of another kind. What a test of Go prints is its own affair.</summary>
    private static void RefuseBareNumbers(NumberText text, string log)
    {
        if (log == GoBenchmark.Kind) return;
        foreach ((int number, string line) in text.Rows)
        {
            if (NumberToken.TryRead(line, out _, out _))
                throw text.Refused(number, $"is a number alone, {NumberText.Quote(line)}, in {log}: a file has one kind of numbers.");
        }
    }

    /// <summary>True of a table with a header that is of no tool: lines of a tool may look like one for a while.</summary>
    internal static bool AreColumns(NumberText text) =>
        !text.IsJson && !Text.Any(f => f.Marked is not null && f.Recognises(text)) && NumberColumns.Recognises(text);

    /// <summary>One number a line, whatever else the text may look like.</summary>
    /// <exception cref="InputException">A line is no number, or there is none.</exception>
    public static Metric ReadPlain(NumberText text) => PlainNumbers.Read(text).Metrics[0];

    private static MetricFile Checked(NumberText text, MetricFile file)
    {
        if (file.Metrics.IsEmpty)
            throw text.Refused("holds no measurement.");
        if (file.Metrics.GroupBy(m => m.Name).FirstOrDefault(g => g.Skip(1).Any()) is { } twice)
            throw text.Refused($"has two metrics of one name, '{twice.Key}': nobody can tell them apart.");
        var facts = file.Ruler.GroupBy(f => f.Name).FirstOrDefault(g => g.Distinct().Skip(1).Any());
        if (facts is not null)
            throw text.Refused(
                $"says two things of its {facts.Key} ({string.Join("; ", facts.Select(f => f.Value).Distinct())}): its numbers are of two rulers."
            );
        return file;
    }

    internal static IEnumerable<Fact> Facts(JsonElement element, params IEnumerable<(string Name, string Field)> wanted) =>
        wanted.Select(w => new Fact(w.Name, element.Text(w.Field))).Where(f => f.Value.Length > 0);

    internal static Finding Failed(string file, int count) =>
        FindingKind.FailedBenchmarks.Of(count, $"{file}: {count} {(count == 1 ? "benchmark" : "benchmarks")} failed and measured nothing.");

    internal static Finding MeansOnly(string file, int count) =>
        FindingKind.MeansOnly.Of(
            count,
            $"{file} has no single runs of {count} {(count == 1 ? "metric" : "metrics")}: a mean is one number, and what stands beside it as its spread is of an unknown kind and is not used."
        );

    internal static Finding OtherLines(string file, int count) =>
        FindingKind.OtherLines.Of(
            count,
            $"{file}: {count} {(count == 1 ? "line is" : "lines are")} no measurement and {(count == 1 ? "says" : "say")} nothing here."
        );

    internal static Finding LeftOut(string file, IReadOnlyCollection<string> compared, IReadOnlyCollection<string> left) =>
        FindingKind.LeftOut.Of(
            left.Count,
            $"{file}: {NameList.Of(compared)} {(compared.Count == 1 ? "is" : "are")} compared; "
                + $"{NameList.Of(left)} {(left.Count == 1 ? "is" : "are")} left out."
        );
}
