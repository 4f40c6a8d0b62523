using ExitProf.Analysis;
using Microsoft.Playwright;

namespace ExitProf.Browser.Tests;

public sealed class PrintTests(Chromium chromium)
{
    /// <summary>A4 less Chromium's margins of 1 cm, in CSS pixels.</summary>
    private const int Paper = 717;

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Paper_is_white_and_every_text_stands_out_from_it(ColorScheme scheme)
    {
        TraceSummary[][] all =
        [
            [SampleSummaries.PioOut()],
            [SampleSummaries.Emulated(), SampleSummaries.HostileNames()],
            [SampleSummaries.Imported()],
        ];
        foreach (TraceSummary[] traces in all)
        {
            Visit visit = await chromium.Open(traces, Paper);
            await visit.Page.EmulateMediaAsync(new() { Media = Media.Print, ColorScheme = scheme });
            Assert.Equal("rgb(255, 255, 255)", await visit.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
            Assert.Empty(await visit.Page.FaintTexts());
        }
    }

    [Fact]
    public async Task What_is_closed_on_the_screen_is_printed()
    {
        Visit visit = await chromium.Open([SampleSummaries.PioOut()], Paper);
        var cell = visit.Page.Locator("details td").First;
        Assert.False(await cell.IsVisibleAsync());
        await visit.Page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.True(await cell.IsVisibleAsync());
        Assert.True(
            await visit.Page.EvaluateAsync<bool>(
                "document.querySelector('details').getBoundingClientRect().bottom >= document.querySelector('details table').getBoundingClientRect().bottom"
            )
        );
    }

    [Fact]
    public async Task Facts_of_the_host_are_on_paper_only_if_the_reader_opened_them()
    {
        Visit visit = await chromium.Open([SampleSummaries.PioOut()], Paper);
        var facts = visit.Page.Locator("#hosts details dl");
        await visit.Page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.False(await facts.IsVisibleAsync());
        await visit.Page.EvaluateAsync("document.querySelector('#hosts details').open = true");
        Assert.True(await facts.IsVisibleAsync());
    }

    [Fact]
    public async Task A_row_and_a_chart_are_not_torn_between_two_sheets()
    {
        Visit visit = await chromium.Open([SampleSummaries.PioOut()], Paper);
        await visit.Page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.True(
            await visit.Page.EvaluateAsync<bool>(
                "[...document.querySelectorAll('tr, figure')].every(e => getComputedStyle(e).breakInside === 'avoid')"
            )
        );
        byte[] pdf = await visit.Page.PdfAsync(new() { Format = "A4" });
        Assert.Equal("%PDF-"u8, pdf.AsSpan(0, 5));
    }
}
