using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>The reason table of the page.</summary>
internal static class ReasonHtml
{
    public static Html Part(TraceSummary trace, ReasonTable table) => Html.Join(
    [
        Part("reason", ReasonSentences.Caption(trace), ReasonSentences.ColumnsOf(table), ReasonSentences.Rows(trace, table)),
        Part("stage", ReasonSentences.StageCaption(trace), ReasonSentences.StageColumns, ReasonSentences.StageRows(table)),
        Part("machine", MachineSentences.Caption(trace), MachineSentences.Columns, MachineSentences.Rows(trace, table)),
        Part("vCPU", ReasonSentences.VcpuCaption(trace), ReasonSentences.VcpuColumns, ReasonSentences.VcpuRows(table)),
    ]);

    internal static Html Part(string first, string caption, string[] columns,
        IEnumerable<(string Name, bool Below, IReadOnlyList<string> Cells)> rows)
    {
        // What is asked for first is next to the name, where a phone shows it.
        int share = Math.Max(0, Array.IndexOf(columns, "share"));
        Html heads = Html.Join(First(columns, share).Select(c => Html.Of($"<th scope=\"col\">{c}</th>")));
        var lines = rows.Select(r => Row(r, share)).ToList();
        if (lines.Count == 0) return Html.Empty;
        return HtmlTables.Scroll(caption, Html.Of($"""
            <table>
            <caption>{caption}</caption>
            <thead><tr><th scope="col" class="t">{first}</th>{heads}</tr></thead>
            <tbody>
            {lines}</tbody>
            </table>
            """));
    }

    private static IEnumerable<string> First(IReadOnlyList<string> cells, int first) =>
        cells.Where((_, i) => i == first).Concat(cells.Where((_, i) => i != first));

    private static Html Row((string Name, bool Below, IReadOnlyList<string> Cells) row, int first)
    {
        Html cells = Html.Join(First(row.Cells, first).Select(c => Html.Of($"<td>{c}</td>")));
        Html name = row.Below ? Html.Of($"<span class=\"faint\">\u2003{row.Name}</span>") : Html.Of($"{row.Name}");
        return Html.Of($"<tr><th scope=\"row\">{name}</th>{cells}</tr>\n");
    }
}
