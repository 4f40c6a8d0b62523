using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>One recording under way: calibration, then rounds of super-blocks, then the end.</summary>
internal sealed class RecordingSession
{
    /// <summary>
    /// How long the same events stay on. Switching them takes 1 to 15 ms on the hosts seen, and what is compared must lie close together:
    /// the load of other guests on the machine comes and goes.
    /// </summary>
    private static readonly TimeSpan SuperBlock = TimeSpan.FromMilliseconds(20);
    private const double BlockSeconds = 0.010;
    private const int LeastExitsPerBlock = 64;

    /// <summary>
    /// Exits at the start of a block that find caches and predictors cold, because the thread has slept: the first four took 2,000 cycles
    /// more than the later ones of a port write, the next four 100 more.
    /// </summary>
    private const int BlockWarmUp = 8;

    /// <summary>
    /// The same for the first block after events were switched, when the kernel's code has just been patched: 5,000 cycles more for the
    /// first four, nothing to be seen from the 16th on.
    /// </summary>
    private const int SwitchWarmUp = 32;

    /// <summary>An interval needs two rounds at the very least, however little time there is.</summary>
    private const int LeastRounds = 2;

    /// <summary>Exits that were asked for by number are spread over so many rounds: with eight a 99 % interval is worth having.</summary>
    private const int RoundsOfExits = 8;

    private readonly RecordOptions options;
    private readonly ModeProbe mode;
    private readonly ConfiguredGuests guests;
    private readonly ImmutableArray<Configured> configurations;
    private readonly VcpuThread thread;
    private readonly KernelTracing? tracing;
    private readonly FindingLedger findings;
    private readonly ITraceSink sink;
    private readonly BlockRunner runner;
    private readonly ExitClasses classes;
    private readonly ExitEncoder encoder;
    private readonly Schedule schedule;
    private readonly ulong seed;
    private readonly int grain = Tsc.MeasureGrain();
    private readonly long tscHertz;
    private readonly Backend backend = KvmBackend.Detect();
    private readonly EventGroups traced;
    private readonly ulong[] totals = new ulong[GuestLayout.MaxExits];
    private readonly long[] tracedExits;
    private readonly long[] untracedExits;
    private int blockIndex;

    public RecordingSession(
        RecordOptions options, ModeProbe mode, ConfiguredGuests guests, VcpuThread thread, ExitRunner exits, KernelTracing? tracing, FindingLedger findings, ITraceSink sink)
    {
        (this.options, this.mode, this.guests, this.thread, this.tracing, this.findings, this.sink) = (options, mode, guests, thread, tracing, findings, sink);
        configurations = guests.All;
        runner = new BlockRunner(thread, exits, tracing);
        classes = new ExitClasses(sink);
        encoder = new ExitEncoder(sink, grain);
        traced = tracing?.Events.Groups ?? EventGroups.None;
        tscHertz = configurations[0].Guest.Vcpu.TscHertz;
        seed = options.Seed ?? (ulong)Random.Shared.NextInt64();
        schedule = new Schedule(seed, traced, configurations.Length, eachGroupLeftOut: mode.Native);
        tracedExits = new long[2 * configurations.Length];
        untracedExits = new long[2 * configurations.Length];
        if (!exits.BuffersLocked || guests.WithEmptyLoops.Any(c => !c.Guest.MemoryLocked))
        {
            findings.Add(Severity.Info, "memory-not-locked", "Not all memory of the guest and of the stamps could be locked (raise RLIMIT_MEMLOCK): a page fault may fall into an exit.");
        }
        long shifted = guests.WithEmptyLoops.Count(c => c.Guest.TscOffset is not (null or 0));
        findings.Add(Severity.Error, "tsc-offset", "KVM does not let the guests' TSC equal the host's: stages between guest and host are wrong by the offset (host fact 'guest tsc offset', in cycles).", shifted);
        if (backend == Backend.Unknown)
        {
            findings.Add(Severity.Error, "unknown-backend", "Neither kvm_intel nor kvm_amd nor kvm_pvm shows under /sys/module: what the kernel's events mean here is not known.");
        }
    }

