using ExitProf.Analysis;
using ExitProf.Traces;
using FsCheck;
using FsCheck.Fluent;

namespace ExitProf.Tests.Analysis;

public sealed class TraceAnalysisTests
{
    private const EventGroups All = EventGroups.Kvm | EventGroups.Rcu | EventGroups.RawSyscalls;
    private const int Floor = 480;

    [Fact]
    public void Every_stage_has_its_mean_probe_and_share()
    {
        var trace = new SyntheticTrace(floor: Floor);
        var full = trace.Class(SyntheticTrace.Full);
        var bare = trace.Class(SyntheticTrace.Bare);
        for (int round = 0; round < 3; round++)
        {
            trace.Block(EventGroups.None, round, 2).Exit(bare, 30_000, 200, 40_000).Exit(bare, 30_000, 200, 38_000);
            trace.Block(All, round, 2);
            trace
                .Exit(full, SyntheticTrace.Cycles(SyntheticTrace.FullTicks))
                .Exit(full, SyntheticTrace.Cycles(SyntheticTrace.FullTicks.Select(t => t + 2)));
        }
        var configuration = Assert.Single(trace.Summarise().Configurations);

        string[] names = ["exit", "handler", "pio-search", "host-restore", "userspace", "guest-reload", "guest-entry", "guest-resume"];
        int[] ticks = [50, 19 + 160 + 87 + 3, 93, 542 + 46 + 400 + 3, 8, 17 + 553 + 2, 889, 27 + 67 + 2];
        // A head of 0.43 in the mean of what was counted: exit has one, host-restore ends without,
        // guest-reload has one more, guest-resume one less.
        double[] events = [0.43, 3, 1, 2.57, 0, 1.43, 1, 1.57];
        Assert.Equal(names, configuration.Stages.Select(s => s.Name));
        Assert.Equal(ticks.Select(t => t * 26.0), configuration.Stages.Select(s => s.Cycles.Mean));
        Assert.All(events.Zip(configuration.Stages), s => Assert.Equal(s.First * Floor, s.Second.Probe, 0.06 * Floor));
        Assert.Equal(11.0 * Floor, configuration.Stages.Sum(s => s.Probe), 6);
        Assert.All(configuration.Stages, s =>
        {
            Assert.Equal(StageState.Present, s.State);
            Assert.Equal(s.Cycles.Mean - s.Probe, s.Corrected.Mean);
            // Beside the guest and the VMM any share is possible.
            bool bordered = s.Name is "exit" or "host-restore" or "guest-reload" or "guest-resume";
            Assert.Equal(bordered ? Floor : 0, s.Corrected.High - s.Corrected.Low, 6);
            Assert.InRange(s.Corrected.Mean, s.Corrected.Low, s.Corrected.High);
            Assert.Equal(s.Corrected.Mean / 69_200, s.Share, 12);
            Assert.Equal(s.Cycles.Mean, s.Steps.Sum(step => step.Mean), 9);
            Assert.Equal(s.Probe, s.Steps.Sum(step => step.Probe), 9);
            Assert.Equal(6, s.Cycles.Exits);
        });
        Assert.Equal(69_200, configuration.Untraced!.Mean.Mean);
        Assert.Equal(70_200, configuration.Untraced.Total.Max, 13.0);
        Assert.Equal(68_200, configuration.Untraced.Total.Min, 13.0);
        Assert.Equal(("vcpu_put", 543 * 26.0, 543 * 26.0), configuration.Stages[3].Steps[0] is var s ? (s.Name, s.Mean, s.P50) : default);
    }

    [Fact]
    public void Quantiles_are_those_of_the_planted_values()
    {
        var trace = new SyntheticTrace();
        var full = trace.Class(SyntheticTrace.Full);
        trace.Block(All, 0, 100);
        // The first step takes 1 to 100 ticks, each once, in an order that is not theirs.
        for (int i = 0; i < 100; i++) trace.Exit(full, SyntheticTrace.Cycles(SyntheticTrace.FullTicks.SetItem(0, 1 + i * 37 % 100)));
        var configuration = trace.Summarise().Configurations[0];
        var exit = configuration.Stages[0].Cycles;
        foreach (var (expected, got) in new[] { (50.5, exit.P50), (90.5, exit.P90), (99.5, exit.P99), (1, exit.Min), (100, exit.Max) })
            Assert.Equal(expected * 26, got, 6);
        double rest = 26 * (SyntheticTrace.FullTicks.Sum() - 49);
        Assert.Equal(rest + 50.5 * 26, configuration.Total.P50, 6);
        Assert.Equal(rest + 50.5 * 26, configuration.Total.Mean, 6);
    }

