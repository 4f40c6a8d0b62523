using ExitProf.Analysis;
using ExitProf.Reports;
using Microsoft.Playwright;

namespace ExitProf.Browser.Tests;

/// <summary>The page of the suite, as the pages of traces are tested.</summary>
public sealed class SuitePageTests(Chromium chromium)
{
    /// <summary>A4 less Chromium's margins of 1 cm, in CSS pixels.</summary>
    private const int Paper = 717;

    private static readonly SuiteSummary[] All =
    [
        SampleSuites.Drawn(),
        SampleSuites.Drawn() with
        {
            Quick = true,
        },
        SampleSuites.Of(SampleSuites.Absent(SampleSummaries.Hostile)),
    ];

    private static string Written(SuiteSummary suite)
    {
        using var writer = new StringWriter();
        SuitePage.Write(writer, suite);
        return writer.ToString();
    }

    [Fact]
    public async Task A_page_requests_itself_and_nothing_else_and_the_console_stays_empty()
    {
        foreach (SuiteSummary suite in All)
        {
            Visit visit = await chromium.Open(Written(suite));
            Assert.Equal([visit.Address], visit.Requests);
            Assert.Empty(visit.Complaints);
            Assert.StartsWith("ExitProf suite", await visit.Page.TitleAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_page_is_the_same_without_scripts()
    {
        Visit with = await chromium.Open(Written(All[0]));
        Visit without = await chromium.Open(Written(All[0]), scripts: false);
        Assert.Equal(
            await with.Page.ScreenshotAsync(new() { FullPage = true }),
            await without.Page.ScreenshotAsync(new() { FullPage = true })
        );
    }

    [Fact]
    public async Task No_page_is_wider_than_its_window_and_the_texts_of_charts_can_be_read()
    {
        foreach (SuiteSummary suite in All)
        {
            Visit visit = await chromium.Open(Written(suite));
            await visit.Page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
            foreach (int width in (int[])[1280, 768, 400, 320])
            {
                await visit.Page.SetViewportSizeAsync(width, 900);
                Assert.Empty(await visit.Page.Overflow());
                Assert.Empty(await visit.Page.UnreadableChartTexts(smallestPixels: width < 400 ? 9 : 10));
            }
        }
    }

    [Fact]
    public async Task A_phone_shows_the_result_of_every_experiment_without_scrolling_sideways()
    {
        Visit visit = await chromium.Open(Written(All[0]), width: 390);
        Assert.Empty(
            await visit.Page.EvaluateAsync<string[]>(
                "[...document.querySelectorAll('.stack th, .stack td')].filter(c => c.getBoundingClientRect().right > innerWidth).map(c => c.textContent)"
            )
        );
        Assert.Equal("result: ", await visit.Page.EvaluateAsync<string>(
            "getComputedStyle(document.querySelector('td[data-h=result]'), '::before').content.replaceAll('\"', '').replace(/ *: */, ': ')"));
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Every_text_stands_out_from_what_is_behind_it(ColorScheme scheme)
    {
        foreach (SuiteSummary suite in All)
        {
            Visit visit = await chromium.Open(Written(suite), scheme: scheme);
            await visit.Page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
            Assert.InRange(await visit.Page.CountTexts(), 10, int.MaxValue);
            Assert.Empty(await visit.Page.FaintTexts());
        }
    }

    [Fact]
    public async Task Nothing_is_cut_on_paper()
    {
        foreach (SuiteSummary suite in All)
        {
            Visit visit = await chromium.Open(Written(suite), Paper);
            await visit.Page.EmulateMediaAsync(new() { Media = Media.Print });
            Assert.Empty(await visit.Page.Overflow());
            Assert.Empty(await visit.Page.Cut());
            Assert.Empty(await visit.Page.UnreadableChartTexts(smallestPixels: 8));
            Assert.Empty(await visit.Page.FaintTexts());
        }
    }

    [Fact]
    public async Task Every_experiment_of_the_overview_leads_to_its_figures()
    {
        Visit visit = await chromium.Open(Written(All[0]));
        string[] targets = await visit.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('tbody th a')].map(a => document.getElementById(a.hash.slice(1))?.localName ?? 'nothing at ' + a.hash)"
        );
        Assert.Equal(Enumerable.Repeat("h3", All[0].Rows.Length), targets);
        // Each id is one element's.
        Assert.Equal(
            0,
            await visit.Page.EvaluateAsync<int>(
                "[...document.querySelectorAll('[id]')].filter(e => document.querySelectorAll('#' + CSS.escape(e.id)).length > 1).length"
            )
        );
    }

    [Fact]
    public async Task The_published_bars_stand_beside_ours_and_amdahls_line_runs_through_its_points()
    {
        Visit visit = await chromium.Open(Written(All[0]));
        string[] titles = await visit.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('svg')].filter(s => s.checkVisibility()).map(s => s.querySelector('title').textContent)"
        );
        Assert.Contains("pio-out, stage by stage, and Tosatti, KVM Forum 2010", titles);
        Assert.Contains("mixed: guest work against exits", titles);
        // The points of one cost lie on the line: as near as the picture is drawn.
        double furthest = await visit.Page.EvaluateAsync<double>("""
            () => {
              const svg = [...document.querySelectorAll('svg')].find(s => s.checkVisibility() && s.querySelector('title').textContent.startsWith('mixed'));
              const line = svg.querySelector('path.s-handler-line'), points = [...svg.querySelectorAll('.f-userspace')].slice(0, 4).map(p => p.getBBox());
              const along = [...Array(800).keys()].map(i => line.getPointAtLength(line.getTotalLength() * i / 799));
              return points.length < 4 ? 1e9 : Math.max(...points.map(p => Math.min(...along.map(q => Math.hypot(q.x - p.x - p.width / 2, q.y - p.y - p.height / 2)))));
            }
            """);
        Assert.InRange(furthest, 0, 2);
    }
}
