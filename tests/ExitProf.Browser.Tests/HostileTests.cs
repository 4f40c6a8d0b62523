
namespace ExitProf.Browser.Tests;

/// <summary>Names come out of a file that anybody may have written.</summary>
public sealed class HostileTests(Chromium chromium)
{
    private static readonly string[] Elements =
    [
        "a",
        "b",
        "body",
        "br",
        "button",
        "caption",
        "circle",
        "clippath",
        "code",
        "dd",
        "defs",
        "desc",
        "details",
        "div",
        "dl",
        "dt",
        "ellipse",
        "figure",
        "footer",
        "g",
        "h1",
        "h2",
        "h3",
        "head",
        "header",
        "html",
        "i",
        "input",
        "li",
        "line",
        "main",
        "meta",
        "nav",
        "ol",
        "p",
        "path",
        "rect",
        "script",
        "section",
        "span",
        "style",
        "summary",
        "svg",
        "table",
        "tbody",
        "td",
        "text",
        "th",
        "thead",
        "title",
        "tr",
    ];

    [Fact]
    public async Task Hostile_names_become_text_and_nothing_else()
    {
        Visit visit = await chromium.Open([SampleSummaries.HostileNames(), SampleSummaries.PioOut()]);
        await visit.Page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
        Assert.Empty(visit.Complaints);
        Assert.Equal([visit.Address], visit.Requests);
        Assert.Contains("<script>alert(1)</script> \"&'", await visit.Page.Locator("h1").TextContentAsync(), StringComparison.Ordinal);
        string[] names = await visit.Page.EvaluateAsync<string[]>(
            "[...new Set([...document.querySelectorAll('*')].map(e => e.localName.toLowerCase()))]"
        );
        Assert.Empty(names.Except(Elements));
        string[] handlers = await visit.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(n => /^on|^(src|srcdoc|action|formaction|style)$/.test(n))"
        );
        Assert.Empty(handlers);
    }

    [Fact]
    public async Task A_hostile_page_has_the_elements_of_a_harmless_one()
    {
        const string Counts = """
            () => Object.entries([...document.querySelectorAll('h1,h2,h3,section,figure,svg,table,th,tr,td,details,dt,dd')].reduce((n, e) => (n[e.localName] = (n[e.localName] ?? 0) + 1, n), {}))
              .map(([name, n]) => name + ' ' + n).sort()
            """;
        // The same shape: one fact of the host and one finding as in the hostile trace.
        var hostile = SampleSummaries.HostileNames();
        var harmless = SampleSummaries.PioOut();
        harmless = harmless with
        {
            Header = harmless.Header with { Host = harmless.Header.Host[..hostile.Header.Host.Length] },
            Findings = harmless.Findings[..hostile.Findings.Length],
        };
        string[] expected = await (await chromium.Open([harmless])).Page.EvaluateAsync<string[]>(Counts);
        Assert.Equal(expected, await (await chromium.Open([hostile])).Page.EvaluateAsync<string[]>(Counts));
    }
}
