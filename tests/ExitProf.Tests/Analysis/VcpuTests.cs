using ExitProf.Analysis;
using ExitProf.Traces;
using FsCheck;
using FsCheck.Fluent;

namespace ExitProf.Tests.Analysis;

/// <summary>Traces in which several vCPUs exit at once: each has its own blocks, and a table of its own beside the one of all.</summary>
public sealed class VcpuTests
{
    private const EventGroups All = EventGroups.Kvm | EventGroups.Rcu | EventGroups.RawSyscalls;

    [Fact]
    public void Each_vcpu_has_its_own_figures_and_the_configuration_those_of_all()
    {
        var trace = new SyntheticTrace(grain: 1);
        ExitClass bare = trace.Class(SyntheticTrace.Bare);
        for (int round = 0; round < 4; round++)
        {
            trace.Block(EventGroups.None, round, 2, vcpu: 0).Exit(bare, 100, 10, 100).Exit(bare, 100, 20, 100);
            trace.Block(EventGroups.None, round, 2, vcpu: 1).Exit(bare, 300, 30, 300).Exit(bare, 300, 40, 300);
        }
        ConfigurationSummary all = Assert.Single(trace.Summarise().Configurations);
        Assert.Equal([0, 1], all.Vcpus.Select(v => v.Vcpu));
        Assert.Equal([215, 635], all.Vcpus.Select(v => v.Figures.Untraced!.Mean.Mean));
        Assert.Equal([8L, 8L], all.Vcpus.Select(v => v.Figures.Untraced!.Total.Exits));
        Assert.Equal((425, 16L), (all.Untraced!.Mean.Mean, all.Untraced.Total.Exits));
    }

    [Fact]
    public void A_single_vcpu_needs_no_table_of_its_own()
    {
        var trace = new SyntheticTrace();
        ExitClass bare = trace.Class(SyntheticTrace.Bare);
        for (int round = 0; round < 4; round++) trace.Block(EventGroups.None, round, 1).Exit(bare, 100, 10, 100);
        Assert.Empty(Assert.Single(trace.Summarise().Configurations).Vcpus);
    }

    [Fact]
    public void Warm_up_and_cool_down_are_taken_off_each_vcpus_own_block()
    {
        var trace = new SyntheticTrace(grain: 1);
        ExitClass bare = trace.Class(SyntheticTrace.Bare);
        trace
            .Block(EventGroups.None, 0, 4, vcpu: 0, warmUp: 1, coolDown: 2)
            .Exit(bare, 9, 9, 9)
            .Exit(bare, 100, 10, 100)
            .Exit(bare, 9, 9, 9)
            .Exit(bare, 9, 9, 9);
        trace.Block(EventGroups.None, 0, 2, vcpu: 1, warmUp: 1).Exit(bare, 9, 9, 9).Exit(bare, 200, 10, 200);
        TraceSummary summary = trace.Summarise();
        Assert.Equal([210.0, 410.0], Assert.Single(summary.Configurations).Vcpus.Select(v => v.Figures.Untraced!.Mean.Mean));
        Assert.Equal(2, Assert.Single(summary.Findings, f => f.Id == "warm-up").Count);
        Assert.Equal(2, Assert.Single(summary.Findings, f => f.Id == "cool-down").Count);
    }

    [Fact]
    public void Stages_are_those_of_the_vcpu_whose_events_they_are()
    {
        var trace = new SyntheticTrace();
        ExitClass full = trace.Class(SyntheticTrace.Full), bare = trace.Class(SyntheticTrace.Bare);
        long[] quick = SyntheticTrace.Cycles(SyntheticTrace.FullTicks), slow = [.. quick];
        const int Vmm = 8;
        slow[Vmm] += 5200;
        for (int round = 0; round < 4; round++)
        {
            trace.Block(EventGroups.None, round, 1, vcpu: 0).Exit(bare, 26, 26, 26);
            trace.Block(EventGroups.None, round, 1, vcpu: 1).Exit(bare, 26, 26, 26);
            trace.Block(All, round, 1, vcpu: 0).Exit(full, quick);
            trace.Block(All, round, 1, vcpu: 1).Exit(full, slow);
        }
        ConfigurationSummary all = Assert.Single(trace.Summarise().Configurations);
        double[] vmm = [.. all.Vcpus.Select(v => v.Figures.Stages.Single(s => s.Name == "userspace").Cycles.Mean)];
        Assert.Equal(5200, vmm[1] - vmm[0]);
        Assert.Equal((vmm[0] + vmm[1]) / 2, all.Stages.Single(s => s.Name == "userspace").Cycles.Mean);
        foreach (string other in (string[])["exit", "handler", "guest-resume"])
        {
            Assert.Single(all.Vcpus.Select(v => v.Figures.Stages.Single(s => s.Name == other).Cycles.Mean).Distinct());
        }
    }

