namespace ExitProf.Tests.Command;

public sealed class PaceTests
{
    [Fact]
    public void A_line_of_progress_says_rate_and_time_left_once_they_are_known()
    {
        double at = 100;
        var pace = new Pace(() => at);
        Assert.Equal("", pace.After(0, 0, "/s"));
        at = 100.5;
        Assert.Equal("", pace.After(0.1, 500, "/s"));
        at = 110;
        Assert.Equal("  1,000/s  30 s left", pace.After(0.25, 10_000, "/s"));
        Assert.Equal("  2.5 MB/s", pace.After(double.NaN, 25, " MB/s"));
        Assert.Equal("  9 min left", pace.After(0.02, double.NaN, ""));
        at = 100 + 3600;
        Assert.Equal("  35 min left", pace.After(0.635, double.NaN, ""));
        Assert.Equal("  9 h left", pace.After(0.1, double.NaN, ""));
        // At the end there is nothing left to wait for.
        Assert.Equal("", pace.After(1, double.NaN, ""));
    }
}
