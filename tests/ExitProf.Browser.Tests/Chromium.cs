using ExitProf.Analysis;
using ExitProf.Browser.Tests;
using ExitProf.Reports;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]
// One page at a time: the browser has processes of its own.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace ExitProf.Browser.Tests;

/// <summary>
/// The browser of the system, without a window, for all tests. Nothing is downloaded; where there is none, the tests skip.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly string? executable = Candidates.FirstOrDefault(File.Exists);
    private readonly string folder = Directory.CreateTempSubdirectory("exitprof-pages-").FullName;
    private IPlaywright? playwright;
    private IBrowser? browser;
    private Tab? scripted;
    private Tab? scriptless;
    private int pages;

    public async ValueTask InitializeAsync()
    {
        if (executable is null) return;
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = executable, Headless = true });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.CloseAsync();
        playwright?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Opens a report as somebody does who got it as a file, with no network. What was open before is closed.</summary>
    internal Task<Visit> Open(
        IReadOnlyList<TraceSummary> traces,
        int width = 1280,
        ColorScheme scheme = ColorScheme.Light,
        bool scripts = true
    ) => Open(Written(traces), width, scheme, scripts);

    internal async Task<Visit> Open(string html, int width = 1280, ColorScheme scheme = ColorScheme.Light, bool scripts = true)
    {
        Assert.SkipWhen(browser is null, $"There is no Chromium: none of {string.Join(", ", Candidates)} exists.");
        string file = Path.Combine(folder, $"page-{++pages}.html");
        await File.WriteAllTextAsync(file, html);
        Tab tab = scripts ? scripted ??= await Tab.Of(browser, true) : scriptless ??= await Tab.Of(browser, false);
        return await tab.Visit(new Uri(file).AbsoluteUri, width, scheme);
    }

    internal static string Written(IReadOnlyList<TraceSummary> traces)
    {
        using var writer = new StringWriter();
        HtmlReport.Write(writer, traces);
        return writer.ToString();
    }
}