    /// <returns>True if it ran to its end, false if it was cancelled; the trace is whole in both cases.</returns>
    public bool Run(IProgress<RecordingProgress> progress, CancellationToken cancelled)
    {
        progress.Report(new(0, "calibrating", 0));
        var calibration = new CalibrationPhase(options.Scenario, backend, !mode.Native, tracing, runner, classes, findings, grain);
        calibration.Run(guests.WithEmptyLoops);
        sink.Header(Header(calibration.ProbeFloor));
        foreach (KeptBlock block in calibration.Blocks) Emit(block);
        blockIndex = calibration.Blocks.Count;

        var clock = Stopwatch.StartNew();
        for (int round = 0; !Finished(round, clock) && !cancelled.IsCancellationRequested; round++)
        {
            foreach (EventGroups events in schedule.Round())
            {
                RunSuperBlock(round, events, clock, progress, cancelled);
                if (cancelled.IsCancellationRequested || TimeIsUp(round, clock)) break;
            }
        }
        runner.Enable(EventGroups.None);
        End(cancelled.IsCancellationRequested);
        return !cancelled.IsCancellationRequested;
    }

    private void RunSuperBlock(int round, EventGroups events, Stopwatch clock, IProgress<RecordingProgress> progress, CancellationToken cancelled)
    {
        runner.Enable(events);
        long wanted = options.Exits is { } all ? (all + RoundsOfExits - 1) / RoundsOfExits : int.MaxValue;
        long start = clock.ElapsedMilliseconds, exits = 0;
        int warmUp = SwitchWarmUp;
        do
        {
            foreach (int c in schedule.Pass())
            {
                exits += RunBlock(configurations[c], round, events, warmUp, wanted);
                progress.Report(new(Share(clock), "recording", encoder.Exits));
                if (cancelled.IsCancellationRequested) return;
            }
            if (events == EventGroups.None)
            {
                foreach (Configured emptyLoop in guests.EmptyLoops) RunBlock(emptyLoop, round, events, warmUp, wanted);
            }
            warmUp = BlockWarmUp;
        }
        while (clock.ElapsedMilliseconds - start < SuperBlock.TotalMilliseconds && exits < wanted * configurations.Length);
    }

    /// <returns>How many of its exits count.</returns>
    private int RunBlock(Configured configured, int round, EventGroups events, int warmUp, long wanted)
    {
        int exits = ExitsPerBlock(configured, warmUp, wanted);
        BlockRun run = runner.Run(configured, exits, events);
        configured.CyclesPerExit = run.CyclesPerExit;
        ReadOnlySpan<ulong> guest = configured.Guest.Stamps(exits);
        warmUp = Math.Min(warmUp, exits);
        var block = new Block(blockIndex++, configured.Index, events, round, Calibration: false, run.Run.StartTsc, run.Run.EndTsc, exits, warmUp,
            MedianTotal(guest, warmUp), run.Run.Eintr, run.Collections, run.VoluntarySwitches, run.InvoluntarySwitches, run.StealTicks, run.Lost);
        sink.Block(block);
        encoder.Begin(block.Index, 0);
        runner.Assemble(configured, exits, events, (signature, stamps) => encoder.Add(classes.Of(configured.Workload, signature), stamps));
        encoder.Flush();
        CheckClock(guest, run.Run);
        if (events == traced) tracedExits[configured.Index] += exits - warmUp;
        if (events == EventGroups.None) untracedExits[configured.Index] += exits - warmUp;
        return exits - warmUp;
    }

    private int ExitsPerBlock(Configured configured, int warmUp, long wanted)
    {
        double byTime = BlockSeconds * tscHertz / Math.Max(configured.CyclesPerExit, 1);
        double exits = Math.Min(Math.Max(byTime, LeastExitsPerBlock / configured.Expected.Times), wanted) + warmUp;
        return (int)Math.Clamp(exits, 1, configured.MostExits);
    }

    private double MedianTotal(ReadOnlySpan<ulong> guest, int warmUp)
    {
        int used = 0;
        for (int i = 2 * warmUp; i < guest.Length; i += 2) totals[used++] = guest[i + 1] - guest[i];
        return GroupedMedian.Of(totals.AsSpan(0, used), grain);
    }

