using Microsoft.Playwright;

namespace ExitProf.Browser.Tests;

/// <summary>A tab without a network, which one page after the other is opened in: a new one for each would take half a second.</summary>
internal sealed class Tab(IBrowserContext context, IPage page)
{
    private Visit visit = new(page, "");

    public static async Task<Tab> Of(IBrowser browser, bool scripts)
    {
        IBrowserContext context = await browser.NewContextAsync(new() { JavaScriptEnabled = scripts, Offline = true });
        var tab = new Tab(context, await context.NewPageAsync());
        await tab.Listen();
        return tab;
    }

    public async Task<Visit> Visit(string address, int width, ColorScheme scheme)
    {
        visit = new Visit(page, address);
        await page.SetViewportSizeAsync(width, 900);
        await page.EmulateMediaAsync(new() { Media = Media.Screen, ColorScheme = scheme });
        await page.GotoAsync(address, new() { WaitUntil = WaitUntilState.Load });
        // An answer from the renderer: what it did while it loaded has been told before.
        await page.EvaluateAsync("document.readyState");
        return visit;
    }

    private async Task Listen()
    {
        // Five minutes: a page answers within a fraction of a second, and within a few on a machine with twenty processes a CPU.
        page.SetDefaultTimeout(300_000);
        context.Request += (_, request) => visit.Requested(request.Url);
        page.Console += (_, message) => visit.Complained($"console: {message.Type} {message.Text}");
        page.PageError += (_, error) => visit.Complained($"error: {error}");
        page.Dialog += async (_, dialog) =>
        {
            visit.Complained($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        await context.ExposeFunctionAsync("reportViolation", (string violation) => visit.Complained($"policy: {violation}"));
        await context.AddInitScriptAsync(
            "addEventListener('securitypolicyviolation', e => reportViolation(e.effectiveDirective + ' ' + e.blockedURI))"
        );
        // Whatever is not the page itself gets no answer, should it get past the policy and the missing network.
        await context.RouteAsync("**/*", route => route.Request.Url == visit.Address ? route.ContinueAsync() : route.AbortAsync());
    }
}
