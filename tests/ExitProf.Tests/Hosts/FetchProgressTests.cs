using ExitProf.Hosts;

namespace ExitProf.Tests.Hosts;

/// <summary>How far a download is, with its rate and the time left.</summary>
public sealed class FetchProgressTests
{
    [Fact]
    public void What_arrives_is_counted_and_what_was_there_before_is_not()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["archives/partial"]);
        File.WriteAllBytes(folder["archives/old.deb"], new byte[50]);
        var told = new Told();
        using (FetchWatch.Start(folder["archives"], 4_000, told))
        {
            File.WriteAllBytes(folder["archives/partial/new.deb"], new byte[1_000]);
            File.Move(folder["archives/partial/new.deb"], folder["archives/new.deb"]);
            File.WriteAllBytes(folder["archives/partial/next.deb"], new byte[500]);
        }
        Assert.Equal(new FetchProgress(1_500, 4_000, Ended: true), told.Last);
    }

    [Fact]
    public void Nothing_is_watched_if_nobody_looks() => Assert.Null(FetchWatch.Start("/nonexistent", 1, null));

    [Fact]
    public void A_folder_that_is_not_there_yet_is_empty()
    {
        var told = new Told();
        using (FetchWatch.Start("/nonexistent", 10, told)) { }
        Assert.Equal(new FetchProgress(0, 10, Ended: true), told.Last);
    }

    [Fact]
    public void The_line_has_share_amount_rate_and_time_left()
    {
        double now = 0;
        var pace = new Pace(() => now);
        Assert.EndsWith("0.0 of 20.0 MB", FetchLine.Text(new FetchProgress(0, 20e6, false), pace));
        now = 4;
        string line = FetchLine.Text(new FetchProgress(8e6, 20e6, false), pace);
        Assert.EndsWith("8.0 of 20.0 MB  2 MB/s  6 s left", line);
        Assert.Contains("40", line);
        Assert.Equal("fetching  8.0 MB  2 MB/s", FetchLine.Text(new FetchProgress(8e6, double.NaN, false), pace));
    }

    private sealed class Told : IProgress<FetchProgress>
    {
        public FetchProgress? Last { get; private set; }

        public void Report(FetchProgress value) => Last = value;
    }
}
