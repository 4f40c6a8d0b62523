using System.Globalization;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>The tables of other tools that a trace has figures of, as they were printed.</summary>
internal static class MetricTables
{
    /// <summary>How many of the others there are is said; JSON and CSV have them all.</summary>
    private const int ShownRows = 200;

    public static IReadOnlyList<JsonMetric>? Json(TraceSummary trace) =>
        trace.Metrics.IsEmpty
            ? null
            : [.. trace.Metrics.Select(m => new JsonMetric(m.Table, m.Row, m.Column, new JsonNumber(m.Value), m.Unit))];

    public static void Write(TextPage page, TraceSummary trace)
    {
        foreach ((string title, string[] columns, var rows) in Of(trace)) ReasonText.Write(page, title, Caption(title), columns, rows);
    }

    public static Html Part(TraceSummary trace) =>
        Html.Join(Of(trace).Select(t => ReasonHtml.Part(t.Title, Caption(t.Title), t.Columns, t.Rows)));

    public static void WriteMarkdown(TextWriter writer, TraceSummary trace)
    {
        foreach ((string title, string[] columns, var rows) in Of(trace))
            ReasonMarkdown.Write(writer, title, Caption(title), columns, rows);
    }

    private static string Caption(string title) => $"Table of {title}, as the file has it";

    private static IEnumerable<(string Title, string[] Columns,
        IReadOnlyList<(string Name, bool Below, IReadOnlyList<string> Cells)> Rows)> Of(TraceSummary trace)
    {
        foreach (var table in trace.Metrics.GroupBy(m => m.Table))
        {
            string[] columns = [.. table.Select(Column).Distinct()];
            var all = table.GroupBy(m => m.Row).ToList();
            var rows = all.Take(ShownRows).Select(r => (VisibleText.Of(r.Key), false, Cells(r, columns))).ToList();
            if (all.Count > ShownRows) rows.Add(($"and {all.Count - ShownRows:N0} more", true, [.. columns.Select(_ => "")]));
            yield return (VisibleText.Of(table.Key), columns, rows);
        }
    }

    private static IReadOnlyList<string> Cells(IEnumerable<TableFigure> row, string[] columns) =>
        [.. columns.Select(c => row.FirstOrDefault(m => Column(m) == c) is { } metric
            ? metric.Value.ToString("#,0.###", CultureInfo.InvariantCulture) : "")];

    private static string Column(TableFigure metric) => VisibleText.Of(metric.Unit is "" or "exits" or "events" ? metric.Column
        : $"{metric.Column} {(metric.Unit == "us" ? "µs" : metric.Unit)}");
}
