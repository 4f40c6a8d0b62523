using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>The reason table for a README or an issue.</summary>
internal static class ReasonMarkdown
{
    public static void Write(TextWriter writer, TraceSummary trace, ReasonTable table)
    {
        Write(writer, "reason", ReasonSentences.Caption(trace), ReasonSentences.ColumnsOf(table), ReasonSentences.Rows(trace, table));
        Write(writer, "stage", ReasonSentences.StageCaption(trace), ReasonSentences.StageColumns, ReasonSentences.StageRows(table));
        Write(writer, "machine", MachineSentences.Caption(trace), MachineSentences.Columns, MachineSentences.Rows(trace, table));
    }

    internal static void Write(
        TextWriter writer, string first, string caption, string[] columns,
            IEnumerable<(string Name, bool Below, IReadOnlyList<string> Cells)> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0) return;
        writer.Write($"{VerdictMarkdown.Cell(caption)}.\n\n");
        writer.Write($"| {VerdictMarkdown.Cell(first)} | {string.Join(" | ", columns.Select(VerdictMarkdown.Cell))} |\n");
        writer.Write($"|---|{string.Concat(columns.Select(_ => "---:|"))}\n");
        foreach ((string name, bool below, IReadOnlyList<string> cells) in all)
        {
            string label = VerdictMarkdown.Cell(name);
            writer.Write($"| {(below ? "· " + label : "**" + label + "**")} | {string.Join(" | ", cells.Select(VerdictMarkdown.Cell))} "
                + "|\n");
        }
        writer.Write('\n');
    }
}
