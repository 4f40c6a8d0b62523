using Microsoft.Playwright;

namespace ExitProf.Browser.Tests;

public sealed class ColourTests(Chromium chromium)
{
    [Fact]
    public async Task The_schemes_differ_as_their_names_say()
    {
        const string Lightness =
            "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number).reduce((a, b) => a + b) / 3";
        Visit visit = await chromium.Open([SampleSummaries.PioOut()]);
        Assert.InRange(await visit.Page.EvaluateAsync<double>(Lightness), 240, 255);
        await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        Assert.InRange(await visit.Page.EvaluateAsync<double>(Lightness), 0, 40);
    }

    [Fact]
    public async Task The_measure_finds_a_text_that_is_too_faint()
    {
        Visit visit = await chromium.Open([SampleSummaries.PioOut()]);
        await visit.Page.EvaluateAsync("document.querySelector('td:nth-child(4)').style.color = '#777777'");
        Assert.StartsWith("4.48 TD", Assert.Single(await visit.Page.FaintTexts()), StringComparison.Ordinal);
    }
}
