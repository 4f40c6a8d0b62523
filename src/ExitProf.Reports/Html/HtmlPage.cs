using ExitProf.Reports.Charts;

namespace ExitProf.Reports;

/// <summary>
/// A page that needs nothing but itself: no script, no request, and a content security policy that would stop both.
/// </summary>
internal static class HtmlPage
{
    /// <summary>The style is in the page, and nothing else is allowed; the last two are not covered by the default.</summary>
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

    public static void Write(TextWriter writer, string title, Html readings, Html main, Html footer)
    {
        Html page = Html.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{new Html(Policy)}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title}</title>
            <style>
            {new Html(HtmlStyle.Css)}
            </style>
            </head>
            <body>
            <header>
            <h1>{title}</h1>
            {readings}</header>
            <main>
            {main}</main>
            <footer>
            {footer}</footer>
            </body>
            </html>

            """);
        writer.Write(page.Markup);
    }

    /// <summary>A chart twice: for the desk and for the phone; the style sheet shows one of them.</summary>
    public static Html Figure(Func<double, SvgPicture?> draw)
    {
        if (draw(Waterfall.Wide) is not { } wide || draw(Waterfall.Narrow) is not { } narrow) return Html.Empty;
        return Html.Of($"""
            <figure><div class="wide">{new Html(wide.Inline())}</div><div class="narrow">{new Html(narrow.Inline())}</div></figure>

            """);
    }
}
