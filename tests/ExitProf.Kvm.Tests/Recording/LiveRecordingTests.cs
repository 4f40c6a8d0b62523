using ExitProf.Analysis;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf.Kvm.Tests.Recording;

/// <summary>Short recordings of every scenario on the host at hand.</summary>
public sealed class LiveRecordingTests
{
    private const string AllEight = "exit handler pio-search host-restore userspace guest-reload guest-entry guest-resume";

    // Between the search and RCU's note no event fires: nothing tells where the way back to the guest begins.
    private const string InKernel = "exit handler pio-search+guest-entry (host-restore) (userspace) (guest-reload) guest-resume";

    /// <summary>97 % is reached on a quiet machine; others may be working on this one.</summary>
    private const double CompleteShare = 0.9;

    private const string WithoutBus = "exit handler (pio-search) host-restore userspace guest-reload guest-entry guest-resume";

    // On PVM every border exists for these exits (measured). VMX and SVM do without the emulator for ports, hence fewer rows for IN.
    private static readonly Dictionary<string, string> PvmRows = new()
    {
        ["pio-out"] = AllEight,
        ["pio-in"] = AllEight,
        ["pio-search"] = AllEight,
        ["io-forms"] = AllEight,
        ["memslots"] = AllEight,
        ["bus-lock"] = AllEight,
        ["mmio-write"] = AllEight,
        ["mmio-read"] = AllEight,
        ["readonly-write"] = AllEight,
        ["state-copy"] = AllEight,
        ["state-transfer"] = AllEight,
        ["ioeventfd-pio"] = InKernel,
        ["ioeventfd-mmio"] = InKernel,
        ["coalesced-pio"] = InKernel,
        ["coalesced-mmio"] = InKernel,
        ["host-fpu"] = AllEight,
        ["intervening-thread"] = AllEight,
        ["syscall"] = AllEight,
        ["shutdown"] = WithoutBus,
        ["device-access"] = WithoutBus,
        ["icache-cold"] = WithoutBus,
        ["icache-hot"] = WithoutBus,
        ["icache-many"] = WithoutBus,
        ["icache-remap"] = WithoutBus,
        ["icache-self-modifying"] = WithoutBus,
        ["icache-two-address-spaces"] = WithoutBus,
    };

    // They have a total and no stages: units of guest work, calls of the VMM, and guests that do several things between their stamps. A
    // store to a page that nothing protects does not exit. VerifiedHostTests and the quick suite record them.
    private static readonly string[] TotalsOnly =
    [
        "context-switch",
        "cpu-loop",
        "hlt-wake",
        "icache-write",
        "ioeventfd-update",
        "memory-copy",
        "memslot-update",
        "mixed",
        "syscall-loop",
    ];

    // KVM's emulator runs ring 0 on PVM: from decode to decode, without a world switch.
    private static readonly Dictionary<string, string> PvmEmulatedRows = new()
    {
        ["cpuid"] = "(exit) handler (pio-search) (host-restore) (userspace) (guest-reload) (guest-entry) (guest-resume)",
        ["msr"] = "(exit) handler (pio-search) (host-restore) (userspace) (guest-reload) (guest-entry) (guest-resume)",
        ["eoi"] = "(exit) handler (pio-search) (host-restore) (userspace) (guest-reload) (guest-entry) (guest-resume)",
        ["tpr"] = "(exit) handler (pio-search) (host-restore) (userspace) (guest-reload) (guest-entry) (guest-resume)",
        ["hlt"] = "(exit) handler (pio-search) host-restore userspace guest-reload guest-entry (guest-resume)",
    };

    // PVM's emulator patches the foreign hypercall instruction and repeats it for ever.
    private const string Hypercall = "hypercall";

    public static IEnumerable<TheoryDataRow<string>> Scenarios => LiveSlice.Of(["pio-out", "ioeventfd-pio", Hypercall],
        ScenarioCatalog.All.Select(s => s.Name).Except(TotalsOnly));

