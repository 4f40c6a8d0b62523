using System.Collections.Immutable;

namespace ExitProf.Analysis;

/// <summary>criterion's raw.csv: a row for each sample, with its nanoseconds and its turns.</summary>
internal static class CriterionCsv
{
    public const string Kind = "a raw.csv of criterion";

    private static readonly string[] Columns = ["sample_measured_value", "unit", "iteration_count"];

    public static bool Recognises(NumberText text) =>
        text.Rows.FirstOrDefault().Text is { } first && TableCells.OfCsv(first, ',') is var header && Columns.All(header.Contains);

    public static MetricFile Read(NumberText text)
    {
        IReadOnlyList<string> header = TableCells.OfCsv(text.Rows.First().Text, ',');
        int[] at = [.. Columns.Select(c => header.ToImmutableArray().IndexOf(c))];
        int[] names = [.. Enumerable.Range(0, header.Count).Where(i => header[i] is "group" or "function" or "value")];
        var metrics = new Dictionary<string, (ValueList Values, string Unit)>();
        foreach ((int number, string line) in text.Rows.Skip(1))
        {
            IReadOnlyList<string> cells = TableCells.OfCsv(line, ',');
            if (cells.Count != header.Count) throw text.Refused(number, $"has {cells.Count} cells, and the header has {header.Count}.");
            string name = string.Join('/', names.Select(i => cells[i]).Where(c => c.Length > 0)), unit = cells[at[1]];
            var time = new ValueList();
            time.Add(text, number, cells[at[0]]);
            double measured = time.Last;
            time.Add(text, number, cells[at[2]]);
            if (!(time.Last > 0))
                throw text.Refused(number, $"has {NumberText.Quote(cells[at[2]])} turns: a sample has at least one.");
            if (!metrics.TryGetValue(name, out var metric))
                metrics[name] = metric = (new ValueList(), unit);
            if (metric.Unit != unit)
                throw text.Refused(number, $"has {name} in {unit}, and a line before has it in {metric.Unit}: two metrics of one name.");
            metric.Values.Add(measured / time.Last, time.Decimals + (int)Math.Ceiling(Math.Log10(time.Last)));
        }
        return new MetricFile(
            text.File,
            Kind,
            [
                .. metrics.Select(m =>
                    m.Value.Values.Measured(m.Key, m.Value.Unit) with
                    {
                        Better = MetricUnit.TrySeconds(m.Value.Unit, out _) ? Better.Lower : null,
                    }
                ),
            ]
        );
    }
}
