using System.Globalization;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>The tables of other tools that a trace has figures of, as they were printed.</summary>
internal static class MetricTables
{
    private const int ShownRows = 200;

    public static IReadOnlyList<JsonMetric>? Json(TraceSummary trace) =>
        trace.Metrics.IsEmpty
            ? null
            : [.. trace.Metrics.Select(m => new JsonMetric(m.Table, m.Row, m.Column, new JsonNumber(m.Value), m.Unit))];

    public static void Write(TextPage page, TraceSummary trace)
    {
        foreach ((string title, string[] columns, var rows) in Of(trace)) ReasonText.Write(page, title, $"Table of {title}, as the file "
            + "has it", columns, rows);
    }

    public static IEnumerable<(string Title, string[] Columns,
        IReadOnlyList<(string Name, bool Below, IReadOnlyList<string> Cells)> Rows)> Of(TraceSummary trace)
    {
        foreach (var table in trace.Metrics.GroupBy(m => m.Table))
        {
            string[] columns = [.. table.Select(Column).Distinct()];
            var rows = table.GroupBy(m => m.Row).Take(ShownRows).Select(r => (VisibleText.Of(r.Key), false, Cells(r, columns))).ToList();
            yield return (VisibleText.Of(table.Key), columns, rows);
        }
    }

    private static IReadOnlyList<string> Cells(IEnumerable<TableFigure> row, string[] columns) =>
        [.. columns.Select(c => row.FirstOrDefault(m => Column(m) == c) is { } metric
            ? metric.Value.ToString("#,0.###", CultureInfo.InvariantCulture) : "")];

    private static string Column(TableFigure metric) => metric.Unit is "" or "exits" or "events" ? metric.Column
        : $"{metric.Column} {(metric.Unit == "us" ? "µs" : metric.Unit)}";
}
