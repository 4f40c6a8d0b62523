using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ExitProf.Analysis;
using ExitProf.Charts;
using ExitProf.Reports;
using ExitProf.Traces;

namespace ExitProf.Tests.Reports;

public sealed class HtmlReportTests
{
    private static string Html(params TraceSummary[] traces)
    {
        using var writer = new StringWriter();
        HtmlReport.Write(writer, traces);
        return writer.ToString();
    }

    /// <summary>The page is written so that it is XML too, but for its script and the elements that HTML does not close.</summary>
    private static XDocument Parsed(string html) =>
        XDocument.Parse(
            Regex.Replace(PageText.Of(html).Replace("<!DOCTYPE html>", "", StringComparison.Ordinal), "<(meta|br)([^>]*)>", "<$1$2/>")
        );

    [Fact]
    public void Words_of_the_trade_in_findings_lead_to_the_list_of_words_on_the_same_page()
    {
        foreach (string page in (string[])[Html(SampleRecordings.PioOut), Html(SampleRecordings.Ab), Html(SampleSummaries.PioOut())])
        {
            string[] words = [.. Regex.Matches(page, "<a class=\"word\" href=\"#([^\"]+)\" title=\"[^\"]+\">").Select(m => m.Groups[1].Value)];
            Assert.NotEmpty(words);
            Assert.All(words, id => Assert.Single(Regex.Matches(page, $"id=\"{id}\"")));
        }
    }

    [Fact]
    public void A_full_page_is_written_as_expected() => Golden.Equal("pio-out.html", PageText.Of(Html(SampleSummaries.PioOut())));

    [Fact]
    public void A_page_of_two_traces_is_written_as_expected() =>
        Golden.Equal("two-traces.html", PageText.Of(Html(SampleSummaries.PioOut(), SampleSummaries.IoEventFd())));

    [Fact]
    public void What_a_stage_costs_comes_first_and_the_words_are_explained()
    {
        string page = Html(SampleSummaries.PioOut());
        string[] heads = [.. Regex.Matches(page, "<th scope=\"col\"[^>]*>([^<]*)</th>").Select(m => m.Groups[1].Value).Take(4)];
        Assert.Equal(["stage", "corrected", "share", "cumulative"], heads);
        foreach (Stage stage in StageNames.All) Assert.Contains($"<dt id=\"word-{stage.Name()}\">{stage.Name()}</dt>", page);
        Assert.DoesNotContain(">quad</dt>", page);
    }

    [Fact]
    public void Bars_that_are_many_times_longer_are_on_a_scale_of_their_own()
    {
        TraceSummary sweep = SampleSummaries.LongSweep();
        var subjects = Subject.Of([sweep]);
        Assert.Single(Pictures.Comparisons(subjects));
        ConfigurationSummary last = sweep.Configurations[^1];
        Estimate mean = last.Untraced!.Mean;
        TraceSummary uneven = sweep with
        {
            Configurations = sweep.Configurations.SetItem(
                sweep.Configurations.Length - 1,
                last with { Untraced = last.Untraced with { Mean = mean with { Mean = 20 * mean.Mean } } }),
        };
        var charts = Pictures.Comparisons(Subject.Of([uneven])).Cast<StackedBars>().ToList();
        Assert.Equal([subjects.Count - 1, 1], charts.Select(c => c.Bars.Length));
    }

    [Fact]
    public void Hostile_names_are_written_as_expected() => Golden.Equal("hostile.html", PageText.Of(Html(SampleSummaries.HostileNames())));

    [Fact]
    public void Every_element_is_closed_and_every_id_is_unique()
    {
        foreach (TraceSummary[] traces in SampleReports.All)
        {
            XDocument page = Parsed(Html(traces));
            var ids = page.Descendants().Attributes("id").Select(a => a.Value).ToList();
            Assert.Equal(ids.Distinct(), ids);
            foreach (XAttribute labels in page.Descendants().Attributes("aria-labelledby"))
                Assert.All(labels.Value.Split(' '), id => Assert.Contains(id, ids));
            foreach (Match reference in Regex.Matches(page.ToString(), @"url\(#([^)]+)\)"))
                Assert.Contains(reference.Groups[1].Value, ids);
        }
    }

