using System.Collections.Immutable;
using System.Diagnostics;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>One recording under way: holds what changes while it runs.</summary>
internal sealed class RecordingSession
{
    /// <summary>Switching events on and off costs milliseconds, and what it leaves in the caches more: a super-block outweighs that.</summary>
    private static readonly TimeSpan SuperBlock = TimeSpan.FromMilliseconds(50);
    private const double BlockSeconds = 0.010;
    private const int LeastExitsPerBlock = 64;

    /// <summary>Exits at the start of a block that find caches and predictors cold, because the thread has slept.</summary>
    private const int BlockWarmUp = 16;

    /// <summary>The same for the first block after events were switched: the kernel's code has just been patched.</summary>
    private const int SwitchWarmUp = 128;

    /// <summary>An interval needs several rounds, however few exits were asked for.</summary>
    private const int LeastRounds = 4;

    private readonly RecordOptions options;
    private readonly ModeProbe mode;
    private readonly IReadOnlyList<Configured> configurations;
    private readonly BlockRunner blocks;
    private readonly ExitRunner runner;
    private readonly KernelTracing? tracing;
    private readonly FindingLedger findings;
    private readonly ITraceSink sink;
    private readonly ExitAssembler assembler = new();
    private readonly ExitClasses classes;
    private readonly Schedule schedule;
    private readonly ulong seed;
    private readonly int grain = Tsc.MeasureGrain();
    private readonly Backend backend = KvmBackend.Detect();
    private readonly EventGroups traced;
    private readonly bool userspace;
    private readonly ulong[] totals = new ulong[GuestLayout.MaxExits];
    private readonly long[] tracedExits;
    private readonly long[] untracedExits;
    private ExitEncoder? encoder;
    private int blockIndex;

    public RecordingSession(RecordOptions options, ModeProbe mode, IReadOnlyList<Configured> configurations, VcpuThread thread, ExitRunner runner, KernelTracing? tracing, FindingLedger findings, ITraceSink sink)
    {
        (this.options, this.mode, this.configurations, this.runner, this.tracing, this.findings, this.sink) = (options, mode, configurations, runner, tracing, findings, sink);
        blocks = new BlockRunner(thread, runner);
        traced = tracing?.Events.Groups ?? EventGroups.None;
        userspace = options.Scenario.Destination == Destination.Userspace;
        classes = new ExitClasses(sink, options.Scenario.Kind, options.Scenario.Destination, userspace ? configurations[0].Workload.Expected.Reason.Name() : "");
        seed = options.Seed ?? (ulong)Random.Shared.NextInt64();
        schedule = new Schedule(seed, traced, configurations.Count);
        tracedExits = new long[configurations.Count];
        untracedExits = new long[configurations.Count];
    }

    public bool Run(IProgress<RecordingProgress> progress, CancellationToken cancelled)
    {
        NoteMemory();
        progress.Report(new(0, "calibrating", 0));
        double floor = Calibrate(out var kept);
        sink.Header(Header(floor));
        encoder = new ExitEncoder(sink, grain);
        foreach (KeptBlock block in kept) Emit(block);

        var clock = Stopwatch.StartNew();
        for (int round = 0; !Finished(round, clock) && !cancelled.IsCancellationRequested; round++)
        {
            foreach (EventGroups events in schedule.Round())
            {
                RunSuperBlock(round, events, clock, progress, cancelled);
                if (cancelled.IsCancellationRequested || TimeIsUp(round, clock)) break;
            }
        }
        tracing?.Enable(EventGroups.None);
        End(cancelled.IsCancellationRequested);
        return !cancelled.IsCancellationRequested;
    }

    private void RunSuperBlock(int round, EventGroups events, Stopwatch clock, IProgress<RecordingProgress> progress, CancellationToken cancelled)
    {
        if (tracing != null)
        {
            tracing.Enable(events);
            tracing.Reader.Read();
        }
        long wanted = options.Exits is { } exitsWanted ? (exitsWanted + LeastRounds - 1) / LeastRounds : int.MaxValue;
        long start = clock.ElapsedMilliseconds, exits = 0;
        int warmUp = SwitchWarmUp;
        do
        {
            foreach (int c in schedule.Pass())
            {
                exits += RunBlock(configurations[c], round, events, warmUp, wanted);
                progress.Report(new(Share(clock), "recording", encoder!.Exits));
                if (cancelled.IsCancellationRequested) return;
            }
            warmUp = BlockWarmUp;
        }
        while (clock.ElapsedMilliseconds - start < SuperBlock.TotalMilliseconds && exits < wanted * configurations.Count);
    }

