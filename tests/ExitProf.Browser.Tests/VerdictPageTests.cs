using ExitProf.Analysis;
using ExitProf.Reports;

namespace ExitProf.Browser.Tests;

/// <summary>The page of a comparison, as the pages of traces are tested.</summary>
public sealed class VerdictPageTests(Chromium chromium)
{
    private static readonly ComparisonSummary[] All =
    [
        SampleComparisons.Traces(),
        SampleComparisons.Bhyve(0.01),
        SampleComparisons.Hostile(),
    ];

    private static string Written(ComparisonSummary comparison)
    {
        using var writer = new StringWriter();
        VerdictHtml.Write(writer, comparison);
        return writer.ToString();
    }

    [Fact]
    public async Task A_page_requests_itself_and_nothing_else_and_the_console_stays_empty()
    {
        foreach (ComparisonSummary comparison in All)
        {
            Visit visit = await chromium.Open(Written(comparison));
            Assert.Equal([visit.Address], visit.Requests);
            Assert.Empty(visit.Complaints);
            Assert.StartsWith("ExitProf: ", await visit.Page.TitleAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task No_page_is_wider_than_its_window_and_the_texts_of_charts_can_be_read()
    {
        foreach (ComparisonSummary comparison in All)
        {
            Visit visit = await chromium.Open(Written(comparison));
            foreach (int width in (int[])[1280, 768, 400, 320])
            {
                await visit.Page.SetViewportSizeAsync(width, 900);
                Assert.Empty(await visit.Page.Overflow());
                Assert.Empty(await visit.Page.UnreadableChartTexts(smallestPixels: width < 400 ? 9 : 10));
            }
        }
    }

    [Fact]
    public async Task A_forest_plot_has_a_mark_for_every_stage_and_the_total()
    {
        ComparedRow row = SampleComparisons.Traces().Rows[0];
        Visit visit = await chromium.Open(Written(SampleComparisons.Traces()));
        string[] marks = await visit.Page.EvaluateAsync<string[]>("""
            () => [...[...document.querySelectorAll('svg')].find(s => s.checkVisibility() && s.querySelector('title').textContent.includes('shift of each stage'))
              .querySelectorAll('.marks rect')].map(m => m.getAttribute('aria-label'))
            """);
        Assert.Equal(row.Stages.Count(s => s.Shift != null) + 1, marks.Length);
        Assert.All(
            row.Stages.Where(s => s.Shift != null),
            s => Assert.Contains(marks, m => m.StartsWith(s.Name + ": ", StringComparison.Ordinal))
        );
    }
}
