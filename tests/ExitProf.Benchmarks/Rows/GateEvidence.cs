using System.Globalization;
using System.Text.Json;

namespace ExitProf.Benchmarks;

/// <summary>
/// Rows out of the long series that tests/calibrate.sh, tests/pairs.sh and tests/forecast.sh leave in a folder: hours of recordings, so
/// they are made once and their figures are kept.
/// </summary>
internal static class GateEvidence
{
    public const string Argument = "evidence";

    /// <summary>
    /// By chance an interval of 99 % excludes 0 in one window of 100; of 1,000, more than this happen once in 200 series.
    /// </summary>
    private const double MostWindows = 19;
    private const double MostAlike = 6;
    private const double LeastSame = 95;
    private const double LeastFifth = 36;

    /// <summary>What of it is in the folder, of the day and the commit that it was measured at.</summary>
    public static IEnumerable<BenchmarkRow> Of(string folder)
    {
        string commit = Path.Combine(folder, "commit");
        string measured = File.Exists(commit) ? File.ReadAllText(commit).Trim() : "";
        return Rows(folder).Select(r =>
            r.Row with { Utc = Directory.GetFiles(folder, r.Files).Max(File.GetLastWriteTimeUtc), Commit = measured });
    }

    private static IEnumerable<(BenchmarkRow Row, string Files)> Rows(string folder)
    {
        if (Files(folder, "windows.json") is [var windows])
        {
            (double excluding, int all) = windows.TryGetProperty("calibration", out JsonElement c) && c.ValueKind == JsonValueKind.Object
                ? (c.GetProperty("excluding").GetDouble(), c.GetProperty("windows").GetInt32()) : OfFinding(windows);
            BenchmarkRow row = Count("gate-windows", $"alike sides: windows of 20 quads whose 99 % interval excludes 0, of {all:N0} contiguous ones", "windows", excluding, MostWindows, all, "and no fewer than 1");
            // Intervals that never err are too wide.
            yield return (excluding < 1 ? row with { Verdict = Verdict.Missed } : row, "windows.json");
        }
        JsonElement[] alike = Files(folder, "alike-???.json");
        if (alike.Length > 0)
        {
            yield return (Count("gate-alike", $"alike sides, 2 s each: 99 % intervals that exclude 0, of {alike.Length}", "runs",
                alike.Count(a => Percent(a) is var p && (p.Low > 0 || p.High < 0)), MostAlike * alike.Length / 200, alike.Length, ""), "alike-???.json");
            double same = 100.0 * alike.Count(a => VerdictOf(a) == "same") / alike.Length;
            yield return (BenchmarkRow.Of("gate-alike-same", $"the same {alike.Length}: that end as *same* at ±2 %", "", "%",
                new Estimate(same, same, same, alike.Length), LeastSame, "", atLeast: true), "alike-???.json");
        }
        foreach ((string part, string what, double least) in ((string, string, double)[])
            [("one-percent", "a busy-wait of 1 % of the exit, 5 s each, margin 0.5 %", 1), ("fifth-percent", "a busy-wait of 0.2 % of the exit, 60 s each, margin 0.1 %", LeastFifth / 40)])
        {
            JsonElement[] runs = Files(folder, part + "-??.json");
            if (runs.Length == 0) continue;
            double[] shifts = [.. runs.Select(r => Percent(r).Value).Order()];
            yield return (Count("gate-" + part, $"{what}: found, of {runs.Length}", "runs", runs.Count(r => VerdictOf(r) == "worse"),
                least * runs.Length, runs.Length,
                string.Create(CultureInfo.InvariantCulture,
                    $"shifts {shifts[0]:F2} to {shifts[^1]:F2} %, median {RankEstimate.Median(shifts):F2}"), atLeast: true), part + "-??.json");
        }
        foreach ((string part, string what, double? least) in ((string, string, double?)[])
            [("wait", "two builds in random pairs: 3,000 cycles between the runs", 0), ("alike", "two builds of one source in random pairs", null)])
        {
            if (Files(folder, part + ".json") is not [var pairs]) continue;
            int n = pairs.GetProperty("comparisons")[0].GetProperty("n").GetProperty("base").GetInt32();
            yield return (BenchmarkRow.Of("pairs-" + part,
                $"{what}: {VerdictOf(pairs)} at ±{pairs.GetProperty("margin").GetDouble() * 100:0.##} %", "the first build", "%",
                    Percent(pairs) with { Count = n }, least, $"{n} pairs of runs", atLeast: true), part + ".json");
        }
        string forecasts = Path.Combine(folder, "forecast.tsv");
        foreach (string[] f in File.Exists(forecasts) ? File.ReadLines(forecasts).Select(l => l.Split('\t')) : [])
        {
            double[] v = [.. f[1..7].Select(x => double.Parse(x, CultureInfo.InvariantCulture))];
            yield return (BenchmarkRow.Of("forecast-" + f[0], $"macro shift, {Macro(f[0])}",
                string.Create(CultureInfo.InvariantCulture, $"its forecast {v[0]:F2} % ({v[1]:F2} to {v[2]:F2})"), "%",
                new Estimate(v[3], v[4], v[5], 1), null, f[7] == "meet" ? "the two intervals meet" : "the two intervals lie apart"), f[0] + "-macro.json");
        }
    }

    private static string Macro(string part) => part switch
    {
        "exits" => "6,000 cycles more in the device: a loop that only exits",
        "cache-exits" => "the instruction cache: a loop that only exits",
        "cache-work" => "the instruction cache: cpu-loop with 20 exits a unit",
        _ => part,
    };

    private static BenchmarkRow Count(string name, string what, string unit, double value, double target, int count, string detail,
        bool atLeast = false) =>
        BenchmarkRow.Of(name, what, "", unit, new Estimate(value, value, value, count), target, detail, atLeast);

    private static JsonElement[] Files(string folder, string pattern) =>
        [.. Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal).Where(f => new FileInfo(f).Length > 0)
            .Select(f => JsonDocument.Parse(File.ReadAllText(f)).RootElement)];

    private static string VerdictOf(JsonElement verdict) => verdict.GetProperty("verdict").GetString()!;

    private static Estimate Percent(JsonElement verdict)
    {
        JsonElement p = verdict.GetProperty("comparisons")[0].GetProperty("shift").GetProperty("percent");
        return new Estimate(p.GetProperty("value").GetDouble(), p.GetProperty("low").GetDouble(), p.GetProperty("high").GetDouble(), 1);
    }

    /// <summary>Verdicts of earlier versions say it in a finding only: "3 of 1,000 windows …".</summary>
    private static (double Excluding, int Windows) OfFinding(JsonElement verdict)
    {
        JsonElement finding = verdict.GetProperty("findings").EnumerateArray()
            .Single(f => f.GetProperty("id").GetString() is "calibrated" or "badly-calibrated");
        string[] words = finding.GetProperty("text").GetString()!.Split(' ');
        int of = Array.IndexOf(words, "of");
        return (double.Parse(words[of - 1], NumberStyles.Number, CultureInfo.InvariantCulture),
            int.Parse(words[of + 1], NumberStyles.Number, CultureInfo.InvariantCulture));
    }
}
