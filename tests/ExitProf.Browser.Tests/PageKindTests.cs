using Microsoft.Playwright;

namespace ExitProf.Browser.Tests;

/// <summary>What holds for a page of every kind: on a phone, a tablet and a desk, in both schemes, and on paper.</summary>
public sealed class PageKindTests(Chromium chromium, AxeRules axe)
{
    /// <summary>A4 less Chromium's margins of 1 cm, in CSS pixels.</summary>
    private const int Paper = 717;

    private static readonly ColorScheme[] Schemes = [ColorScheme.Light, ColorScheme.Dark];

    public static TheoryData<string> Names => SamplePages.Names;

    private static Task Unfold(IPage page) => page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");

    [Theory]
    [MemberData(nameof(Names))]
    public async Task No_rule_of_axe_is_broken(string kind)
    {
        Visit visit = await chromium.Open(SamplePages.Of(kind));
        await Unfold(visit.Page);
        foreach (ColorScheme scheme in Schemes)
        {
            await visit.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            Assert.Empty(await axe.Violations(visit.Page));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task No_text_is_cut_or_meets_another_and_nothing_is_wider_than_the_window(string kind)
    {
        Visit visit = await chromium.Open(SamplePages.Of(kind));
        await Unfold(visit.Page);
        foreach (int width in (int[])[390, 800, 1400])
        {
            await visit.Page.SetViewportSizeAsync(width, 900);
            await NothingMeets(visit.Page, Media.Screen, smallestPixels: width < 400 ? 9 : 10);
        }
        await visit.Page.SetViewportSizeAsync(Paper, 900);
        await NothingMeets(visit.Page, Media.Print, smallestPixels: 8);
        Assert.Empty(await visit.Page.Cut());
    }

    [Fact]
    public async Task Axe_and_the_geometry_find_what_is_wrong()
    {
        Visit visit = await chromium.Open([SampleSummaries.PioOut()]);
        int places = await visit.Page.Places();
        await visit.Page.EvaluateAsync("""
            () => {
              document.documentElement.lang = '';
              document.querySelector('p').style.marginTop = '-24px';
            }
            """);
        Assert.Contains(await axe.Violations(visit.Page), v => v.StartsWith("html-has-lang", StringComparison.Ordinal));
        Assert.NotEmpty(await visit.Page.TextsOnTexts());
        Assert.NotEqual(places, await visit.Page.Places());
    }

    /// <summary>In both schemes: everything stands where it does in the other one.</summary>
    private static async Task NothingMeets(IPage page, Media media, double smallestPixels)
    {
        var places = new List<int>();
        foreach (ColorScheme scheme in Schemes)
        {
            await page.EmulateMediaAsync(new() { Media = media, ColorScheme = scheme });
            places.Add(await page.Places());
        }
        Assert.Single(places.Distinct());
        Assert.Empty(await page.Overflow());
        Assert.Empty(await page.UnreadableChartTexts(smallestPixels));
        Assert.Empty(await page.TextsOnTexts());
        Assert.Empty(await page.CutCells());
    }
}