    [Fact]
    public void Stages_that_no_event_separates_are_one_row()
    {
        var trace = new SyntheticTrace(EventGroups.None);
        var bare = trace.Class(SyntheticTrace.Bare);
        trace.Block(EventGroups.None, 0, 1).Exit(bare, 26_000, 260, 52_000);
        var summary = trace.Summarise();
        var configuration = summary.Configurations[0];
        Assert.Equal(
            [("exit+handler+pio-search+host-restore", 26_000.0), ("userspace", 260), ("guest-reload+guest-entry+guest-resume", 52_000)],
            configuration.Stages.Select(s => (s.Name, s.Cycles.Mean)));
        Assert.Equal([StageState.Merged, StageState.Present, StageState.Merged], configuration.Stages.Select(s => s.State));
        Assert.Equal(78_260, configuration.Total.Mean);
        Assert.Equal((0L, 1L), (summary.Traced.Exits, summary.UntracedExits));
        Assert.Null(configuration.Unattributed);
        Assert.Empty(configuration.TracedCurve);
        Assert.DoesNotContain(summary.Findings, f => f.Severity == Severity.Error);
    }

    [Fact]
    public void Stages_that_an_exit_does_not_walk_through_have_no_figures()
    {
        var trace = new SyntheticTrace();
        var cpuid = trace.Class(
            [Stamp.GuestBefore, Stamp.RcuStart, Stamp.RcuEnd, Stamp.KvmCpuid, Stamp.RcuStart, Stamp.RcuEnd, Stamp.GuestAfter],
            kind: ExitKind.Cpuid, destination: Destination.Kernel);
        trace.Block(All, 0, 1).Exit(cpuid, SyntheticTrace.Cycles([40, 19, 100, 60, 20, 50]));
        var stages = trace.Summarise().Configurations[0].Stages;
        string[] absent = ["pio-search", "host-restore", "userspace", "guest-reload"];
        Assert.Equal(absent, stages.Where(s => s.State == StageState.Absent).Select(s => s.Name));
        Assert.All(
            stages.Where(s => s.State == StageState.Absent),
            s => Assert.True(double.IsNaN(s.Cycles.Mean) && double.IsNaN(s.Corrected.Mean))
        );
        Assert.Equal(289 * 26, stages.Where(s => s.State != StageState.Absent).Sum(s => s.Cycles.Mean));
    }

    [Fact]
    public void Stages_add_up_to_the_mean_total_of_complete_exits_however_long_exits_are() => Prop.ForAll(Exits(), exits =>
    {
        var trace = new SyntheticTrace();
        var full = trace.Class(SyntheticTrace.Full);
        trace.Block(All, 0, exits.Length);
        foreach (long[] exit in exits) trace.Exit(full, exit);
        var configuration = trace.Summarise().Configurations[0];
        double mean = exits.Average(e => (double)e.Sum());
        Assert.Equal(mean, configuration.Stages.Sum(s => s.Cycles.Mean), mean * 1e-12);
        Assert.Equal(mean, configuration.Total.Mean, mean * 1e-12);
        var steps = configuration.Stages.SelectMany(s => s.Steps).ToList();
        for (int i = 0; i < steps.Count; i++) Assert.Equal(exits.Average(e => (double)e[i]), steps[i].Mean, mean * 1e-12);
    }).Holds();

    [Fact]
    public void The_order_of_blocks_does_not_matter() => Prop.ForAll(Exits(), ArbMap.Default.ArbFor<int>(), (exits, seed) =>
    {
        var random = new Random(seed);
        var order = Enumerable.Range(0, exits.Length).ToArray();
        var straight = Summarise(order);
        random.Shuffle(order);
        var shuffled = Summarise(order);
        Assert.Equal(Figures(straight), Figures(shuffled));

        TraceSummary Summarise(int[] order)
        {
            var trace = new SyntheticTrace();
            var full = trace.Class(SyntheticTrace.Full);
            var bare = trace.Class(SyntheticTrace.Bare);
            foreach (int i in order)
            {
                trace.Block(i % 3 == 0 ? EventGroups.None : All, i / 3, 1);
                if (i % 3 == 0) trace.Exit(bare, exits[i].AsSpan(0, 3));
                else trace.Exit(full, exits[i]);
            }
            return trace.Summarise();
        }

        static IEnumerable<object> Figures(TraceSummary summary) => summary.Configurations.SelectMany(c =>
            c.Stages.SelectMany(s => new object[] { s.Cycles, s.Corrected, s.Share }).Append(c.Total).Append(c.Untraced!)
                .Concat(c.TracedCurve.Cast<object>()).Concat(c.UntracedCurve.Cast<object>()));
    }).Holds();

