using System.Collections.Immutable;
using System.Text.Json;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>What BenchmarkDotNet's JSON exporters write, brief or full: nanoseconds an operation of every iteration.</summary>
internal static class BenchmarkDotNet
{
    public const string Kind = "a JSON report of BenchmarkDotNet";

    public static bool Recognises(JsonElement root) =>
        root.IsList("Benchmarks") && root.Field("HostEnvironmentInfo") is { ValueKind: JsonValueKind.Object };

    public static MetricFile Read(NumberText text, JsonElement root)
    {
        IReadOnlyList<JsonElement> all = root.List("Benchmarks");
        // Several jobs of one benchmark differ in what is displayed only.
        HashSet<string> repeated = [.. all.CountBy(b => b.Text("FullName")).Where(c => c.Value > 1).Select(c => c.Key)];
        var metrics = ImmutableArray.CreateBuilder<Metric>();
        int failed = 0;
        bool memory = false;
        for (int i = 0; i < all.Count; i++)
        {
            JsonElement entry = all[i];
            string name = entry.Text("FullName");
            if (name.Length == 0 || repeated.Contains(name)) name = entry.Text("DisplayInfo") is { Length: > 0 } shown ? shown : name;
            if (name.Length == 0) throw text.Refused($"has no FullName at Benchmarks[{i}].");
            memory |= entry.Field("Memory") is not null;
            if (entry.Field("Statistics") is not { } statistics)
            {
                failed++;
                continue;
            }
            var values = new ValueList();
            IReadOnlyList<JsonElement> originals = statistics.List("OriginalValues");
            for (int k = 0; k < originals.Count; k++) values.Add(text, $"Benchmarks[{i}].Statistics.OriginalValues[{k}]", originals[k]);
            if (originals.Count == 0) values.Add(text, $"Benchmarks[{i}].Statistics.Mean", statistics.Field("Mean"));
            metrics.Add(values.Measured(name, "ns") with { Better = Better.Lower });
        }
        if (metrics.Count == 0)
            throw text.Refused(failed > 0 ? $"holds no measurement: {failed} benchmarks failed." : "holds no benchmark.");
        JsonElement host = root.Field("HostEnvironmentInfo")!.Value;
        return new MetricFile(text.File, Kind, metrics.ToImmutable())
        {
            Ruler =
            [
                .. NumberFormats.Facts(
                    host,
                    ("version of BenchmarkDotNet", "BenchmarkDotNetVersion"),
                    ("timer", "HardwareTimerKind"),
                    ("debugger attached", "HasAttachedDebugger"),
                    ("build", "Configuration")
                ),
                .. host.Field("ChronometerFrequency") is { } clock ? NumberFormats.Facts(clock, ("frequency of the clock", "Hertz")) : [],
            ],
            Host =
            [
                .. NumberFormats.Facts(
                    host,
                    ("cpu", "ProcessorName"),
                    ("cpus", "LogicalCoreCount"),
                    ("os", "OsVersion"),
                    ("runtime", "RuntimeVersion")
                ),
            ],
            Findings =
            [
                .. failed > 0 ? [NumberFormats.Failed(text.File, failed)] : (Finding[])[],
                .. memory ? [NumberFormats.LeftOut(text.File, ["the time of an operation"], ["memory"])] : (Finding[])[],
            ],
        };
    }
}