    [Fact]
    public void Nothing_of_a_trace_becomes_markup()
    {
        string html = Html(SampleSummaries.HostileNames());
        Assert.Single(Regex.Matches(PageText.Of(html), "<script", RegexOptions.IgnoreCase));
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
            Assert.Contains(
                $"content=\"default-src 'none'; style-src {Hash(html, "style")}; script-src {Hash(html, "script")}; font-src data:; base-uri 'none'; form-action 'none'\"",
                html,
                StringComparison.Ordinal
            );
            // The fonts are in the style, and links lead to the page itself.
            Assert.DoesNotMatch(
                new Regex(
                    @"\b(src|action|srcset)\s*=|href\s*=\s*""[^#]|@import|https?:(?!//www\.w3\.org/2000/svg)|url\((?!#|data:font/woff2;base64,)",
                    RegexOptions.IgnoreCase
                ),
                html
            );
            Assert.DoesNotContain(" style=", PageText.Of(html), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Instructions_are_labelled_on_the_first_screen_and_cycles_are_not()
    {
        TraceSummary cycles = SampleSummaries.PioOut();
        TraceSummary instructions = cycles with
        {
            Header = cycles.Header with { Clock = cycles.Header.Clock with { Unit = ClockUnit.Instructions } },
        };
        string html = Html(instructions);
        Assert.InRange(
            html.IndexOf(TraceSentences.SoftwareCpu, StringComparison.Ordinal),
            1,
            html.IndexOf("<svg", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(TraceSentences.SoftwareCpu, Html(cycles), StringComparison.Ordinal);
    }

    [Fact]
    public void An_emulated_guest_is_labelled_at_every_chart_and_table()
    {
        XDocument page = Parsed(Html(SampleSummaries.Emulated()));
        Assert.Contains(TraceSentences.Emulated, page.ToString(), StringComparison.Ordinal);
        Assert.All(
            page.Descendants("svg"),
            svg => Assert.Contains("emulated guest", svg.Element("title")!.Value, StringComparison.Ordinal)
        );
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
            // The form for a phone has the description of the one for a desk.
            string described = svg.Attribute("aria-labelledby")!.Value.Split(' ')[1];
            Assert.NotEmpty(page.Descendants("desc").Single(d => (string?)d.Attribute("id") == described).Value);
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

    [Fact]
    public void A_page_of_one_trace_stays_small()
    {
        Assert.InRange(Encoding.UTF8.GetByteCount(Html(SampleSummaries.PioOut())), 50_000, 180_000);
    }

    [Fact]
    public void Facts_of_a_host_are_told_once_and_the_kernels_command_line_only_if_asked_for()
    {
        TraceSummary trace = SampleSummaries.PioOut();
        trace = trace with
        {
            Header = trace.Header with
            {
                Host = [.. trace.Header.Host, new ExitProf.Traces.Fact("kernel command line", "root=/dev/secret")],
            },
        };
        string page = Html(trace, trace with { File = "other.nettrace" });
        Assert.DoesNotContain("/dev/secret", page, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(page, "facts of this host"));
        using var asked = new StringWriter();
        HtmlReport.Write(asked, [trace], commandLine: true);
        Assert.Contains("root=/dev/secret", asked.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_four_sections_have_a_table_of_contents_that_leads_to_them()
    {
        Assert.Empty(Parsed(Html(SampleSummaries.PioOut(), SampleSummaries.IoEventFd())).Descendants("nav"));
        XDocument page = Parsed(
            Html(
                SampleSummaries.PioOut(),
                SampleSummaries.IoEventFd(),
                SampleSummaries.NoRoot(),
                SampleSummaries.Emulated(),
                SampleSummaries.Sweep()
            )
        );
        var targets = page.Descendants("nav").Single().Descendants("a").Select(a => ((string)a.Attribute("href")!)[1..]).ToList();
        Assert.True(targets.Count > 4);
        Assert.Equal(targets, page.Descendants("section").Attributes("id").Select(a => a.Value).Where(targets.Contains));
    }

    private static string Hash(string html, string element)
    {
        string text = Regex.Match(html, $"<{element}>(.*?)</{element}>", RegexOptions.Singleline).Groups[1].Value;
        return $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";
    }
}
