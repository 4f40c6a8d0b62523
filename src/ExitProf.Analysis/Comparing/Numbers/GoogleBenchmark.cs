using System.Collections.Immutable;
using System.Text.Json;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// What Google Benchmark writes by <c>--benchmark_format=json</c>: the real time of each repetition, or aggregates of them.
/// </summary>
internal static class GoogleBenchmark
{
    public const string Kind = "a JSON report of Google Benchmark";

    /// <summary>The fields of a benchmark's entry that are no measurement.</summary>
    private static readonly string[] Known =
    [
        "name", "family_index", "per_family_instance_index", "run_name", "run_type", "repetitions", "repetition_index", "threads",
        "iterations", "real_time", "time_unit", "aggregate_name", "aggregate_unit", "label", "error_occurred", "error_message", "skipped",
        "skip_message", "big_o", "cpu_coefficient", "real_coefficient", "rms",
    ];

    public static bool Recognises(JsonElement root) => root.Field("context") is { ValueKind: JsonValueKind.Object } && root.IsList("benchmarks");

    public static MetricFile Read(NumberText text, JsonElement root)
    {
        IReadOnlyList<JsonElement> all = root.List("benchmarks");
        var runs = new Dictionary<string, (ValueList Values, string Unit)>();
        var means = new Dictionary<string, (ValueList Values, string Unit)>();
        int failed = 0;
        var left = new SortedSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < all.Count; i++)
        {
            JsonElement entry = all[i];
            if (entry.IsTrue("error_occurred") || entry.IsTrue("skipped"))
            {
                failed++;
                continue;
            }
            bool aggregate = entry.Text("run_type") == "aggregate" || entry.Text("aggregate_name").Length > 0;
            if (aggregate && entry.Text("aggregate_name") != "mean") continue;
            string name = entry.Text("run_name") is { Length: > 0 } run ? run : entry.Text("name");
            if (name.Length == 0) throw text.Refused($"has no name at benchmarks[{i}].");
            string unit = entry.Text("time_unit") is { Length: > 0 } said ? said : "ns";
            Dictionary<string, (ValueList Values, string Unit)> into = aggregate ? means : runs;
            if (!into.TryGetValue(name, out var metric)) into[name] = metric = (new ValueList(), unit);
            if (metric.Unit != unit) throw text.Refused($"has {name} in {metric.Unit} and in {unit}: write it again in one unit.");
            metric.Values.Add(text, $"benchmarks[{i}].real_time", entry.Field("real_time"));
            left.UnionWith(Others(entry));
        }
        int single = 0;
        foreach (string name in means.Keys.Except(runs.Keys).ToArray())
        {
            runs[name] = means[name];
            single++;
        }
        if (runs.Count == 0) throw text.Refused(failed > 0 ? $"holds no measurement: {failed} benchmarks failed." : "holds no benchmark.");
        JsonElement context = root.Field("context")!.Value;
        Metric[] metrics = [.. runs.Select(m => m.Value.Values.Measured(m.Key, m.Value.Unit) with { Better = Better.Lower })];
        return new MetricFile(text.File, Kind, [.. metrics])
        {
            Ruler = [.. NumberFormats.Facts(context, ("build of the library", "library_build_type"), ("version of the library", "library_version"))],
            Host = [.. NumberFormats.Facts(context, ("host", "host_name"), ("cpus", "num_cpus"))],
            Date = context.Text("date"),
            Findings =
            [
                .. failed > 0 ? [NumberFormats.Failed(text.File, failed)] : (Finding[])[],
                .. single > 0 ? [NumberFormats.MeansOnly(text.File, single)] : (Finding[])[],
                .. left.Count > 0 ? [NumberFormats.LeftOut(text.File, ["real_time"], [.. left])] : (Finding[])[],
            ],
        };
    }

    /// <summary>Numbers of an entry that are somebody's own counters.</summary>
    private static IEnumerable<string> Others(JsonElement entry) => entry.ValueKind != JsonValueKind.Object
        ? []
        : entry.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Number && !Known.Contains(p.Name)).Select(p => p.Name);
}
