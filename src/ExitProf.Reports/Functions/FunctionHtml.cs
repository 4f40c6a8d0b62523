using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>Functions on a page.</summary>
internal static class FunctionHtml
{
    /// <summary>Empty if nobody counted them.</summary>
    public static Html Of(Subject subject)
    {
        if (subject.Configuration.Functions.IsEmpty) return Html.Empty;
        var rows = FunctionRow.Of(subject.Configuration).Select(f => Html.Of(
            $"<tr><th scope=\"row\">{f.Name}</th><td>{f.Count}</td><td>{f.Share}</td><td>{f.Cumulative}</td><td class=\"t w\">{f.Stages}</td></tr>\n"));
        return HtmlTables.Scroll("Functions of " + subject.Label, Html.Of($"""
            <table>
            <caption>{FunctionRow.Caption(subject)}</caption>
            <thead><tr><th scope="col" class="t">function</th>{FunctionRow.Columns.Select(c => Html.Of($"<th scope=\"col\">{c}</th>"))}<th scope="col" class="t w">stages</th></tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """));
    }

    /// <inheritdoc cref="Of(Subject)"/>
    public static Html Of(ComparedRow row)
    {
        if (row.Functions.IsEmpty) return Html.Empty;
        var rows = row.Functions.Take(FunctionRow.Most).Select(f => Html.Of(
            $"<tr><th scope=\"row\">{f.Name}</th><td>{FunctionRow.Difference(f)}</td><td>{FunctionRow.Change(f)}</td></tr>\n"));
        return HtmlTables.Scroll("Functions of " + VerdictSentences.Name(row), Html.Of($"""
            <table>
            <caption>{FunctionRow.ChangeCaption(row)}</caption>
            <thead><tr><th scope="col" class="t">function</th><th scope="col">difference</th><th scope="col">base → new</th></tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """));
    }
}