    /// <summary>A guest on another clock than the host would show stamps outside its own run.</summary>
    private void CheckClock(ReadOnlySpan<ulong> guest, in RunResult run)
    {
        if (guest[0] < run.StartTsc || guest[^1] > run.EndTsc)
        {
            findings.Add(Severity.Error, "tsc-mismatch", "The guest's stamps of a block lie outside the time in which it ran: its TSC is not the host's, stages between guest and host are wrong.");
        }
    }

    private bool TimeIsUp(int round, Stopwatch clock) => options.Exits == null && round >= LeastRounds - 1 && clock.Elapsed >= options.Duration;

    private bool Finished(int rounds, Stopwatch clock)
    {
        if (options.Exits is not { } wanted) return rounds >= LeastRounds && clock.Elapsed >= options.Duration;
        return rounds >= RoundsOfExits && configurations.All(c => untracedExits[c.Index] >= wanted && tracedExits[c.Index] >= wanted);
    }

    private double Share(Stopwatch clock) =>
        Math.Min(1, options.Exits is { } wanted ? configurations.Min(c => tracedExits[c.Index]) / (double)wanted : clock.Elapsed / options.Duration);

    private void Emit(KeptBlock kept)
    {
        sink.Block(kept.Block);
        encoder.Begin(kept.Block.Index, 0);
        foreach (var (signature, stamps) in kept.Exits) encoder.Add(classes.Of(kept.Workload, signature.AsSpan()), stamps);
        encoder.Flush();
    }

    private TraceHeader Header(double probeFloor) => new(
        options.Scenario.Name,
        "vmm",
        backend,
        mode.Mode.Name(),
        mode.Native,
        tracing?.Events.Name ?? EventSet.None.Name,
        traced,
        tscHertz,
        grain,
        probeFloor,
        seed,
        DateTime.UtcNow,
        [.. guests.WithEmptyLoops.Select(c => c.Configuration)],
        [.. HostFacts.Collect(), new Fact("guest tsc offset", configurations[0].Guest.TscOffset?.ToString(CultureInfo.InvariantCulture) ?? "not reported"), new Fact("vcpu thread", $"CPU {thread.Cpu}, {(thread.Favoured ? "SCHED_FIFO" : "SCHED_OTHER")}")])
    {
        StepFloor = configurations.Any(c => c.Guest.Emulator != null) ? Tsc.MeasureStampCycles() : 0,
    };

    private void End(bool interrupted)
    {
        findings.Add(Severity.DataLoss, "stamps-left-out", $"Stamps of exits with more than {ExitClass.MaxStamps} of them were left out.", runner.LeftOut);
        findings.Add(Severity.Info, "events-between-exits", "Kernel events lie between two exits, where something interrupted the guest's own loop: they are in no exit.", mode.Native ? runner.Between : 0);
        findings.Add(Severity.Error, "out-of-order", "Exits in which guest and VMM stamps contradict each other.", runner.OutOfOrder);
        if (tracing != null)
        {
            findings.Add(Severity.DataLoss, "damaged-events", "Pages or records of the kernel's ring buffer could not be read.", tracing.Reader.DamagedRecords);
            findings.Add(Severity.Info, "late-kvm-exit", "kvm_exit was written with interrupts on again (SVM before Linux 6.12): where a host interrupt ended the guest, its handler ran before the event and looks like the guest's time or the stage exit.", tracing.Reader.LateExits);
        }
        foreach (Configured configured in configurations.Where(c => c.Guest.Emulator != null)) ReportCache(configured);
        foreach (Finding finding in findings.All) sink.Finding(finding);
        sink.End(new TraceTotals(encoder.Exits, encoder.Batches, blockIndex, classes.Count, findings.All.Count, interrupted));
    }

    /// <summary>What the instruction cache did, warm-up and calibration included: with these figures a reader can tell a configuration that hits from one that misses.</summary>
    private void ReportCache(Configured configured)
    {
        CacheCounters c = configured.Cache;
        if (c == default) return;
        findings.Add(Severity.Info, $"instruction-cache {configured.Configuration.Name}", string.Create(CultureInfo.InvariantCulture,
            $"Instruction cache of {configured.Configuration.Name}: {c.Hits:N0} hits, {c.Misses:N0} misses, {c.Evictions:N0} evictions, {c.Invalidations:N0} invalidations, {c.ProtectedWrites:N0} writes to protected pages carried out."), Math.Max(1, c.Hits + c.Misses));
    }
}
