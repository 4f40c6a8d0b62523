using ExitProf.Hosts;

namespace ExitProf.Tests.Hosts;

/// <summary>A download that does not get on is ended, with its program.</summary>
public sealed class StallWatchTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void A_program_that_writes_nothing_any_more_is_ended_and_the_reason_is_said()
    {
        using var folder = new TemporaryFolder();
        using var watch = new StallWatch(folder.Path, Soon, CancellationToken.None);
        // It is not waited for: the test would take a day.
        Assert.Throws<OperationCanceledException>(() => ToolRun.Run(
            ToolRun.Find("sh")!, ["-c", "sleep 86400"], folder.Path, reason => reason, watch.Token));
        Assert.StartsWith("nothing has arrived for ", watch.Reason);
    }

    [Fact]
    public void A_program_that_comes_to_its_end_is_not_ended()
    {
        using var folder = new TemporaryFolder();
        using var watch = new StallWatch(folder.Path, null, CancellationToken.None);
        Assert.Equal("done\n", ToolRun.Run(ToolRun.Find("sh")!, ["-c", "echo done"], folder.Path, reason => reason, watch.Token));
        Assert.Null(watch.Reason);
    }
}
