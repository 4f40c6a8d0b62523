namespace ExitProf.Browser.Tests;

public sealed class AccessibilityTests(Chromium chromium)
{
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
