namespace ExitProf.Browser.Tests;

public sealed class LayoutTests(Chromium chromium)
{
    [Fact]
    public async Task The_measures_find_what_is_too_wide_and_what_is_cut()
    {
        Visit visit = await chromium.Open([SampleSummaries.PioOut()]);
        await visit.Page.EvaluateAsync("document.querySelector('h1').style.cssText = 'width:2000px;text-align:right'");
        Assert.Equal(2, (await visit.Page.Overflow()).Length);
        await visit.Page.EvaluateAsync("document.querySelector('svg text').setAttribute('x', 990)");
        Assert.NotEmpty(await visit.Page.UnreadableChartTexts(smallestPixels: 10));
        await visit.Page.EvaluateAsync("document.querySelector('main').style.cssText = 'height:90px;overflow:hidden'");
        Assert.NotEmpty(await visit.Page.Cut());
    }

    [Fact]
    public async Task Charts_use_the_width_of_a_tablet_and_of_a_desk()
    {
        Visit visit = await chromium.Open([SampleSummaries.PioOut()]);
        foreach (int width in (int[])[360, 390, 600, 680, 780, 800, 1000, 1400])
        {
            await visit.Page.SetViewportSizeAsync(width, 900);
            double free = await visit.Page.EvaluateAsync<double>(
                """
                () => Math.max(...[...document.querySelectorAll('figure')].filter(f => f.offsetWidth).map(f =>
                  f.getBoundingClientRect().right - Math.max(...[...f.querySelectorAll('svg')].map(s => s.getBoundingClientRect().right))))
                """
            );
            // A chart made for a phone grows on a tablet as long as its letters stay below 24 pixels.
            Assert.True(free <= (width is > 700 and < 900 ? 120 : 80), $"{free:0} of {width} pixels are empty next to a chart");
        }
    }

    [Fact]
    public async Task A_word_of_the_trade_leads_to_its_meaning_with_and_without_script()
    {
        foreach (bool scripts in (bool[])[true, false])
        {
            Visit visit = await chromium.Open([SampleRecordings.PioOut], scripts: scripts);
            await visit.Page.EvaluateAsync("document.querySelectorAll('main details').forEach(d => d.open = true)");
            var word = visit.Page.Locator("a.word", new() { HasTextString = "grain" }).First;
            Assert.Equal("The smallest step of the clock.", await word.GetAttributeAsync("title"));
            Assert.False(await visit.Page.Locator("#word-grain").IsVisibleAsync());
            await word.ClickAsync();
            await visit.Page.Locator("#word-grain").WaitForAsync();
            Assert.Empty(await visit.Page.EvaluateAsync<string[]>(
                "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.hash.slice(1)).filter(id => !document.getElementById(id))"));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_steps_open_by_mouse_and_by_keyboard(bool mouse)
    {
        Visit visit = await chromium.Open([SampleSummaries.PioOut()], scripts: false);
        var table = visit.Page.Locator("details table").First;
        Assert.False(await table.IsVisibleAsync());
        if (mouse)
        {
            await visit.Page.Locator("summary").First.ClickAsync();
        }
        else
        {
            await visit.Page.Locator("summary").First.FocusAsync();
            await visit.Page.Keyboard.PressAsync("Enter");
        }
        Assert.True(await table.IsVisibleAsync());
        Assert.Equal(
            SampleSummaries.PioOut().Configurations[0].Stages.Sum(s => s.Steps.Length),
            await table.Locator("tbody tr").CountAsync()
        );
    }

    [Fact]
    public async Task A_table_that_is_wider_than_a_phone_scrolls_by_keyboard()
    {
        Visit visit = await chromium.Open([SampleSummaries.PioOut()], width: 400);
        var region = visit.Page.Locator(".scroll").First;
        await region.FocusAsync();
        await visit.Page.Keyboard.PressAsync("End");
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        // It scrolls smoothly. Playwright's own way to wait would evaluate a string, which the page's policy forbids.
        Assert.True(
            await visit.Page.EvaluateAsync<bool>(
                """
                async () => {
                  for (let i = 0; i < 6000 && document.querySelector('.scroll').scrollLeft === 0; i++) await new Promise(done => setTimeout(done, 50));
                  return document.querySelector('.scroll').scrollLeft > 0;
                }
                """
            )
        );
        // The names of the rows stay.
        Assert.InRange(
            await visit.Page.EvaluateAsync<double>("document.querySelector('.scroll tbody th').getBoundingClientRect().left"),
            0,
            20
        );
    }
}