    /// <returns>How many of its exits count.</returns>
    private int RunBlock(Configured configured, int round, EventGroups events, int warmUp, long wanted)
    {
        int exits = ExitsPerBlock(configured, warmUp, wanted);
        BlockRun run = blocks.Run(configured.Guest, configured.Workload, exits);
        ReadOnlySpan<ulong> guest = configured.Guest.Stamps(exits);
        long lost = 0;
        if (tracing != null && events != EventGroups.None)
        {
            tracing.Reader.Read();
            lost = tracing.Reader.Lost;
        }
        warmUp = Math.Min(warmUp, exits);
        var block = new Block(blockIndex++, configured.Index, events, round, Calibration: false, run.Run.StartTsc, run.Run.EndTsc, exits, warmUp,
            MedianTotal(guest, warmUp), run.Run.Eintr, run.Collections, run.VoluntarySwitches, run.InvoluntarySwitches, run.StealTicks, lost);
        configured.CyclesPerExit = (run.Run.EndTsc - run.Run.StartTsc) / (double)exits;
        sink.Block(block);
        encoder!.Begin(block.Index, 0);
        Assemble(configured, guest, exits, events, (signature, stamps) => encoder.Add(classes.Of(signature, configured.Workload.Subkey), stamps));
        encoder.Flush();
        CheckClock(guest, run.Run);
        if (events == traced) tracedExits[configured.Index] += exits - warmUp;
        else if (events == EventGroups.None) untracedExits[configured.Index] += exits - warmUp;
        return exits - warmUp;
    }

    private void Assemble(Configured configured, ReadOnlySpan<ulong> guest, int exits, EventGroups events, ExitHandler handler)
    {
        ReadOnlySpan<ulong> vmm = userspace ? runner.Stamps(exits) : [];
        if (tracing != null && events != EventGroups.None) assembler.Assemble(guest, vmm, tracing.Reader.Times, tracing.Reader.Stamps, handler);
        else assembler.Assemble(guest, vmm, [], [], handler);
    }

