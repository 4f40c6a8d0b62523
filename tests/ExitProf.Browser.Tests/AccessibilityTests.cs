using ExitProf.Analysis;

namespace ExitProf.Browser.Tests;

public sealed class AccessibilityTests(Chromium chromium)
{
    [Fact]
    public async Task Every_part_has_a_name_for_those_who_do_not_see_it()
    {
        foreach (TraceSummary[] traces in SampleReports.All)
        {
            Visit visit = await chromium.Open(traces);
            string[] wrong = await visit.Page.EvaluateAsync<string[]>("""
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
            int[] levels = await visit.Page.EvaluateAsync<int[]>(
                "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.localName[1]))"
            );
            Assert.Equal(1, levels[0]);
            Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.InRange(pair.Second, 2, pair.First + 1));
        }
    }

    [Fact]
    public async Task A_screen_reader_hears_of_the_charts_and_the_tables()
    {
        Visit visit = await chromium.Open([SampleSummaries.PioOut()]);
        string tree = await visit.Page.Locator("body").AriaSnapshotAsync();
        Assert.Contains("group \"Waterfall of the stages: pio-out", tree, StringComparison.Ordinal);
        Assert.Contains("- region \"Stages of pio-out\"", tree, StringComparison.Ordinal);
        Assert.Contains("- columnheader \"corrected\"", tree, StringComparison.Ordinal);
        Assert.Contains("- rowheader \"pio-search\"", tree, StringComparison.Ordinal);
    }
}
