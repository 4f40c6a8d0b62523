using ExitProf.Analysis;
using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>The reason table for a terminal or a pipe.</summary>
internal static class ReasonText
{
    private static readonly Style Strong = new(decoration: Decoration.Bold);
    private static readonly Style Faint = new(Color.Grey);

    public static void Write(TextPage page, TraceSummary trace, ReasonTable table)
    {
        Write(page, "reason", ReasonSentences.Caption(trace), ReasonSentences.ColumnsOf(table), ReasonSentences.Rows(trace, table));
        Write(page, "stage", ReasonSentences.StageCaption(trace), ReasonSentences.StageColumns, ReasonSentences.StageRows(table));
        Write(page, "machine", MachineSentences.Caption(trace), MachineSentences.Columns, MachineSentences.Rows(trace, table));
        Write(page, "vCPU", ReasonSentences.VcpuCaption(trace), ReasonSentences.VcpuColumns, ReasonSentences.VcpuRows(table));
    }

    internal static void Write(
        TextPage page, string first, string caption, string[] columns,
            IEnumerable<(string Name, bool Below, IReadOnlyList<string> Cells)> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0) return;
        page.Blank();
        page.Line(caption + ".");
        var table = new TextTable(first);
        // The count, the total and the share stay; what is left out first is the least used.
        for (int i = 0; i < columns.Length; i++) table.Right(columns[i], columns[i] is "per second" or "p90" or "max" ? 1 + i : 0);
        foreach ((string name, bool below, IReadOnlyList<string> cells) in all)
        {
            table.Row(below ? Faint : Style.Plain, [new TextCell((below ? "  "
                + "" : "") + name, below ? Faint : Strong), .. cells.Select(c => (TextCell)c)]);
        }
        table.Write(page);
    }
}
