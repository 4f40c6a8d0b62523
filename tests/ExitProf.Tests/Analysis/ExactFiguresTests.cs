using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Analysis;

/// <summary>A software CPU's exits have one count; a timer that interrupts a few must not move a figure.</summary>
public sealed class ExactFiguresTests
{
    private const EventGroups All = EventGroups.Kvm | EventGroups.Rcu | EventGroups.RawSyscalls;
    private const double Floor = 100;
    private const long Tick = 50_000;

    [Fact]
    public void Exits_that_a_timer_interrupted_move_no_figure_and_are_counted()
    {
        TraceSummary calm = Record(ticks: false), disturbed = Record(ticks: true);
        ConfigurationSummary one = Assert.Single(calm.Configurations), other = Assert.Single(disturbed.Configurations);
        Assert.Equal(new Estimate(3_000, 3_000, 3_000), one.Untraced!.Mean);
        Assert.Equal(one.Untraced.Mean, other.Untraced!.Mean);
        Assert.Equal(one.Stages.Select(s => (s.Corrected, s.Share)), other.Stages.Select(s => (s.Corrected, s.Share)));
        Assert.Equal(one.Stages.SelectMany(s => s.Steps).Select(s => s.Corrected),
            other.Stages.SelectMany(s => s.Steps).Select(s => s.Corrected));
        Assert.Equal((one.ProbeIndirect, one.Unattributed), (other.ProbeIndirect, other.Unattributed));
        Assert.DoesNotContain(calm.Findings, f => f.Is(FindingKind.OtherCounts));
        Assert.Equal(1, Assert.Single(disturbed.Findings, f => f.Is(FindingKind.OtherCounts)).Count);
        // The quantiles still tell of them.
        Assert.True(other.Untraced.Total.Max >= Tick);
    }

    [Fact]
    public void Stages_are_counts_without_their_probes_and_the_table_adds_up()
    {
        ConfigurationSummary one = Assert.Single(Record(ticks: true).Configurations);
        double sum = one.Stages.Where(s => s.State != StageState.Absent).Sum(s => s.Corrected.Mean);
        Assert.Equal(one.Untraced!.Mean.Mean, sum - one.ProbeIndirect!.Value.Mean + one.Unattributed!.Value.Mean, 6);
    }

    [Fact]
    public void Ways_of_the_VMM_that_differ_from_exit_to_exit_move_no_stage_but_its_own()
    {
        // The VMM's long way is the most frequent one in traced blocks and the rarer one in those that leave a group of events out.
        ConfigurationSummary one = Assert.Single(Record(ticks: false).Configurations),
            other = Assert.Single(Record(ticks: false, longWays: (Traced: 3, LeftOut: 2)).Configurations);
        Assert.Equal(Kernel(one), Kernel(other));
        Assert.Equal(one.ProbeIndirect, other.ProbeIndirect);

        static (string, Estimate)[] Kernel(ConfigurationSummary from) =>
            [.. from.Stages.Where(s => !s.Stages.Contains(Stage.Userspace)).Select(s => (s.Name, s.Corrected))];
    }

    [Fact]
    public void A_way_to_the_kernel_of_more_than_16_bits_moves_no_stage_but_its_own()
    {
        ConfigurationSummary one = Assert.Single(Record(ticks: false).Configurations),
            other = Assert.Single(Record(ticks: false, kernel: 70_000).Configurations);
        Assert.Equal(one.ProbeIndirect, other.ProbeIndirect);
        Assert.Equal(one.Stages.Skip(1).Select(s => s.Corrected), other.Stages.Skip(1).Select(s => s.Corrected));
    }

    /// <summary>Each event costs 120 instructions, 100 of them its floor.</summary>
    /// <param name="longWays">How many of a block's five exits take the VMM's long way.</param>
    /// <param name="kernel">Instructions that each exit takes more before its first event.</param>
    private static TraceSummary Record(bool ticks, (int Traced, int LeftOut) longWays = default, long kernel = 0)
    {
        const int Longer = 1_844;
        int userspace = SyntheticTrace.Full.IndexOf(Stamp.RunReturned);
        var trace = new SyntheticTrace(All, Floor, grain: 1, unit: ClockUnit.Instructions);
        ExitClass full = trace.Class(SyntheticTrace.Full), bare = trace.Class(SyntheticTrace.Bare);
        long[] steps = [.. SyntheticTrace.FullTicks.Select(t => (long)t)];
        long total = steps.Sum();
        for (int round = 0; round < 4; round++)
        {
            trace.Block(All, round, 5);
            for (int i = 0; i < 5; i++)
            {
                long[] own = [kernel + steps[0] + (ticks && round == 1 && i == 0 ? Tick : 0), .. steps[1..]];
                if (i < longWays.Traced) own[userspace] += Longer;
                trace.Exit(full, own);
            }
            trace.Block(EventGroups.None, round, 5);
            for (int i = 0; i < 5; i++) trace.Exit(bare, [kernel + 2_900, 50, 50 + (ticks && round == 2 && i == 3 ? Tick : 0)]);
            foreach (EventGroups group in All.Each())
            {
                trace.Block(All & ~group, round, 5);
                for (int i = 0; i < 5; i++) trace.Exit(bare, [kernel + total - 1_000, 500 + (i < longWays.LeftOut ? Longer : 0), 100]);
            }
        }
        return trace.Summarise();
    }
}
