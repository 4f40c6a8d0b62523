using System.Text.RegularExpressions;
using System.Xml.Linq;
using ExitProf.Analysis;
using ExitProf.Reports;

namespace ExitProf.Tests.Reports;

public sealed class HtmlReportTests
{
    private static string Html(params TraceSummary[] traces)
    {
        using var writer = new StringWriter();
        HtmlReport.Write(writer, traces);
        return writer.ToString();
    }

    /// <summary>The page is written so that it is XML too, but for the elements that HTML does not close.</summary>
    private static XDocument Parsed(string html) => XDocument.Parse(Regex.Replace(html.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal), "<(meta|br)([^>]*)>", "<$1$2/>"));

    [Fact]
    public void A_full_page_is_written_as_expected() => Golden.Equal("pio-out.html", Html(SampleSummaries.PioOut()));

    [Fact]
    public void A_page_of_two_traces_is_written_as_expected() => Golden.Equal("two-traces.html", Html(SampleSummaries.PioOut(), SampleSummaries.IoEventFd()));

    [Fact]
    public void Hostile_names_are_written_as_expected() => Golden.Equal("hostile.html", Html(SampleSummaries.HostileNames()));

    [Fact]
    public void Every_element_is_closed_and_every_id_is_unique()
    {
        foreach (TraceSummary[] traces in SampleReports.All)
        {
            XDocument page = Parsed(Html(traces));
            var ids = page.Descendants().Attributes("id").Select(a => a.Value).ToList();
            Assert.Equal(ids.Distinct(), ids);
            foreach (XAttribute labels in page.Descendants().Attributes("aria-labelledby")) Assert.All(labels.Value.Split(' '), id => Assert.Contains(id, ids));
            foreach (Match reference in Regex.Matches(page.ToString(), @"url\(#([^)]+)\)")) Assert.Contains(reference.Groups[1].Value, ids);
        }
    }

    [Fact]
    public void Nothing_of_a_trace_becomes_markup()
    {
        string html = Html(SampleSummaries.HostileNames());
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(html, c => char.IsControl(c) && c != '\n');
        Assert.DoesNotContain('\u202e', html);
        // What was written is still there, as text.
        Assert.Contains("<script>alert(1)</script> \"&'", Parsed(html).Descendants("h1").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_asks_for_nothing()
    {
        foreach (TraceSummary[] traces in SampleReports.All)
        {
            string html = Html(traces);
            Assert.Contains("content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\"", html, StringComparison.Ordinal);
            Assert.DoesNotMatch(new Regex(@"\b(src|href|action|srcset)\s*=|@import|https?:|url\((?!#)", RegexOptions.IgnoreCase), html);
        }
    }

    [Fact]
    public void An_emulated_guest_is_labelled_at_every_chart_and_table()
    {
        XDocument page = Parsed(Html(SampleSummaries.Emulated()));
        Assert.Contains(TraceSentences.Emulated, page.ToString(), StringComparison.Ordinal);
        Assert.All(page.Descendants("svg"), svg => Assert.Contains("emulated guest", svg.Element("title")!.Value, StringComparison.Ordinal));
        Assert.Contains("emulated guest", page.Descendants("p").First().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_chart_has_a_title_and_a_description_and_every_table_has_headings()
    {
        XDocument page = Parsed(Html(SampleSummaries.PioOut(), SampleSummaries.IoEventFd()));
        Assert.NotEmpty(page.Descendants("svg"));
        Assert.All(page.Descendants("svg"), svg =>
        {
            Assert.NotEmpty(svg.Element("title")!.Value);
            Assert.NotEmpty(svg.Element("desc")!.Value);
        });
        Assert.All(page.Descendants("table"), table =>
        {
            int columns = table.Element("thead")!.Descendants("th").Count();
            var rows = table.Element("tbody")!.Elements("tr").ToList();
            Assert.NotEmpty(rows);
            // A cell that spans rows stands in all of them.
            int spanned = 0;
            foreach (XElement row in rows)
            {
                int cells = row.Elements().Sum(c => (int?)c.Attribute("colspan") ?? 1) + (spanned-- > 0 ? 1 : 0);
                if (row.Elements().First().Attribute("rowspan") is { } span) spanned = (int)span - 1;
                Assert.Equal(columns, cells);
            }
        });
    }
}