    [Fact]
    public void Warm_up_calibration_and_foreign_event_sets_are_counted_and_in_no_figure()
    {
        var trace = new SyntheticTrace();
        var full = trace.Class(SyntheticTrace.Full);
        long[] usual = SyntheticTrace.Cycles(SyntheticTrace.FullTicks);
        long[] slow = SyntheticTrace.Cycles(SyntheticTrace.FullTicks.Select(t => 10 * t));
        trace.Block(All, 0, 4, calibration: true).Exit(full, slow).Exit(full, slow).Exit(full, slow).Exit(full, slow);
        trace.Block(EventGroups.Probes, 0, 1).Exit(full, slow);
        // A batch ends between the warm-up's exits.
        trace.Block(All, 0, 1502, warmUp: 1500);
        for (int i = 0; i < 1500; i++) trace.Exit(full, slow);
        trace.Exit(full, usual).Exit(full, usual);
        var summary = trace.Summarise();
        Assert.Equal(usual.Sum(), summary.Configurations[0].Total.Max);
        Assert.Equal(2, summary.Traced.Exits);
        Assert.Equal(
            [("calibration", 4), ("unused-events", 1), ("warm-up", 1500)],
            Counts(summary, "calibration", "unused-events", "warm-up")
        );
    }

    [Fact]
    public void What_a_block_says_against_itself_becomes_a_counted_finding()
    {
        var trace = new SyntheticTrace();
        var full = trace.Class(SyntheticTrace.Full);
        trace.Analysis.Block(
            new Block(
                7,
                0,
                All,
                0,
                false,
                0,
                0,
                2,
                0,
                double.NaN,
                Eintr: 1,
                Collections: 2,
                VoluntarySwitches: 9,
                InvoluntarySwitches: 3,
                StealTicks: 4,
                LostEvents: 5
            )
        );
        trace.Block(All, 0, 1).Exit(full, SyntheticTrace.Cycles(SyntheticTrace.FullTicks));
        var summary = trace.Summarise();
        Assert.Equal(
            [("eintr", 1), ("gc", 2), ("lost-events", 5), ("missing-exits", 2), ("preempted", 3), ("steal", 4)],
            Counts(summary, "gc", "eintr", "lost-events", "preempted", "steal", "missing-exits"));
        Assert.Equal(5, summary.LostEvents);
        Assert.Contains("104,000,000 cycles", summary.Findings.Single(f => f.Id == "steal").Text, StringComparison.Ordinal);
        Assert.All(summary.Findings, f => Assert.EndsWith(".", f.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Memory_does_not_grow_with_the_number_of_exits()
    {
        const int PerBatch = 1_000;
        var trace = new SyntheticTrace();
        var full = trace.Class(SyntheticTrace.Full);
        var batch = new LastBatch();
        var encoder = new ExitEncoder(batch, SyntheticTrace.Grain);
        ulong[] stamps = new ulong[SyntheticTrace.Full.Length];
        for (int i = 1; i < stamps.Length; i++) stamps[i] = stamps[i - 1] + (ulong)(SyntheticTrace.FullTicks[i - 1] * SyntheticTrace.Grain);
        ulong period = stamps[^1] + SyntheticTrace.Grain;
        for (int i = 0; i < PerBatch; i++)
        {
            encoder.Add(full, stamps);
            for (int k = 0; k < stamps.Length; k++) stamps[k] += period;
        }
        encoder.Flush();
        Assert.Equal(1, encoder.Batches);

        Add(0, 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Add(1, 5_000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 5_000 * 512, $"{allocated} bytes: more than a few hundred for a block");
        Assert.Equal(5_001 * PerBatch, trace.Summarise().Traced.Complete);

        void Add(int first, int count)
        {
            for (int i = first; i < first + count; i++)
            {
                trace.Block(All, i / 100, PerBatch);
                trace.Analysis.Exits(new ExitBatch(i, 0, PerBatch, 0, batch.Data) { Coding = batch.Coding });
            }
        }
    }

    private static IEnumerable<(string, int)> Counts(TraceSummary summary, params string[] ids) =>
        summary.Findings.Where(f => ids.Contains(f.Id)).Select(f => (f.Id, (int)f.Count)).OrderBy(f => f.Id, StringComparer.Ordinal);

    /// <summary>Between 3 and 40 exits of fourteen steps: short ones, ones beyond 65,535 ticks, and ones that are no whole ticks.</summary>
    private static Arbitrary<long[][]> Exits()
    {
        var step = Gen.Frequency(
            (20, Gen.Choose(1, 900).Select(t => t * 26L)),
            (3, Gen.Choose(1, 65_535).Select(t => t * 26L)),
            (1, Gen.Choose(0, int.MaxValue).Select(c => (long)c))
        );
        return Arb.From(from count in Gen.Choose(3, 40) from exits in Gen.ArrayOf(Gen.ArrayOf(step, 14), count) select exits);
    }

    /// <summary>Keeps the bytes of a batch, so that it can be read again and again.</summary>
    private sealed class LastBatch : ITraceSink
    {
        public byte[] Data { get; private set; } = [];

        public BatchCoding Coding { get; private set; }

        public void Exits(in ExitBatch batch) => (Data, Coding) = (batch.Data.ToArray(), batch.Coding);

        public void Header(TraceHeader header) => throw new NotSupportedException();

        public void Class(ExitClass exitClass) => throw new NotSupportedException();

        public void Block(Block block) => throw new NotSupportedException();

        public void Finding(Finding finding) => throw new NotSupportedException();

        public void End(TraceTotals totals) => throw new NotSupportedException();
    }
}
