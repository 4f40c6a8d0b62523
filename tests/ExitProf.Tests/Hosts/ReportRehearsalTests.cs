using ExitProf.Analysis;

namespace ExitProf.Tests.Hosts;

public sealed class ReportRehearsalTests
{
    [Fact]
    public void The_recording_that_is_rehearsed_with_has_all_that_a_report_shows()
    {
        TraceSummary rehearsed = ReportRehearsal.Summarise();
        Assert.DoesNotContain(rehearsed.Findings, f => f.Severity >= ExitProf.Traces.Severity.DataLoss);
        Assert.NotEmpty(Assert.Single(rehearsed.Configurations).Stages);
        Assert.NotNull(rehearsed.Timeline);
        ReportRehearsal.Rehearse(CancellationToken.None);
    }
}
