using System.Globalization;
using ExitProf.Linux;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>What every recording writes: the header with what calibration found, block after block with its exits, findings, the end.</summary>
internal sealed class TraceOutput
{
    private readonly IScenario scenario;
    private readonly ModeProbe mode;
    private readonly VcpuRunners vcpus;
    private readonly KernelTracing? tracing;
    private readonly FindingLedger findings;
    private readonly ITraceSink sink;
    private readonly BlockRunner runner;
    private readonly ExitClasses classes;
    private readonly ExitEncoder encoder;
    private readonly Backend backend = KvmBackend.Detect();
    private readonly int grain = Tsc.MeasureGrain();
    private readonly ReaderCounts before;
    private readonly ulong[] totals = new ulong[GuestLayout.MaxExits];
    private int blockIndex;

    public TraceOutput(
        IScenario scenario, ModeProbe mode, ConfiguredGuests guests, VcpuRunners vcpus, KernelTracing? tracing, FindingLedger findings, ITraceSink sink)
    {
        (this.scenario, this.mode, this.vcpus, this.tracing, this.findings, this.sink) = (scenario, mode, vcpus, tracing, findings, sink);
        runner = new BlockRunner(vcpus, tracing);
        before = ReaderCounts.Of(tracing);
        classes = new ExitClasses(sink);
        encoder = new ExitEncoder(sink, grain);
        Traced = tracing?.Events.Groups ?? EventGroups.None;
        TscHertz = guests.All[0].Guest.Vcpu.TscHertz;
        if (!vcpus.BuffersLocked || guests.WithEmptyLoops.Any(c => c.Guests.Any(g => !g.MemoryLocked)))
        {
            findings.Add(FindingKind.MemoryNotLocked, "Not all memory of the guest and of the stamps could be locked (raise RLIMIT_MEMLOCK): a page fault may fall into an exit.");
        }
        long shifted = guests.WithEmptyLoops.Count(c => c.Guests.Any(g => g.TscOffset is not (null or 0)));
        findings.Add(FindingKind.TscOffset, "KVM does not let the guests' TSC equal the host's: stages between guest and host are wrong by the offset (host fact 'guest tsc offset', in cycles).", shifted);
        if (backend == Backend.Unknown)
        {
            findings.Add(FindingKind.UnknownBackend, "Neither kvm_intel nor kvm_amd nor kvm_pvm shows under /sys/module: what the kernel's events mean here is not known.");
        }
    }

    /// <summary>The groups that traced blocks have on; none without kernel events.</summary>
    public EventGroups Traced { get; }

    public long TscHertz { get; }

    /// <summary>See <see cref="RecordOptions.CalibrationExits"/>.</summary>
    public int CalibrationExits { get; init; } = Calibration.ExitsPerBlock;

    /// <summary>See <see cref="RecordOptions.Unit"/>.</summary>
    public ClockUnit Unit { get; init; }

    /// <inheritdoc cref="RecordOptions.Facts"/>
    public IReadOnlyList<Fact> Facts { get; init; } = [];

    /// <summary>Written so far.</summary>
    public long Exits => encoder.Exits;

    /// <summary>Calibrates, and writes the header and the exits that calibration made.</summary>
    /// <param name="looks">Of an interleaved comparison; 0 for any other recording.</param>
    public void Begin(ConfiguredGuests guests, ulong seed, int looks)
    {
        var calibration = new CalibrationPhase(scenario, backend, !mode.Native, tracing, runner, classes, findings, grain) { ExitsPerBlock = CalibrationExits };
        calibration.Run(guests.WithEmptyLoops);
        sink.Header(Header(guests, calibration.ProbeFloor, seed) with { Looks = looks });
        foreach (KeptBlock block in calibration.Blocks) Emit(block);
        blockIndex = calibration.Blocks.Count;
    }

    /// <inheritdoc cref="BlockRunner.Enable"/>
    public void Enable(EventGroups events) => runner.Enable(events);

    /// <summary>Runs a block and writes it, for each vCPU one.</summary>
    /// <param name="exits">Of each vCPU.</param>
    /// <param name="warmUp">How many of them, the first ones, are not to be used.</param>
    /// <returns>How many are to be used.</returns>
    public int RunBlock(Configured configured, int exits, int warmUp, EventGroups events, int round, int quad = Block.NoQuad)
    {
        BlockRun[] runs = runner.Run(configured, exits, events);
        configured.CyclesPerExit = runs.Max(r => r.CyclesPerExit);
        var common = Overlap.Of([.. runs.Select((_, i) => (configured.Ends(exits, i)[0], configured.Ends(exits, i)[^1]))]);
        int used = 0;
        for (int i = 0; i < runs.Length; i++)
        {
            BlockRun run = runs[i];
            ReadOnlySpan<ulong> ends = configured.Ends(exits, i);
            (int cold, int alone) = common.Outside(ends, warmUp);
            var block = new Block(blockIndex++, configured.Index, events, round, Calibration: false, run.Run.StartTsc, run.Run.EndTsc, exits, cold,
                MedianTotal(ends, cold, alone), run.Run.Eintr, run.Collections, run.VoluntarySwitches, run.InvoluntarySwitches, run.StealTicks, run.Lost, quad, i, alone);
            sink.Block(block);
            encoder.Begin(block.Index, i);
            runner.Assemble(configured, i, exits, events, (signature, stamps) => encoder.Add(classes.Of(configured.Workload, signature), stamps));
            encoder.Flush();
            CheckClock(ends, run.Run);
            used += block.Used;
        }
        return used;
    }

