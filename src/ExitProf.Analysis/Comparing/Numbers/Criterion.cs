using System.Text.Json;

namespace ExitProf.Analysis;

/// <summary>
/// What criterion.rs keeps of a benchmark in <c>target/criterion/…/new</c>: <c>sample.json</c> has the nanoseconds of each sample and its
/// turns, <c>estimates.json</c> only what was estimated from them. Neither says of which benchmark it is: <c>benchmark.json</c> beside it
/// does, or the folder.
/// </summary>
internal static class Criterion
{
    public const string SampleKind = "a sample.json of criterion", EstimatesKind = "an estimates.json of criterion";

    /// <summary>Folders that criterion names after the run, not after the benchmark.</summary>
    private static readonly string[] RunFolders = ["new", "base", "change", "main", "master", "before", "after"];

    public static bool RecognisesSample(JsonElement root) => root.IsList("iters") && root.IsList("times");

    public static bool RecognisesEstimates(JsonElement root) =>
        Estimate(root, "mean", "Mean") is not null && Estimate(root, "median", "Median") is not null;

    /// <summary>Criterion up to 0.3.0 wrote its names with capitals.</summary>
    private static JsonElement? Estimate(JsonElement root, string name, string older) =>
        (root.Field(name) ?? root.Field(older))?.Field("point_estimate");

    public static MetricFile ReadSample(NumberText text, JsonElement root)
    {
        IReadOnlyList<JsonElement> turns = root.List("iters"),
            times = root.List("times");
        if (turns.Count != times.Count)
            throw text.Refused($"has {turns.Count} iters and {times.Count} times: they belong together one by one.");
        if (turns.Count == 0)
            throw text.Refused("holds no sample.");
        var values = new ValueList();
        var counts = new ValueList();
        for (int i = 0; i < turns.Count; i++)
        {
            var time = new ValueList();
            time.Add(text, $"times[{i}]", times[i]);
            counts.Add(text, $"iters[{i}]", turns[i]);
            double count = counts.Last;
            if (!(count > 0))
                throw text.Refused($"has {NumberText.Quote(turns[i].GetRawText())} at iters[{i}]: a sample has at least one turn.");
            // The clock's grain is divided by the turns of a sample.
            values.Add(time.Last / count, time.Decimals + (int)Math.Ceiling(Math.Log10(count)));
        }
        return new MetricFile(
            text.File,
            SampleKind,
            [values.Measured(NameOf(text.Folder), "ns") with { NamedByPlace = true, Better = Better.Lower }]
        );
    }

    public static MetricFile ReadEstimates(NumberText text, JsonElement root)
    {
        // The comparison with the run before has the same names for shares.
        if (Estimate(root, "std_dev", "StdDev") is null)
            throw text.Refused("is criterion's comparison of two runs, not a measurement: give the estimates.json of new and of base.");
        var values = new ValueList();
        values.Add(text, "mean.point_estimate", Estimate(root, "mean", "Mean"));
        return new MetricFile(
            text.File,
            EstimatesKind,
            [values.Measured(NameOf(text.Folder), "ns") with { NamedByPlace = true, Better = Better.Lower }]
        )
        {
            Findings = [NumberFormats.MeansOnly(text.File, 1)],
        };
    }

    /// <summary>The benchmark's own name where criterion left it, else the folder's above the run; empty if neither tells.</summary>
    private static string NameOf(string folder)
    {
        if (folder.Length == 0) return "";
        string beside = Path.Combine(folder, "benchmark.json");
        if (File.Exists(beside))
        {
            try
            {
                using JsonDocument json = JsonFields.Parse(NumberText.Read(beside));
                if (json.RootElement.Text("full_id") is { Length: > 0 } name) return name;
                if (json.RootElement.Text("title") is { Length: > 0 } title) return title;
            }
            catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException)
            {
                // The name is a convenience: without it the folder's name does.
            }
        }
        return RunFolders.Contains(Path.GetFileName(folder)) ? Path.GetFileName(Path.GetDirectoryName(folder)) ?? "" : "";
    }
}