    [Fact]
    public void However_the_blocks_of_vcpus_come_no_exit_is_lost_or_counted_twice() => Prop.ForAll(Blocks(), blocks =>
    {
        var trace = new SyntheticTrace(grain: 1);
        ExitClass bare = trace.Class(SyntheticTrace.Bare);
        int round = 0;
        foreach ((int vcpu, int exits, int warmUp, int coolDown) in blocks)
        {
            trace.Block(EventGroups.None, round++, exits, vcpu: vcpu, warmUp: warmUp, coolDown: coolDown);
            for (int i = 0; i < exits; i++) trace.Exit(bare, 10 + vcpu, 10, 10);
        }
        TraceSummary summary = trace.Summarise();
        int used = blocks.Sum(b => b.Exits - b.WarmUp - b.CoolDown);
        Assert.Equal(used, summary.UntracedExits);
        Assert.Equal(blocks.Sum(b => b.Exits), used + Count("warm-up") + Count("cool-down"));
        ConfigurationSummary all = Assert.Single(summary.Configurations);
        if (all.Vcpus.IsEmpty) return;
        foreach (VcpuSummary vcpu in all.Vcpus)
        {
            int own = blocks.Where(b => b.Vcpu == vcpu.Vcpu).Sum(b => b.Exits - b.WarmUp - b.CoolDown);
            Assert.Equal(own, vcpu.Figures.Untraced?.Total.Exits ?? 0);
            if (own > 0) Assert.Equal(30 + vcpu.Vcpu, vcpu.Figures.Untraced!.Total.P50);
        }

        long Count(string id) => summary.Findings.SingleOrDefault(f => f.Id == id)?.Count ?? 0;
    }).Holds();

    [Fact]
    public void In_a_quad_the_blocks_of_one_time_are_one_measurement()
    {
        var analysis = new QuadAnalysis();
        analysis.Header(new SyntheticTrace(EventGroups.None, configurations: 2).Header);
        int index = 0;
        foreach (int side in (int[])[0, 1, 1, 0])
        {
            for (int vcpu = 0; vcpu < 2; vcpu++, index++)
            {
                double median = (side == 0 ? 100 : 200) * (vcpu == 0 ? 1 : 4);
                analysis.Block(
                    new Block(
                        index,
                        side,
                        EventGroups.None,
                        0,
                        false,
                        (ulong)index * 1000,
                        (ulong)index * 1000 + 900,
                        0,
                        0,
                        median,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        Quad: 7,
                        Vcpu: vcpu
                    )
                );
            }
        }
        analysis.Finish();
        Assert.Equal(1, analysis.Untraced.Count);
        Assert.Equal(0, analysis.Incomplete);
        Assert.Equal([200, 200], analysis.Untraced.Totals.Base(0).Select(m => Math.Round(m, 6)));
        Assert.Equal(200, Assert.Single(analysis.Untraced.Totals.Contrasts(0)), 6);
    }

    private static Arbitrary<(int Vcpu, int Exits, int WarmUp, int CoolDown)[]> Blocks() =>
        (from vcpu in Gen.Choose(0, 3)
         from exits in Gen.Choose(1, 30)
         from warmUp in Gen.Choose(0, exits)
         from coolDown in Gen.Choose(0, exits - warmUp)
         select (vcpu, exits, warmUp, coolDown)).NonEmptyListOf().Select(l => l.ToArray()).ToArbitrary();
}
