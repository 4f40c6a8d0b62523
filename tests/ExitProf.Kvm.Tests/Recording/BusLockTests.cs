using ExitProf.Analysis;
using ExitProf.Linux;
using ExitProf.Recording;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Kvm.Tests.Recording;

/// <summary>Recordings in which several vCPUs exit at once.</summary>
public sealed class BusLockTests
{
    [Fact]
    public void Two_vcpus_have_their_own_stamps_and_events()
    {
        NeedTwoCpus();
        HostNeeds.Tracefs();
        Recorded recorded = Recorded.Make("bus-lock", EventSet.Full, 300, "vcpus=2", "lock=mutex");
        Assert.DoesNotContain(
            recorded.Summary.Findings,
            f => f.Id is "foreign-events" or "out-of-order" or "no-signature" or "tsc-mismatch" or "damaged-events"
        );

        // Each block has its neighbour of the same time, and each exit is of the vCPU of its block.
        Assert.Equal([0, 1], recorded.Trace.Blocks.Select(b => b.Vcpu).Distinct().Order());
        foreach (Block[] pair in recorded.Trace.Blocks.Chunk(2))
        {
            Assert.Equal((0, 1), (pair[0].Vcpu, pair[1].Vcpu));
            Assert.Equal(
                (pair[0].Configuration, pair[0].Events, pair[0].Round, pair[0].Exits),
                (pair[1].Configuration, pair[1].Events, pair[1].Round, pair[1].Exits)
            );
            Assert.True(pair[0].StartTsc < pair[1].EndTsc && pair[1].StartTsc < pair[0].EndTsc);
        }
        var vcpus = recorded.Trace.Blocks.ToDictionary(b => b.Index, b => b.Vcpu);
        Assert.All(recorded.Trace.Exits, e => Assert.Equal(vcpus[e.Block], e.Vcpu));
        Assert.Equal(recorded.Trace.Exits.Count, recorded.Trace.Blocks.Sum(b => b.Exits));

        // Events of the one never lie in exits of the other: both have the host's own signature, which they then would not.
        ConfigurationSummary configuration = Assert.Single(recorded.Summary.Configurations);
        Assert.Equal([0, 1], configuration.Vcpus.Select(v => v.Vcpu));
        Assert.All(
            configuration.Vcpus,
            v => Assert.Equal(configuration.Stages.Select(s => (s.Name, s.State)), v.Figures.Stages.Select(s => (s.Name, s.State)))
        );
        Assert.All(configuration.Vcpus, v => Assert.True(v.Figures.Incomplete.Exits < v.Figures.Total.Exits / 2));
        Assert.Equal(configuration.Total.Exits, configuration.Vcpus.Sum(v => v.Figures.Total.Exits));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("mutex")]
    [InlineData("rwlock")]
    [InlineData("snapshot")]
    public void The_stage_userspace_shows_the_lock(string by)
    {
        HostNeeds.Tracefs();
        Recorded recorded = Recorded.Make("bus-lock", EventSet.Full, 100, "lock=" + by);
        StageSummary userspace = Assert.Single(
            Assert.Single(recorded.Summary.Configurations).Stages,
            s => s.Stages.Contains(Stage.Userspace)
        );
        Assert.Equal(
            ["VMM", "take the bus lock", "search the bus, device", "release the bus lock", "VMM"],
            userspace.Steps.Select(s => s.Name)
        );
    }

    [Fact]
    public void A_lock_that_is_held_longer_makes_the_search_longer_and_nothing_else()
    {
        HostNeeds.Tracefs();
        const int Held = 50_000;
        Recorded recorded = Recorded.Make("bus-lock", EventSet.Full, 200, "lock=mutex", $"held=0,{Held}");
        StepSummary Step(string name, string held) =>
            recorded
                .Configuration($"lock=mutex,held={held}")
                .Stages.Single(s => s.Stages.Contains(Stage.Userspace))
                .Steps.Single(s => s.Name == name);
        Assert.InRange(Step("search the bus, device", $"{Held}").P50 - Step("search the bus, device", "0").P50, Held * 0.95, Held * 1.05);
        Assert.InRange(Math.Abs(Step("release the bus lock", $"{Held}").P50 - Step("release the bus lock", "0").P50), 0, Held * 0.05);
    }

    [Theory]
    [InlineData("mutex")]
    [InlineData("rwlock")]
    [InlineData("snapshot")]
    public void A_bus_that_is_changed_meanwhile_gives_right_answers_and_the_latency_of_changes(string by)
    {
        NeedTwoCpus();
        Recorded recorded = Recorded.Make("bus-lock", EventSet.None, 200, "lock=" + by, "update-every=500000");
        Finding updates = Assert.Single(recorded.Summary.Findings, f => f.Is(FindingKind.BusUpdates));
        Assert.True(updates.Count > 0);
        Assert.Contains("cycles a change, the longest", updates.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Changes_of_a_bus_that_nothing_protects_are_refused()
    {
        string message = Assert.Throws<SettingException>(() => Recorded.Make("bus-lock", EventSet.None, 1, "update-every=500000")).Message;
        Assert.Equal("lock=none protects no reader from changes of the bus: take another lock, or update-every=0.", message);
    }

    [Fact]
    public void More_vcpus_than_cpus_are_refused_with_the_reason()
    {
        HostNeeds.Kvm();
        int cpus = CpuSet.Allowed().Count;
        Assert.SkipWhen(cpus >= SharedBus.MostVcpus, "there are CPUs for as many vCPUs as the setting takes");
        string message = Assert
            .Throws<UnsupportedScenarioException>(() => Recorded.Make("bus-lock", EventSet.None, 1, $"vcpus={cpus + 1}"))
            .Message;
        Assert.Contains("take turns and do nothing at once", message, StringComparison.Ordinal);
    }

    private static void NeedTwoCpus() => Assert.SkipWhen(CpuSet.Allowed().Count < 2, "two vCPUs at once need two CPUs");
}