    [Fact]
    public void The_rows_of_every_scenario_are_known() =>
        Assert.Equal(
            [.. PvmRows.Keys.Concat(PvmEmulatedRows.Keys).Concat(TotalsOnly).Append(Hypercall).Order(StringComparer.Ordinal)],
            ScenarioCatalog.All.Select(s => s.Name)
        );

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Every_scenario_is_recorded_with_the_stages_that_the_border_table_promises(string scenario)
    {
        string tracefs = HostNeeds.Tracefs();
        if (IsImpossible(scenario)) return;
        Recorded recorded = Recorded.Make(scenario, EventSet.Full);
        Assert.True(recorded.Whole);
        AssertNoInstance(tracefs);

        TraceHeader header = recorded.Trace.TraceHeader!;
        bool native = KvmBackend.Detect() != Backend.Pvm || PvmRows.ContainsKey(scenario);
        Assert.Equal((scenario, TraceSource.Vmm, "full", native), (header.Scenario, header.Source, header.Events, header.Native));
        Assert.Equal(KvmBackend.Detect(), header.Backend);
        Assert.True(header.Clock.Hertz > 100_000_000 && header.Clock.Grain is > 0 and < 1000);
        Assert.InRange(header.ProbeFloor, 1, 20_000);
        foreach (string fact in (string[])["cpu", "kernel", "kernel command line", "kvm back-end", "tsc flags", "cpus", "clocksource"])
        {
            Assert.NotEqual("", Assert.Single(header.Host, f => f.Name == fact).Value);
        }

        ConfigurationSummary configuration = Assert.Single(recorded.Summary.Configurations);
        Assert.Equal(Expected(recorded.Trace), configuration.Stages.Select(s => (s.Name, s.State, s.Bound)));
        if (header.Backend == Backend.Pvm) Assert.Equal((native ? PvmRows : PvmEmulatedRows)[scenario], Recorded.Rows(configuration));
        Assert.True(recorded.Used(header.Groups) >= 300 && recorded.Used(EventGroups.None) >= 300);
        Assert.True(recorded.Summary.Traced.Exits > 0);
        Assert.True(
            recorded.Summary.Traced.Complete >= CompleteShare * recorded.Summary.Traced.Exits,
            $"{recorded.Summary.Traced.Complete} of {recorded.Summary.Traced.Exits} exits are complete"
        );
        Assert.Equal(
            recorded.Summary.Traced.Exits,
            recorded.Summary.Traced.Complete + recorded.Summary.Traced.IncompleteByCause.Values.Sum()
        );
        Assert.DoesNotContain(
            recorded.Summary.Findings,
            f => f.Id is "tsc-mismatch" or "out-of-order" or "no-signature" or "weak-signature" or "stamps-left-out" or "damaged-events"
        );
        Assert.Equal(recorded.Trace.Exits.Count, recorded.Trace.Blocks.Sum(b => b.Exits));
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Without_kernel_events_only_the_vmms_own_stamps_separate_stages(string scenario)
    {
        if (IsImpossible(scenario)) return;
        Recorded recorded = Recorded.Make(scenario, EventSet.None);
        ConfigurationSummary configuration = Assert.Single(recorded.Summary.Configurations);
        Assert.Equal(EventGroups.None, recorded.Trace.TraceHeader!.Groups);
        string[] rows = Recorded.Rows(configuration).Split(' ');
        string present = string.Join(' ', rows.Where(r => !r.StartsWith('('))),
            absent = string.Join(' ', rows.Where(r => r.StartsWith('(')));
        bool userspace = recorded.Trace.Classes.Any(c => c.Destination == Destination.Userspace);
        string search = absent.Contains("(pio-search)", StringComparison.Ordinal) ? "" : "+pio-search";
        (string head, string tail) = configuration.Native ? ("exit+", "+guest-resume") : ("", "");
        Assert.Equal(userspace ? $"{head}handler{search}+host-restore userspace guest-reload+guest-entry{tail}"
            : configuration.Native ? $"exit+handler{search}+guest-entry+guest-resume" : "", present);
        Assert.Equal(0, recorded.Summary.Traced.Exits);
        Assert.True(recorded.Used(EventGroups.None) >= 300);
        Assert.All(recorded.Trace.Blocks, b => Assert.Equal(EventGroups.None, b.Events));
    }

    [Fact]
    public void The_lean_set_separates_what_its_events_border()
    {
        string tracefs = HostNeeds.Tracefs();
        Recorded recorded = Recorded.Make("pio-out", EventSet.Lean);
        AssertNoInstance(tracefs);
        ConfigurationSummary configuration = Assert.Single(recorded.Summary.Configurations);
        Assert.Equal(Expected(recorded.Trace), configuration.Stages.Select(s => (s.Name, s.State, s.Bound)));
        if (recorded.Trace.TraceHeader!.Backend == Backend.Pvm)
        {
            Assert.Equal(
                "exit+handler pio-search host-restore userspace guest-reload guest-entry+guest-resume",
                Recorded.Rows(configuration)
            );
        }
        // RCU's notes give the floor of a probe even though they are not part of the set.
        Assert.InRange(recorded.Trace.TraceHeader!.ProbeFloor, 1, 20_000);
        Assert.Equal(EventGroups.Kvm, recorded.Trace.TraceHeader!.Groups);
    }

    [Fact]
    public void The_deep_set_adds_accesses_to_msrs_and_no_stage()
    {
        HostNeeds.Tracefs();
        Recorded recorded = Recorded.Make("pio-out", EventSet.Deep);
        if (recorded.Trace.TraceHeader!.Backend != Backend.Pvm) return;
        Assert.Equal(AllEight, Recorded.Rows(Assert.Single(recorded.Summary.Configurations)));
        Assert.Contains(recorded.Trace.Classes, c => c.Calibrated && c.Signature.Contains(Stamp.WriteMsr));
    }

    [Fact]
    public void The_deep_set_ends_the_search_by_probes_or_says_why_it_cannot()
    {
        string tracefs = HostNeeds.Tracefs();
        Recorded recorded = Recorded.Make("pio-out", EventSet.Deep);
        bool probed = recorded.Trace.TraceHeader!.Groups.HasFlag(EventGroups.Probes);
        StageSummary search = Assert.Single(Assert.Single(recorded.Summary.Configurations).Stages, s => s.Stages.Contains(Stage.PioSearch));
        Assert.Equal(probed ? Bound.Exact : Bound.Upper, search.Bound);
        Assert.Equal(
            probed ? 0 : 1,
            recorded.Summary.Findings.Count(f => f.Id == "no-probes" && f.Text.Contains(" failed with E", StringComparison.Ordinal))
        );
        Assert.Equal(probed, recorded.Trace.Classes.Any(c => c.Calibrated && c.Signature.Contains(Stamp.BusWriteEnd)));
        AssertNoInstance(tracefs);
        string list = Path.Combine(tracefs, "dynamic_events");
        if (File.Exists(list))
            Assert.DoesNotContain($"exitprof_{Environment.ProcessId}_", File.ReadAllText(list), StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_carries_the_exact_median_of_its_exits()
    {
        Recorded recorded = Recorded.Make("ioeventfd-pio", EventSet.None);
        int grain = recorded.Trace.TraceHeader!.Clock.Grain;
        foreach (Block block in recorded.Trace.Blocks.Where(b => !b.Calibration))
        {
            double[] totals =
            [
                .. recorded
                    .Trace.Exits.Where(e => e.Block == block.Index)
                    .Skip(block.WarmUp)
                    .Select(e => (double)(e.Stamps[^1] - e.Stamps[0]))
                    .Order(),
            ];
            double median = (totals[(totals.Length - 1) / 2] + totals[totals.Length / 2]) / 2;
            Assert.InRange(block.MedianCycles, median - grain, median + grain);
            Assert.All(
                recorded.Trace.Exits.Where(e => e.Block == block.Index),
                e => Assert.True(e.Stamps[0] > block.StartTsc && e.Stamps[^1] < block.EndTsc)
            );
        }
    }

    [Fact]
    public void The_order_of_blocks_is_drawn_by_the_seed()
    {
        var first = Order(7);
        Assert.Equal(first, Order(7));
        Assert.NotEqual(first, Order(8));

        static List<(int, int)> Order(ulong seed)
        {
            var options = new SweepOptions(
                ScenarioCatalog.Get("pio-out"),
                ["device-delay=0,100,200,300"],
                64,
                TimeSpan.Zero,
                null,
                EventSet.None,
                seed
            );
            HostNeeds.Kvm();
            Recorded recorded = Recorded.Make(options, CancellationToken.None);
            Assert.Equal(seed, recorded.Trace.TraceHeader!.Seed);
            return [.. recorded.Trace.Blocks.Where(b => b.Round is >= 0 and < 4).Take(12).Select(b => (b.Round, b.Configuration))];
        }
    }

    [Fact]
    public void A_cancelled_recording_is_whole_and_says_that_it_was_interrupted()
    {
        string tracefs = HostNeeds.Tracefs();
        HostNeeds.Kvm();
        using var cancellation = new CancellationTokenSource();
        var options = new SweepOptions(ScenarioCatalog.Get("pio-out"), [], null, TimeSpan.FromMinutes(10), null, EventSet.Full, null);
        Recorded recorded = Recorded.Make(options, cancellation.Token, new CancelAfter(cancellation, exits: 3000));
        Assert.False(recorded.Whole);
        Assert.True(recorded.Trace.Totals!.Interrupted);
        Assert.True(recorded.Trace.Exits.Count >= 3000);
        AssertNoInstance(tracefs);
    }

    /// <summary>True if it is the one scenario that this host cannot run, and it said so; found out by running it.</summary>
    private static bool IsImpossible(string scenario)
    {
        if (scenario != Hypercall || KvmBackend.Detect() != Backend.Pvm) return false;
        string message = Assert.Throws<UnsupportedScenarioException>(() => Recorded.Make(scenario, EventSet.None)).Message;
        Assert.StartsWith("hypercall cannot run on this host: The guest ran for", message, StringComparison.Ordinal);
        return true;
    }

    /// <summary>
    /// What Walk makes of the calibrated signature and this back-end's row: the recorder and the analysis must agree with it.
    /// </summary>
    private static IEnumerable<(string, StageState, Bound)> Expected(RecordedTrace trace)
    {
        ExitClass calibrated = trace.Classes.Where(c => c.Calibrated).MaxBy(c => c.Signature.Length)!;
        BorderRow row = BorderTable.Row(trace.TraceHeader!, calibrated);
        return Walk.Of(row, calibrated.Signature.AsSpan())!.Stages.Select(s => (s.Name, s.State, s.Bound));
    }

    private static void AssertNoInstance(string tracefs) =>
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(tracefs, "instances"), $"exitprof_{Environment.ProcessId}_*"));

    /// <summary>Cancels once so many exits are recorded; on the recorder's own thread, so it cannot come late.</summary>
    private sealed class CancelAfter(CancellationTokenSource cancellation, long exits) : IProgress<RecordingProgress>
    {
        public void Report(RecordingProgress value)
        {
            if (value.Exits >= exits) cancellation.Cancel();
        }
    }
}
