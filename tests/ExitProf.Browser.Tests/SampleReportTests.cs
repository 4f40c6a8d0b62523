using ExitProf.Analysis;
using Microsoft.Playwright;

namespace ExitProf.Browser.Tests;

/// <summary>
/// What holds for every report of the samples. Loading a page takes longer than all questions to it: each is loaded once, and then asked.
/// </summary>
public sealed class SampleReportTests(Chromium chromium)
{
    /// <summary>A4 less Chromium's margins of 1 cm, in CSS pixels.</summary>
    private const int Paper = 717;

    /// <summary>The report whose windows are all tried.</summary>
    private const int TwoTraces = 2;

    /// <summary>A desk, a tablet, a phone.</summary>
    private static readonly int[] Usual = [1280, 768, 400];

    /// <summary>And where the style sheet changes the layout, and the narrowest window that WCAG 2 asks for.</summary>
    private static readonly int[] All = [1280, 861, 860, 768, 641, 640, 400, 320];

    public static TheoryData<int> Reports => [.. Enumerable.Range(0, SampleReports.All.Count)];

    [Theory]
    [MemberData(nameof(Reports))]
    public async Task A_report_asks_for_nothing_else_and_everybody_can_read_it_on_every_window_and_on_paper(int report)
    {
        TraceSummary[] traces = SampleReports.All[report];
        Visit visit = await chromium.Open(traces);
        Assert.Equal([visit.Address], visit.Requests);
        Assert.Empty(visit.Complaints);
        Assert.StartsWith("ExitProf", await visit.Page.TitleAsync(), StringComparison.Ordinal);
        await EveryPartHasAName(visit.Page);
        await NothingIsCutOnPaper(visit.Page);
        await visit.Page.SetViewportSizeAsync(Usual[0], 900);
        await visit.Page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
        foreach (ColorScheme scheme in (ColorScheme[])[ColorScheme.Dark, ColorScheme.Light])
        {
            await visit.Page.EmulateMediaAsync(new() { Media = Media.Screen, ColorScheme = scheme });
            Assert.InRange(await visit.Page.CountTexts(), traces.Length == 0 ? 1 : 20, int.MaxValue);
            Assert.Empty(await visit.Page.FaintTexts());
        }
        foreach (int width in report == TwoTraces ? All : Usual) await ItFits(visit.Page, width);
        Assert.Empty(visit.Complaints);
    }

    private static async Task EveryPartHasAName(IPage page)
    {
        string[] wrong = await page.EvaluateAsync<string[]>("""
            () => {
              const wrong = [], all = selector => [...document.querySelectorAll(selector)], say = e => wrong.push(e.outerHTML.slice(0, 120));
              if (document.documentElement.lang !== 'en') wrong.push('no language');
              if (!document.title) wrong.push('no title');
              if (all('h1').length !== 1 || all('main').length !== 1) wrong.push('not one h1, one main');
              all('svg').filter(s => !['img', 'group'].includes(s.getAttribute('role')) || !s.querySelector(':scope > title')?.textContent
                || s.getAttribute('aria-labelledby').split(' ').some(id => !document.getElementById(id)?.textContent)).forEach(say);
              all('th').filter(h => !['row', 'col', 'rowgroup'].includes(h.scope) || !h.textContent.trim()).forEach(say);
              all('table').filter(t => !t.querySelector('thead th[scope=col]') || !t.closest('[role=region][aria-label]')).forEach(say);
              all('[tabindex]').filter(e => !e.getAttribute('aria-label') && !e.getAttribute('aria-labelledby')).forEach(say);
              all('.marks').filter(g => [...g.children].filter(m => m.tabIndex === 0).length !== 1).forEach(say);
              all('details').filter(d => d.firstElementChild.localName !== 'summary').forEach(say);
              all('[id]').filter(e => all('#' + CSS.escape(e.id)).length > 1).forEach(say);
              return wrong;
            }
            """);
        Assert.Empty(wrong);
        // No level of headings is left out.
        int[] levels = await page.EvaluateAsync<int[]>("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.localName[1]))");
        Assert.Equal(1, levels[0]);
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.InRange(pair.Second, 2, pair.First + 1));
    }

    private static async Task NothingIsCutOnPaper(IPage page)
    {
        await page.SetViewportSizeAsync(Paper, 900);
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.Empty(await page.Overflow());
        Assert.Empty(await page.Cut());
        Assert.Empty(await page.UnreadableChartTexts(smallestPixels: 8));
    }

    private static async Task ItFits(IPage page, int width)
    {
        await page.SetViewportSizeAsync(width, 900);
        Assert.Empty(await page.Overflow());
        // A chart made for 370 pixels is drawn a little smaller on the narrowest phones.
        Assert.Empty(await page.UnreadableChartTexts(smallestPixels: width < 400 ? 9 : 10));
        Assert.True(await page.EvaluateAsync<bool>(
            "[...document.querySelectorAll('figure')].every(f => [...f.children].filter(c => c.checkVisibility()).length === 1)"));
    }
}
