using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// What Google Benchmark writes by <c>--benchmark_format=csv</c>: lines about the host, a header, and a row for each repetition and
/// aggregate.
/// </summary>
internal static class GoogleBenchmarkCsv
{
    public const string Kind = "a CSV report of Google Benchmark";

    private const string Header = "name,iterations,real_time,cpu_time,time_unit";

    /// <summary>What the library adds to a name for an aggregate of its repetitions.</summary>
    private static readonly string[] Aggregates = ["_mean", "_median", "_stddev", "_cv", "_BigO", "_RMS"];

    public static bool Recognises(NumberText text) => text.Rows.Any(IsHeader);

    public static MetricFile Read(NumberText text)
    {
        IReadOnlyList<string> header = TableCells.OfCsv(text.Rows.First(IsHeader).Text, ',');
        int error = header.ToList().IndexOf("error_occurred");
        var runs = new MetricTable(text, "");
        var means = new MetricTable(text, "");
        int failed = 0;
        HashSet<string> names = [.. text.Rows.SkipWhile(r => !IsHeader(r)).Skip(1).Select(r => TableCells.OfCsv(r.Text, ',')[0])];
        foreach ((int number, string line) in text.Rows.SkipWhile(r => !IsHeader(r)).Skip(1))
        {
            IReadOnlyList<string> cells = TableCells.OfCsv(line, ',');
            if (cells.Count < 5) throw text.Refused(number, $"has {cells.Count} cells: {NumberText.Quote(line)}; the file may be cut.");
            if (error >= 0 && error < cells.Count && cells[error] == "true")
            {
                failed++;
                continue;
            }
            string name = cells[0], suffix = Suffix(name, names);
            if (suffix.Length == 0) runs.Add(number, name, cells[4], cells[2]);
            else if (suffix == Aggregates[0]) means.Add(number, name[..^suffix.Length], cells[4], cells[2]);
        }
        Metric[] all = [.. runs.Metrics], single = [.. means.Metrics.Where(m => all.All(r => r.Name != m.Name))];
        if (all.Length + single.Length == 0)
            throw text.Refused(failed > 0 ? $"holds no measurement: {failed} benchmarks failed." : "holds no benchmark.");
        return new MetricFile(text.File, Kind, [.. all.Concat(single).Select(m => m with { Better = Better.Lower })])
        {
            Findings =
            [
                .. failed > 0 ? [NumberFormats.Failed(text.File, failed)] : (Finding[])[],
                .. single.Length > 0 ? [NumberFormats.MeansOnly(text.File, single.Length)] : (Finding[])[],
                .. header.Count > 5 ? [NumberFormats.LeftOut(text.File, ["real_time"], ["cpu_time", .. Counters(header)])] : (Finding[])[],
            ],
        };
    }

    /// <summary>What makes a name that of an aggregate; empty of one that only ends so, as "BM_median" of a median.</summary>
    private static string Suffix(string name, HashSet<string> names)
    {
        string suffix = Aggregates.FirstOrDefault(a => name.EndsWith(a, StringComparison.Ordinal)) ?? "", own = name[..^suffix.Length];
        // Aggregates follow the runs that they are of, or come in a set.
        return names.Contains(own) || Aggregates.Count(a => names.Contains(own + a)) > 1 ? suffix : "";
    }

    private static bool IsHeader((int Number, string Text) row) => row.Text.StartsWith(Header, StringComparison.Ordinal);

    private static IEnumerable<string> Counters(IEnumerable<string> header) =>
        header.Skip(5).Where(h => h is not ("label" or "error_occurred" or "error_message"));
}