    private int ExitsPerBlock(Configured configured, int warmUp, long wanted)
    {
        double byTime = BlockSeconds * TscHertz / Math.Max(configured.CyclesPerExit, 1);
        double exits = Math.Min(Math.Max(byTime, LeastExitsPerBlock), wanted) + warmUp;
        return (int)Math.Clamp(exits, 1, configured.Guest.Program.MaxExits);
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

    private long TscHertz => configurations[0].Guest.Vcpu.TscHertz;

    private bool TimeIsUp(int round, Stopwatch clock) => options.Exits == null && round >= LeastRounds - 1 && clock.Elapsed >= options.Duration;

    private bool Finished(int rounds, Stopwatch clock)
    {
        if (rounds < LeastRounds) return false;
        if (options.Exits is not { } wanted) return clock.Elapsed >= options.Duration;
        return untracedExits.Min() >= wanted && (traced == EventGroups.None || tracedExits.Min() >= wanted);
    }

    private double Share(Stopwatch clock) => Math.Min(1, options.Exits is { } wanted
        ? (traced == EventGroups.None ? untracedExits : tracedExits).Min() / (double)wanted
        : clock.Elapsed / options.Duration);

    private sealed record KeptBlock(Block Block, ulong Subkey, List<(ImmutableArray<Stamp> Signature, ulong[] Stamps)> Exits);

    private double Calibrate(out List<KeptBlock> kept)
    {
        kept = [];
        var untraced = new Calibration();
        var full = new Calibration();
        var floor = new Calibration();
        BorderRow row = BorderTable.Row(options.Scenario.Kind, options.Scenario.Destination, backend, vmmStamps: true);
        foreach (Configured configured in configurations)
        {
            kept.Add(CalibrationBlock(configured, EventGroups.None, untraced));
            if (tracing == null) continue;
            kept.Add(CalibrationBlock(configured, traced, full));
        }
        AddSignature(untraced, row);
        if (tracing == null) return 0;
        AddSignature(full, row);
        if (tracing.CanCalibrateFloor && !traced.HasFlag(EventGroups.Rcu)) kept.Add(CalibrationBlock(configurations[0], traced | EventGroups.Rcu, floor));
        else floor = full;
        double cycles = floor.ProbeFloor(grain);
        if (double.IsNaN(cycles)) return 0;
        if (floor.FloorIsUpperBound)
        {
            findings.Add(Severity.Info, "probe-floor-bound", "There are no two events with nothing between them on this host: the floor of a probe is the smallest gap of an exit and may hold some of the kernel's own work.");
        }
        return cycles;
    }

    private KeptBlock CalibrationBlock(Configured configured, EventGroups events, Calibration calibration)
    {
        if (tracing != null)
        {
            tracing.Enable(events);
            tracing.Reader.Read();
        }
        const int Exits = Recording.Calibration.Exits;
        BlockRun run = blocks.Run(configured.Guest, configured.Workload, Exits);
        if (tracing != null && events != EventGroups.None) tracing.Reader.Read();
        configured.CyclesPerExit = (run.Run.EndTsc - run.Run.StartTsc) / (double)Exits;
        ReadOnlySpan<ulong> guest = configured.Guest.Stamps(Exits);
        var exits = new List<(ImmutableArray<Stamp>, ulong[])>(Exits);
        Assemble(configured, guest, Exits, events, (signature, stamps) =>
        {
            calibration.Add(signature, stamps);
            exits.Add(([.. signature], stamps.ToArray()));
        });
        var block = new Block(blockIndex++, configured.Index, events, Round: -1, Calibration: true, run.Run.StartTsc, run.Run.EndTsc, Exits, Exits,
            double.NaN, run.Run.Eintr, run.Collections, run.VoluntarySwitches, run.InvoluntarySwitches, run.StealTicks, tracing?.Reader.Lost ?? 0);
        return new KeptBlock(block, configured.Workload.Subkey, exits);
    }

    private void AddSignature(Calibration calibration, BorderRow row)
    {
        if (calibration.Signature(row) is not { } signature)
        {
            findings.Add(Severity.Error, "no-signature", $"The border table explains none of the signatures of {options.Scenario.Name} on this host ({backend.Name()}): no stage can be told.");
            return;
        }
        classes.Calibrate(signature);
        double share = calibration.Share(signature);
        if (share < 0.5)
        {
            findings.Add(Severity.Error, "weak-signature", $"Only {share:P0} of the calibration's exits have the most frequent signature that the border table explains.");
        }
    }

    private void Emit(KeptBlock kept)
    {
        sink.Block(kept.Block);
        encoder!.Begin(kept.Block.Index, 0);
        foreach ((ImmutableArray<Stamp> signature, ulong[] stamps) in kept.Exits) encoder.Add(classes.Of(signature.AsSpan(), kept.Subkey), stamps);
        encoder.Flush();
    }

    private TraceHeader Header(double floor) => new(
        options.Scenario.Name,
        "vmm",
        backend,
        mode.Mode.Name(),
        mode.Native,
        tracing?.Events.Name ?? EventSet.None.Name,
        traced,
        TscHertz,
        grain,
        floor,
        seed,
        DateTime.UtcNow,
        [.. configurations.Select(c => c.Configuration)],
        HostFacts.Collect());

    private void NoteMemory()
    {
        if (!runner.BuffersLocked || configurations.Any(c => !c.Guest.MemoryLocked))
        {
            findings.Add(Severity.Info, "memory-not-locked", "Not all memory of the guest and of the stamps could be locked (raise RLIMIT_MEMLOCK): a page fault may fall into an exit.");
        }
        if (backend == Backend.Unknown)
        {
            findings.Add(Severity.Error, "unknown-backend", "Neither kvm_intel nor kvm_amd nor kvm_pvm shows under /sys/module: what the kernel's events mean here is not known.");
        }
    }

    private void End(bool interrupted)
    {
        findings.Add(Severity.DataLoss, "stamps-left-out", $"Stamps of exits with more than {ExitClass.MaxStamps} of them were left out.", assembler.LeftOut);
        findings.Add(Severity.Error, "out-of-order", "Exits in which guest and VMM stamps contradict each other.", assembler.OutOfOrder);
        if (tracing != null) findings.Add(Severity.DataLoss, "damaged-events", "Pages or records of the kernel's ring buffer could not be read.", tracing.Reader.DamagedRecords);
        foreach (Finding finding in findings.All) sink.Finding(finding);
        sink.End(new TraceTotals(encoder!.Exits, encoder.Batches, blockIndex, classes.Count, findings.All.Count, interrupted));
    }
}