    /// <param name="configurations">All that were run; of VMs that were made anew meanwhile the last ones, which know the counts of all.</param>
    public void End(IEnumerable<Configured> configurations, bool interrupted)
    {
        findings.Add(FindingKind.StampsLeftOut, $"Stamps of exits with more than {ExitClass.MaxStamps} of them were left out.", runner.LeftOut);
        findings.Add(FindingKind.EventsBetweenExits, "Kernel events lie between two exits, where something interrupted the guest's own loop: they are in no exit.", mode.Native ? runner.Between : 0);
        findings.Add(FindingKind.OutOfOrder, "Exits in which guest and VMM stamps contradict each other.", runner.OutOfOrder);
        if (tracing != null)
        {
            // Readers outlive a recording where several are made one after the other.
            ReaderCounts since = ReaderCounts.Of(tracing).Since(before);
            findings.Add(FindingKind.DamagedEvents, "Pages or records of the kernel's ring buffer could not be read.", since.Damaged);
            findings.Add(FindingKind.ForeignEvents, "Kernel events on a vCPU's CPU are not of its thread: they are in no exit.", since.Foreign);
            findings.Add(FindingKind.LateKvmExit, "kvm_exit was written with interrupts on again (SVM before Linux 6.12): where a host interrupt ended the guest, its handler ran before the event and looks like the guest's time or the stage exit.", since.Late);
        }
        foreach (Configured configured in configurations.Where(c => c.Guest.Emulator != null)) ReportCache(configured);
        foreach (Configured configured in configurations) ReportWriter(configured);
        foreach (Finding finding in findings.All) sink.Finding(finding);
        sink.End(new TraceTotals(encoder.Exits, encoder.Batches, blockIndex, classes.Count, findings.All.Count, interrupted));
    }

    private readonly record struct ReaderCounts(long Damaged, long Foreign, long Late)
    {
        public static ReaderCounts Of(KernelTracing? tracing) =>
            tracing == null ? default : new(tracing.Readers.Sum(r => r.DamagedRecords), tracing.Readers.Sum(r => r.Foreign), tracing.Readers.Sum(r => r.LateExits));

        public ReaderCounts Since(ReaderCounts before) => new(Damaged - before.Damaged, Foreign - before.Foreign, Late - before.Late);
    }

    private double MedianTotal(ReadOnlySpan<ulong> guest, int warmUp, int coolDown)
    {
        int used = 0;
        for (int i = 2 * warmUp; i < guest.Length - 2 * coolDown; i += 2) totals[used++] = guest[i + 1] - guest[i];
        return GroupedMedian.Of(totals.AsSpan(0, used), grain);
    }

    /// <summary>A guest on another clock than the host would show stamps outside its own run.</summary>
    private void CheckClock(ReadOnlySpan<ulong> guest, in RunResult run)
    {
        if (guest[0] < run.StartTsc || guest[^1] > run.EndTsc)
        {
            findings.Add(FindingKind.TscMismatch, "The guest's stamps of a block lie outside the time in which it ran: its TSC is not the host's, stages between guest and host are wrong.");
        }
    }

    private void Emit(KeptBlock kept)
    {
        sink.Block(kept.Block);
        encoder.Begin(kept.Block.Index, kept.Block.Vcpu);
        foreach (var (signature, stamps) in kept.Exits) encoder.Add(classes.Of(kept.Workload, signature.AsSpan()), stamps);
        encoder.Flush();
    }

    private TraceHeader Header(ConfiguredGuests guests, double probeFloor, ulong seed) => new(
        scenario.Name,
        TraceSource.Vmm,
        backend,
        mode.Mode.Name(),
        mode.Native,
        tracing?.Events.Name ?? EventSet.None.Name,
        Traced,
        new TraceClock(TscHertz, grain, Unit),
        probeFloor,
        seed,
        DateTime.UtcNow,
        [.. guests.WithEmptyLoops.Select(c => c.Configuration)],
        [.. HostFacts.Collect(), .. Facts, new Fact("guest tsc offset", guests.All[0].Guest.TscOffset?.ToString(CultureInfo.InvariantCulture) ?? "not reported"), .. Enumerable.Range(0, vcpus.Count).Select(Thread)])
    {
        StepFloor = guests.All.Any(c => c.Guest.Emulator != null || !c.Workload.Steps.IsEmpty) ? Tsc.MeasureStampCycles() : 0,
    };

    /// <summary>What its readers cost a writer of the bus, warm-up and calibration included.</summary>
    private void ReportWriter(Configured configured)
    {
        if (configured.Companion is not BusWriter writer) return;
        findings.Add(FindingKind.BusUpdates, string.Create(CultureInfo.InvariantCulture,
            $"The bus of {configured.Configuration.Name} was changed {writer.Updates:N0} times beside the exits: {writer.MeanCycles:N0} cycles a change, the longest {writer.LongestCycles:N0}."), writer.Updates, configured.Configuration.Name);
    }

    private Fact Thread(int vcpu)
    {
        VcpuThread thread = vcpus.Threads[vcpu];
        return new Fact(vcpu == 0 ? "vcpu thread" : $"vcpu {vcpu} thread", $"CPU {thread.Cpu}, {(thread.Favoured ? "SCHED_FIFO" : "SCHED_OTHER")}");
    }

    /// <summary>What the instruction cache did, warm-up and calibration included: with these figures a reader can tell a configuration that hits from one that misses.</summary>
    private void ReportCache(Configured configured)
    {
        CacheCounters c = configured.Cache;
        if (c == default) return;
        findings.Add(FindingKind.InstructionCache, string.Create(CultureInfo.InvariantCulture,
            $"Instruction cache of {configured.Configuration.Name}: {c.Hits:N0} hits, {c.Misses:N0} misses, {c.Evictions:N0} evictions, {c.Invalidations:N0} invalidations, {c.ProtectedWrites:N0} writes to protected pages carried out."), Math.Max(1, c.Hits + c.Misses), configured.Configuration.Name);
    }
}
