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
            $"<tr><th scope=\"row\">{f.Name}</th>{f.Figures.Select(n => Html.Of($"<td>{n}</td>"))}<td class=\"t w\">{f.Stages}</td></tr>\n"));
        return HtmlTables.Scroll("Functions of " + subject.Label, Html.Of($"""
            <table>
            <caption>{FunctionRow.Caption(subject)}</caption>
            <thead><tr><th scope="col" class="t">function</th>{FunctionRow.Columns(subject).Select(c => Html.Of($"<th scope=\"col\">{c}</th>"))}<th scope="col" class="t w">stages</th></tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """));
    }

    /// <summary>Every call of each stage; empty if nobody counted them.</summary>
    public static Html Calls(Subject subject)
    {
        if (subject.Configuration.Calls.IsEmpty) return Html.Empty;
        // Em spaces, which no style has to keep.
        Html[] rows = [.. CallRow.Of(subject.Configuration).Select(c => Html.Of(
            $"<tr><th scope=\"row\">{new string('\u2003', c.Depth)}{c.Name}</th>{c.Figures.Select(n => Html.Of($"<td>{n}</td>"))}</tr>\n"))];
        return Html.Of($"""
            <details><summary>Calls of each stage: {rows.Length} rows</summary>
            {HtmlTables.Scroll("Calls of " + subject.Label, Html.Of($"""
            <table>
            <caption>{CallRow.Caption(subject)}</caption>
            <thead><tr><th scope="col" class="t">stage, calls</th>{CallRow.Columns(subject).Select(c => Html.Of($"<th scope=\"col\">{c}</th>"))}</tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """))}</details>

            """);
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
