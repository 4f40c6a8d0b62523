using System.Collections.Immutable;
using System.Text.Json;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>What hyperfine writes by <c>--export-json</c>: for each command the seconds of every run.</summary>
internal static class Hyperfine
{
    public const string Kind = "a JSON export of hyperfine";

    public static bool Recognises(JsonElement root) =>
        root.IsList("results") && root.List("results").Any(r => r.Text("command").Length > 0);

    public static MetricFile Read(NumberText text, JsonElement root)
    {
        var metrics = ImmutableArray.CreateBuilder<Metric>();
        int failed = 0, means = 0;
        IReadOnlyList<JsonElement> results = root.List("results");
        for (int i = 0; i < results.Count; i++)
        {
            JsonElement result = results[i];
            string command = result.Text("command");
            if (command.Length == 0) throw text.Refused($"has no command at results[{i}].");
            var values = new ValueList();
            IReadOnlyList<JsonElement> times = result.List("times");
            for (int k = 0; k < times.Count; k++) values.Add(text, $"results[{i}].times[{k}]", times[k]);
            if (times.Count == 0)
            {
                // A mean whose runs are not there is one number.
                values.Add(text, $"results[{i}].mean", result.Field("mean"));
                means++;
            }
            failed += result.List("exit_codes").Count(c => c is not { ValueKind: JsonValueKind.Number } || c.GetRawText() != "0");
            metrics.Add(values.Measured(command, "s") with { NamedByPlace = true, Better = Better.Lower });
        }
        return new MetricFile(text.File, Kind, metrics.ToImmutable())
        {
            Findings =
            [
                .. failed > 0
                    ?
                    [
                        FindingKind.FailedRuns.Of(
                            failed,
                            $"{text.File}: {failed} {(failed == 1 ? "run" : "runs")} ended with an exit status other than 0."
                        ),
                    ]
                    : (Finding[])[],
                .. means > 0 ? [NumberFormats.MeansOnly(text.File, means)] : (Finding[])[],
            ],
        };
    }
}
