using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Hosts.Tests;

/// <summary>
/// Linux 5.10, whose KVM has no way to set a guest's clock: the offset is read and taken off, so exits have their stages there too.
/// </summary>
public sealed class OldKernelTests
{
    [Theory]
    [InlineData("pio-out")]
    [InlineData("ioeventfd-pio")]
    public void Stages_are_told_though_the_guests_clock_is_not_the_hosts(string scenario)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("EXITPROF_HOSTS_ALL") == "1", "a kernel of another suite: tests/hosts.sh runs it");
        using var folder = new TemporaryFolder();
        string file = folder["t.nettrace"];
        KeptMachine.Run("record", scenario, "--kernel", "debian:bullseye", "-o", file);
        TraceSummary trace = TraceFiles.Summarise(file);
        Assert.StartsWith("5.10.", trace.Header.Host.Single(f => f.Name == "kernel").Value);
        Assert.NotEqual(0, long.Parse(trace.Header.Host.Single(f => f.Name == "guest tsc offset").Value));
        Assert.DoesNotContain(trace.Findings, f => f.Id is "tsc-offset" or "tsc-mismatch" or "out-of-order" or "no-signature");
        Assert.True(trace.Traced.Complete >= 0.97 * trace.Traced.Exits, $"{trace.Traced.Complete} of {trace.Traced.Exits}");
        bool userspace = scenario == "pio-out";
        foreach (StageSummary stage in trace.Configurations[0].Stages)
        {
            bool wanted = userspace || stage.Stages.All(s => s is not (Stage.HostRestore or Stage.Userspace or Stage.GuestReload));
            // An answer in the kernel has nothing between its search and the entry.
            StageState told = stage.Stages.Length > 1 ? StageState.Merged : wanted ? StageState.Present : StageState.Absent;
            Assert.Equal((stage.Name, told), (stage.Name, stage.State));
        }
    }
}
