namespace ExitProf.Browser.Tests;

/// <summary>A report is mailed and archived: it needs nothing but itself.</summary>
public sealed class SelfContainedTests(Chromium chromium)
{
    [Fact]
    public async Task A_page_is_the_same_without_scripts()
    {
        Visit with = await chromium.Open([SampleSummaries.PioOut(), SampleSummaries.IoEventFd()]);
        Visit without = await chromium.Open([SampleSummaries.PioOut(), SampleSummaries.IoEventFd()], scripts: false);
        Assert.Equal(
            await with.Page.ScreenshotAsync(new() { FullPage = true }),
            await without.Page.ScreenshotAsync(new() { FullPage = true })
        );
    }

    [Fact]
    public async Task The_policy_stops_scripts_and_requests_that_somebody_put_into_a_page()
    {
        const string Smuggled =
            "<main>\n<p style=\"color:red\" onclick=\"document.title='taken over'\">x</p><script>document.title = 'taken over'</script><img src=\"http://127.0.0.1:9/x.png\" onerror=\"alert(1)\">"
            + "<link rel=\"stylesheet\" href=\"http://127.0.0.1:9/x.css\"><iframe src=\"http://127.0.0.1:9/\"></iframe>";
        string html = Chromium.Written([SampleSummaries.PioOut()]);
        Visit visit = await chromium.Open(html.Replace("<main>\n", Smuggled, StringComparison.Ordinal));
        Assert.StartsWith("ExitProf", await visit.Page.TitleAsync(), StringComparison.Ordinal);
        Assert.All(
            ["script-src", "img-src", "style-src", "frame-src"],
            directive => Assert.Contains(visit.Complaints, c => c.StartsWith("policy: " + directive, StringComparison.Ordinal))
        );
        Assert.All(
            ["script-src-attr", "style-src-attr"],
            directive => Assert.Contains(visit.Complaints, c => c.StartsWith("policy: " + directive, StringComparison.Ordinal))
        );
        Assert.DoesNotContain(visit.Complaints, c => c.StartsWith("dialog", StringComparison.Ordinal));
    }
}
