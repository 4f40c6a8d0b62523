namespace ExitProf.Analysis;

/// <summary>What hyperfine writes by <c>--export-csv</c>: for each command the mean of its runs, which is one number.</summary>
internal static class HyperfineCsv
{
    public const string Kind = "a CSV export of hyperfine";

    public static bool Recognises(NumberText text) =>
        text.Rows.FirstOrDefault().Text is { } first && first.StartsWith("command,mean,stddev,", StringComparison.Ordinal);

    public static MetricFile Read(NumberText text)
    {
        var metrics = new List<Metric>();
        foreach ((int number, string line) in text.Rows.Skip(1))
        {
            IReadOnlyList<string> cells = TableCells.OfCsv(line, ',');
            if (cells.Count < 3) throw text.Refused(number, $"has {cells.Count} cells: {NumberText.Quote(line)}; the file may be cut.");
            var values = new ValueList();
            values.Add(text, number, cells[1]);
            metrics.Add(values.Measured(cells[0], "s") with { NamedByPlace = true, Better = Better.Lower });
        }
        return new MetricFile(text.File, Kind, [.. metrics]) { Findings = [NumberFormats.MeansOnly(text.File, metrics.Count)] };
    }
}
