using System.Globalization;
using ExitProf.Analysis;
using ExitProf.Reports;
using Microsoft.Playwright;

namespace ExitProf.Browser.Tests;

/// <summary>The page answers the pointer, the keyboard and a finger.</summary>
public sealed class AnswerTests(Chromium chromium)
{
    private static readonly string HostRestore = "svg .marks rect[data-k='host-restore']";

    [Theory]
    [InlineData(1280)]
    [InlineData(400)]
    public async Task The_pointer_over_a_bar_says_its_sentence_at_once(int width)
    {
        Visit visit = await chromium.Open([SampleSummaries.PioOut()], width);
        ILocator bar = Seen(visit, HostRestore);
        await bar.HoverAsync();
        Assert.StartsWith("host-restore: ", await Tip(visit), StringComparison.Ordinal);
        Assert.Equal(await bar.GetAttributeAsync("aria-label"), await Tip(visit));
        await visit.Page.Mouse.MoveAsync(2, 2);
        Assert.Equal("", await Tip(visit));
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task The_same_stage_lights_up_in_every_chart_and_table()
    {
        Visit visit = await chromium.Open([SampleSummaries.PioOut()]);
        await Seen(visit, HostRestore).HoverAsync();
        string[] lit = await visit.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('.lit')].map(e => e.localName + ' ' + e.dataset.k)"
        );
        Assert.All(lit, l => Assert.EndsWith(" host-restore", l, StringComparison.Ordinal));
        Assert.Contains("rect host-restore", lit);
        Assert.Contains("path host-restore", lit);
        Assert.Contains("tr host-restore", lit);
        // A row of a table lights the bar.
        await visit.Page.Locator("tr[data-k='handler']").First.HoverAsync();
        Assert.Equal("handler", await visit.Page.EvaluateAsync<string>("document.querySelector('svg rect.lit').dataset.k"));
    }

    [Fact]
    public async Task The_keyboard_walks_from_bar_to_bar_and_hears_each_sentence()
    {
        Visit visit = await chromium.Open([SampleSummaries.PioOut()]);
        await Seen(visit, "svg .marks rect").FocusAsync();
        var heard = new List<string>();
        for (int i = 0; i < 4; i++)
        {
            heard.Add(await visit.Page.EvaluateAsync<string>("document.activeElement.dataset.k"));
            Assert.Equal(await visit.Page.EvaluateAsync<string>("document.activeElement.getAttribute('aria-label')"), await Tip(visit));
            await visit.Page.Keyboard.PressAsync("ArrowDown");
        }
        Assert.Equal(["exit", "handler", "pio-search", "host-restore"], heard);
        await visit.Page.Keyboard.PressAsync("Escape");
        Assert.Equal("", await Tip(visit));
    }

    [Fact]
    public async Task A_click_on_a_heading_sorts_by_number_and_a_third_one_puts_the_rows_back()
    {
        Visit visit = await chromium.Open([SampleSummaries.PioOut()]);
        ILocator table = visit.Page.Locator("table").First, heading = table.Locator("thead th button").Nth(9);
        string[] before = await Names(table);
        await heading.ClickAsync();
        double[] shares =
        [
            .. (await table.Locator("tbody tr:not(.rest):not(.sum) td:last-child").AllTextContentsAsync())
                .Where(t => t.EndsWith('%'))
                .Select(t => double.Parse(t[..^2].Replace('−', '-'), CultureInfo.InvariantCulture)),
        ];
        Assert.Equal(shares.OrderDescending(), shares);
        Assert.Equal("descending", await table.Locator("thead th").Nth(9).GetAttributeAsync("aria-sort"));
        // What is no stage stays at the end.
        Assert.Equal(before[^1], (await Names(table))[^1]);
        await heading.ClickAsync();
        Assert.Equal("ascending", await table.Locator("thead th").Nth(9).GetAttributeAsync("aria-sort"));
        await heading.ClickAsync();
        Assert.Equal(before, await Names(table));
    }

    [Fact]
    public async Task Dragging_zooms_into_the_curves_with_round_labels_and_the_button_shows_the_whole_axis_again()
    {
        Visit visit = await chromium.Open([SampleSummaries.PioOut()]);
        string whole = await Ticks(visit);
        (double left, double right, double middle) = await Area(visit);
        double across = right - left;
        await visit.Page.Mouse.MoveAsync((float)(left + across * 0.5), (float)middle);
        Assert.EndsWith(" cycles", await Tip(visit), StringComparison.Ordinal);
        await visit.Page.Mouse.DownAsync();
        await visit.Page.Mouse.MoveAsync((float)(left + across * 0.7), (float)middle);
        await visit.Page.Mouse.UpAsync();
        string zoomed = await Ticks(visit);
        Assert.NotEqual(whole, zoomed);
        Assert.All(zoomed.Split(' '), t => Assert.Matches("^[0-9,.]+$", t));
        Assert.InRange(zoomed.Split(' ').Length, 2, 16);
        Assert.NotNull(await visit.Page.Locator("svg[data-x] .curve").First.GetAttributeAsync("transform"));
        Assert.Empty(await visit.Page.UnreadableChartTexts(smallestPixels: 10));
        await Seen(visit, ".reset").ClickAsync();
        Assert.Equal(whole, await Ticks(visit));
    }

    [Fact]
    public async Task Keys_zoom_and_move_the_curves()
    {
        Visit visit = await chromium.Open([SampleSummaries.PioOut()]);
        string whole = await Ticks(visit);
        await Seen(visit, "svg[data-x]").FocusAsync();
        await visit.Page.Keyboard.PressAsync("+");
        string near = await Ticks(visit);
        Assert.NotEqual(whole, near);
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        Assert.NotEqual(near, await Ticks(visit));
        await visit.Page.Keyboard.PressAsync("Escape");
        Assert.Equal(whole, await Ticks(visit));
    }

    [Fact]
    public async Task A_finger_zooms_as_the_mouse_does()
    {
        Visit visit = await chromium.Open([SampleSummaries.PioOut()], width: 400);
        string whole = await Ticks(visit);
        (double left, double right, double middle) = await Area(visit);
        await visit.Page.EvaluateAsync("""
            ([from, to, y]) => {
              const chart = [...document.querySelectorAll('svg[data-x]')].find(s => s.checkVisibility());
              chart.setPointerCapture = () => {};
              for (const [type, x] of [['pointerdown', from], ['pointermove', to], ['pointerup', to]])
                chart.dispatchEvent(new PointerEvent(type, { pointerId: 7, pointerType: 'touch', clientX: x, clientY: y, button: type === 'pointermove' ? -1 : 0, bubbles: true }));
            }
            """, new[] { left + (right - left) * 0.4, left + (right - left) * 0.8, middle });
        Assert.NotEqual(whole, await Ticks(visit));
    }

    [Fact]
    public async Task A_long_table_is_filtered_by_any_text_and_its_rows_lead_to_their_figures()
    {
        using var writer = new StringWriter();
        SuiteSummary suite = SampleSuites.Drawn();
        SuitePage.Write(writer, suite with { Rows = [.. Enumerable.Repeat(suite.Rows, 3).SelectMany(r => r)] });
        Visit visit = await chromium.Open(writer.ToString());
        await visit.Page.Locator(".filter input").FillAsync("tosatti");
        Assert.Equal(
            3,
            await visit.Page.EvaluateAsync<int>(
                "[...document.querySelectorAll('.filter + .scroll tbody tr')].filter(r => r.checkVisibility()).length"
            )
        );
        Assert.Contains("3 of 18", await visit.Page.Locator(".filter").TextContentAsync(), StringComparison.Ordinal);
        await visit.Page.Locator(".filter input").FillAsync("");
        Assert.Equal(
            18,
            await visit.Page.EvaluateAsync<int>(
                "[...document.querySelectorAll('.filter + .scroll tbody tr')].filter(r => r.checkVisibility()).length"
            )
        );
    }

    [Fact]
    public async Task A_long_table_is_filtered_by_result_and_text_together_and_a_choice_jumps_to_the_figures()
    {
        using var writer = new StringWriter();
        SuiteSummary suite = SampleSuites.Drawn();
        SuitePage.Write(writer, suite with { Rows = [.. Enumerable.Repeat(suite.Rows, 3).SelectMany(r => r)] });
        Visit visit = await chromium.Open(writer.ToString());
        string[] results = await Rows(visit);
        string result = results.GroupBy(r => r).MinBy(g => g.Count())!.Key;
        Assert.InRange(results.Distinct().Count(), 2, 5);
        ILocator byResult = visit.Page.Locator(".filter select").First;
        await byResult.SelectOptionAsync(result);
        Assert.Equal(results.Where(r => r == result), await Rows(visit));
        await visit.Page.Locator(".filter input").FillAsync("no such text");
        Assert.Empty(await Rows(visit));
        await visit.Page.Locator(".filter input").FillAsync("");
        await byResult.SelectOptionAsync("");
        Assert.Equal(results, await Rows(visit));
        await visit.Page.Locator(".filter select").Nth(1).SelectOptionAsync("#row2");
        Assert.Equal("#row2", await visit.Page.EvaluateAsync<string>("location.hash"));
        Assert.Empty(visit.Complaints);

        static Task<string[]> Rows(Visit visit) => visit.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('.filter + .scroll tbody tr')].filter(r => r.checkVisibility()).map(r => r.dataset.verdict)");
    }

    [Fact]
    public async Task A_link_opens_the_folded_part_that_it_leads_to()
    {
        Visit visit = await chromium.Open([SampleSummaries.LongSweep()]);
        ILocator link = visit.Page.Locator("tbody th a").Nth(2);
        string target = (await link.GetAttributeAsync("href"))![1..];
        await link.ClickAsync();
        Assert.True(await visit.Page.EvaluateAsync<bool>("id => document.getElementById(id).open", target));
    }

    private static ILocator Seen(Visit visit, string selector) => visit.Page.Locator(selector + " >> visible=true").First;

    private static async Task<string> Tip(Visit visit) =>
        await visit.Page.EvaluateAsync<string>("document.querySelector('.tip').hidden ? '' : document.querySelector('.tip').textContent");

    private static async Task<string> Ticks(Visit visit) =>
        await visit.Page.EvaluateAsync<string>(
            "[...document.querySelectorAll('.ticks')].find(t => t.checkVisibility()).textContent && [...[...document.querySelectorAll('.ticks')].find(t => t.checkVisibility()).children].map(t => t.textContent).join(' ')"
        );

    private static async Task<string[]> Names(ILocator table) => [.. await table.Locator("tbody th").AllTextContentsAsync()];

    /// <summary>The area of the curves on the screen: its left and right end and the middle of its height.</summary>
    private static async Task<(double Left, double Right, double Middle)> Area(Visit visit)
    {
        double[] area = await visit.Page.EvaluateAsync<double[]>("""
            () => {
              const chart = [...document.querySelectorAll('svg[data-x]')].find(s => s.checkVisibility());
              chart.scrollIntoView({ block: 'center' });
              const [left, right, top, bottom] = chart.dataset.x.split(' ').map(Number), m = chart.getScreenCTM(), at = (x, y) => new DOMPoint(x, y).matrixTransform(m);
              return [at(left, top).x, at(right, top).x, at(left, (top + bottom) / 2).y];
            }
            """);
        return (area[0], area[1], area[2]);
    }
}
