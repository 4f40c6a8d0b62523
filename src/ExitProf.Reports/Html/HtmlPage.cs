namespace ExitProf.Reports;

/// <summary>
/// A page that needs nothing but itself: one script and one style of ours, fonts, no request, and a content security policy that stops
/// everything else.
/// </summary>
internal static class HtmlPage
{
    /// <summary>More sections than this have a table of contents.</summary>
    private const int MostWithoutContents = 4;

    /// <summary>What the page itself brings is allowed by its hash; the last two are not covered by the default.</summary>
    private static readonly string Policy =
        $"default-src 'none'; style-src {PageScript.Source(HtmlStyle.Css)}; script-src {PageScript.Source(PageScript.Text)}; font-src data:; base-uri 'none'; form-action 'none'";

    /// <param name="readings">The sentences that answer the question, above everything else.</param>
    public static void Write(TextWriter writer, string title, Html readings, IReadOnlyList<PageSection> sections, Html footer)
    {
        Html page = Html.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{new Html(Policy)}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title}</title>
            <style>{new Html(HtmlStyle.Css)}</style>
            </head>
            <body>
            <header>
            <h1>{title}</h1>
            {readings}{Contents(sections)}</header>
            <main>
            {sections.Select(Section)}</main>
            <footer>
            {footer}</footer>
            <script>{new Html(PageScript.Text)}</script>
            </body>
            </html>

            """);
        writer.Write(page.Markup);
    }

    /// <summary>A chart twice: for the desk and for the phone; the style sheet shows one of them.</summary>
    /// <param name="id">Unique on the page.</param>
    public static Html Figure(IChart? chart, string id)
    {
        if (chart is null) return Html.Empty;
        string wide = Picture.Inline(chart, Look.Wide, id + "w"), narrow = Picture.Inline(chart, Look.Narrow, id + "n", described: id + "w");
        return Html.Of($"""
            <figure><div class="wide">{new Html(wide)}</div><div class="narrow">{new Html(narrow)}</div></figure>

            """);
    }

    /// <summary>What a reader opens when he wants it.</summary>
    /// <param name="printed">Whether it is on paper though nobody opened it.</param>
    public static Html Fold(string summary, Html body, string? id = null, bool printed = true) =>
        body == Html.Empty ? Html.Empty : Html.Of($"""
        <details{Named(id)}{new Html(printed ? "" : " class=\"unprinted\"")}><summary>{summary}</summary>
        {body}</details>

        """);

    private static Html Named(string? id) => id is null ? Html.Empty : Html.Of($" id=\"{id}\"");

    private static Html Section(PageSection section) => Html.Of($"""
        <section id="{section.Id}">
        {(section.Title.Length > 0 ? Html.Of($"<h2>{section.Title}</h2>\n") : Html.Empty)}{section.Body}</section>

        """);

    private static Html Contents(IReadOnlyList<PageSection> sections)
    {
        PageSection[] titled = [.. sections.Where(s => s.Title.Length > 0)];
        if (titled.Length <= MostWithoutContents) return Html.Empty;
        var entries = titled.Select(s => Html.Of($"<li><a href=\"#{s.Id}\">{s.Title}</a>{Note(s)}</li>\n"));
        return Html.Of($"<nav aria-label=\"Contents\">\n<ol>\n{entries}</ol>\n</nav>\n");

        static Html Note(PageSection s) => s.Note.Length > 0 ? Html.Of($" <span class=\"faint\">{s.Note}</span>") : Html.Empty;
    }
}
