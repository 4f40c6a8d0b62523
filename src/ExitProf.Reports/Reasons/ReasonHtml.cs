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

    private static Html Part(string first, string caption, string[] columns,
        IEnumerable<(string Name, bool Below, IReadOnlyList<string> Cells)> rows)
    {
        Html heads = Html.Join(columns.Select(c => Html.Of($"<th scope=\"col\">{c}</th>")));
        var lines = rows.Select(Row).ToList();
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

    private static Html Row((string Name, bool Below, IReadOnlyList<string> Cells) row)
    {
        Html cells = Html.Join(row.Cells.Select(c => Html.Of($"<td>{c}</td>")));
        Html name = row.Below ? Html.Of($"<span class=\"faint\">\u2003{row.Name}</span>") : Html.Of($"{row.Name}");
        return Html.Of($"<tr><th scope=\"row\">{name}</th>{cells}</tr>\n");
    }
}
