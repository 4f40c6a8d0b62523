using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Analysis;

public sealed class IdentityTests
{
    private const EventGroups All = EventGroups.Kvm | EventGroups.Rcu | EventGroups.RawSyscalls;
    private const double Floor = 480;
    private const int Untraced = 60_060;

    /// <summary>Cycles by which each group makes an exit longer, floors included.</summary>
    private static readonly Dictionary<EventGroups, int> Costs = new()
    {
        [EventGroups.Kvm] = 26 * 120,
        [EventGroups.Rcu] = 26 * 90,
        [EventGroups.RawSyscalls] = 26 * 200,
    };

    [Fact]
    public void Costs_that_add_up_leave_exactly_nothing()
    {
        var configuration = Record(4, random: null, synergy: 0).Configurations[0];
        Assert.Equal(0, configuration.Unattributed!.Value.Mean, 6);
        Assert.Equal(Costs.Values.Sum() - 11 * Floor, configuration.ProbeIndirect!.Value.Mean, 6);
        Assert.Equal(Untraced, Table(configuration), 6);
    }

    [Fact]
    public void Costs_that_only_arise_together_are_unattributed()
    {
        // The cost goes away without any of the three groups, so that each is blamed for all of it: probe-indirect has it three times, the
        // stages once, and two times are left over.
        const int Synergy = 26 * 100;
        var summary = Record(4, random: null, Synergy);
        var configuration = summary.Configurations[0];
        Assert.Equal(2 * Synergy, configuration.Unattributed!.Value.Mean, 6);
        Assert.Equal(Untraced, Table(configuration) + configuration.Unattributed!.Value.Mean, 6);
        var finding = summary.Findings.Single(f => f.Id == "unattributed");
        Assert.Equal(Severity.Error, finding.Severity);
        Assert.Contains("5,200 cycles", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_noise_explains_is_no_error()
    {
        // Few rounds, rare preemptions: the figure is far off, and its interval says that it may be.
        int judged = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            var summary = Record(5, new Random(seed), synergy: 0);
            var configuration = summary.Configurations[0];
            Assert.Equal(configuration.Untraced!.Mean.Mean, Table(configuration) + configuration.Unattributed!.Value.Mean, 1e-6);
            if (summary.Findings.Any(f => f is { Id: "unattributed", Severity: Severity.Error })) judged++;
        }
        Assert.InRange(judged, 0, 2);
    }

    [Fact]
    public void Noise_does_not_hide_what_never_adds_up()
    {
        var summary = Record(12, new Random(1), synergy: 26 * 1_000, preemption: 0);
        Assert.Equal(Severity.Error, summary.Findings.Single(f => f.Id == "unattributed").Severity);
    }

    [Fact]
    public void With_a_single_group_the_identity_says_nothing_and_says_so()
    {
        var trace = new SyntheticTrace(EventGroups.Kvm, Floor);
        var full = trace.Class(SyntheticTrace.Full);
        var bare = trace.Class(SyntheticTrace.Bare);
        for (int round = 0; round < 3; round++)
        {
            trace.Block(EventGroups.None, round, 1).Exit(bare, 30_000, 200, 40_000);
            trace.Block(EventGroups.Kvm, round, 1).Exit(full, SyntheticTrace.Cycles(SyntheticTrace.FullTicks));
        }
        var summary = trace.Summarise();
        Assert.Equal(new Estimate(0, 0, 0), summary.Configurations[0].Unattributed);
        Assert.Equal(70_200, Table(summary.Configurations[0]), 6);
        Assert.Contains(summary.Findings, f => f.Id == "identity-trivial");
    }

    [Fact]
    public void Without_blocks_that_leave_a_group_out_nothing_is_claimed()
    {
        var trace = new SyntheticTrace(All, Floor);
        var full = trace.Class(SyntheticTrace.Full);
        var bare = trace.Class(SyntheticTrace.Bare);
        trace.Block(EventGroups.None, 0, 1).Exit(bare, 30_000, 200, 40_000);
        trace.Block(All, 0, 1).Exit(full, SyntheticTrace.Cycles(SyntheticTrace.FullTicks));
        var summary = trace.Summarise();
        Assert.Null(summary.Configurations[0].ProbeIndirect);
        Assert.Null(summary.Configurations[0].Unattributed);
        Assert.Contains(summary.Findings, f => f.Id == "probe-indirect-unmeasured");
        Assert.Contains(summary.Findings, f => f.Id == "too-few-rounds");
    }

    /// <summary>Σ corrected + incomplete − probe-indirect.</summary>
    private static double Table(ConfigurationSummary configuration) =>
        configuration.Stages.Sum(s => s.Corrected.Mean) + configuration.Incomplete.Mean - configuration.ProbeIndirect!.Value.Mean;

    /// <param name="random">Null for exits that are all the same.</param>
    /// <param name="synergy">Cycles that an exit takes longer if all groups are on.</param>
    /// <param name="preemption">Cycles that one exit in fifty loses.</param>
    private static TraceSummary Record(int rounds, Random? random, int synergy, int preemption = 26 * 40_000)
    {
        var trace = new SyntheticTrace(All, Floor);
        var full = trace.Class(SyntheticTrace.Full);
        var odd = trace.Class(SyntheticTrace.Full.InsertRange(1, (IEnumerable<Stamp>)[Stamp.RcuStart, Stamp.RcuEnd]), calibrated: false);
        var bare = trace.Class(SyntheticTrace.Bare);
        var partial = new Dictionary<EventGroups, ExitClass>();
        foreach (EventGroups group in All.Each())
            partial[All & ~group] = trace.Class([.. SyntheticTrace.Full.Where(s => s.Group() != group)], calibrated: false);

        for (int round = 0; round < rounds; round++)
        {
            foreach (EventGroups events in (EventGroups[])[EventGroups.None, All, .. partial.Keys])
            {
                trace.Block(events, round, 20);
                for (int i = 0; i < 20; i++)
                {
                    long total = Untraced + events.Each().Sum(g => Costs[g]) + (events == All ? synergy : 0) + Noise(out bool slow);
                    var exitClass = events == EventGroups.None ? bare : events != All ? partial[events] : slow ? odd : full;
                    trace.Exit(exitClass, Spread(total, exitClass.Signature.Length - 1));
                }
            }
        }
        return trace.Summarise();

        long Noise(out bool slow)
        {
            slow = random is not null && random.Next(50) == 0;
            return random is null ? 0 : random.Next(100) * 26 + (slow ? preemption : 0);
        }
    }

    /// <summary>So many whole ticks, evenly over the steps, the rest in the last.</summary>
    private static long[] Spread(long total, int steps)
    {
        long[] cycles = new long[steps];
        Array.Fill(cycles, total / 26 / steps * 26);
        cycles[^1] += total - cycles.Sum();
        return cycles;
    }
}
