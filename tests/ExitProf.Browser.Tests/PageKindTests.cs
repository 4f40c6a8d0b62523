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
        string page = SamplePages.Of(kind);
        foreach (ColorScheme scheme in Schemes)
        {
            Visit visit = await chromium.Open(page, scheme: scheme);
            await Unfold(visit.Page);
            Assert.Empty(await axe.Violations(visit.Page));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task No_text_is_cut_or_meets_another_and_nothing_is_wider_than_the_window(string kind)
    {
        string page = SamplePages.Of(kind);
        foreach (ColorScheme scheme in Schemes)
        {
            Visit visit = await chromium.Open(page, scheme: scheme);
            await Unfold(visit.Page);
            foreach (int width in (int[])[390, 800, 1400])
            {
                await visit.Page.SetViewportSizeAsync(width, 900);
                Assert.Empty(await visit.Page.Overflow());
                Assert.Empty(await visit.Page.UnreadableChartTexts(smallestPixels: width < 400 ? 9 : 10));
                Assert.Empty(await visit.Page.TextsOnTexts());
                Assert.Empty(await visit.Page.CutCells());
            }
            await visit.Page.SetViewportSizeAsync(Paper, 900);
            await visit.Page.EmulateMediaAsync(new() { Media = Media.Print, ColorScheme = scheme });
            Assert.Empty(await visit.Page.Overflow());
            Assert.Empty(await visit.Page.Cut());
            Assert.Empty(await visit.Page.UnreadableChartTexts(smallestPixels: 8));
            Assert.Empty(await visit.Page.TextsOnTexts());
            Assert.Empty(await visit.Page.CutCells());
        }
    }

    [Fact]
    public async Task Axe_and_the_geometry_find_what_is_wrong()
    {
        Visit visit = await chromium.Open([SampleSummaries.PioOut()]);
        await visit.Page.EvaluateAsync("""
            () => {
              document.documentElement.lang = '';
              document.querySelector('p').style.marginTop = '-24px';
            }
            """);
        Assert.Contains(await axe.Violations(visit.Page), v => v.StartsWith("html-has-lang", StringComparison.Ordinal));
        Assert.NotEmpty(await visit.Page.TextsOnTexts());
    }
}
