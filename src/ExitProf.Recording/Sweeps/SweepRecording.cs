using System.Diagnostics;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// Records the configurations of a sweep interleaved, in blocks with kernel events, without, and with one group of events left out.
/// </summary>
public sealed class SweepRecording
{
    /// <summary>
    /// How long the same events stay on. Switching them takes 1 to 15 ms on the hosts seen, and what is compared must lie close together:
    /// the load of other guests on the machine comes and goes.
    /// </summary>
    private static readonly TimeSpan SuperBlock = TimeSpan.FromMilliseconds(20);
    private const double BlockSeconds = 0.010;
    private const int LeastExitsPerBlock = 64;

    /// <summary>The fewest units of guest work in a block; each takes as long as many exits.</summary>
    private const int LeastUnitsPerBlock = 4;
    private const int UnitWarmUp = 1;

    /// <summary>A call may wait for ten milliseconds.</summary>
    private const int LeastCallsPerBlock = 16;
    private const int CallWarmUp = 2;

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

    /// <summary>The same where no events are ever switched: as many as it took until nothing was to be seen where they were.</summary>
    private const int QuietWarmUp = 16;

    /// <summary>The share of the time that rounds are spread over which they may take.</summary>
    private const double MostOfSpread = 1.5;

    /// <summary>An interval needs two rounds at the very least, however little time there is.</summary>
    private const int LeastRounds = 2;

    private readonly SweepOptions options;
    private readonly Machines machines;
    private readonly BlockRecorder blocks;
    private readonly Schedule schedule;
    private readonly IProgress<RecordingProgress> progress;
    private readonly CancellationToken cancelled;
    private readonly Stopwatch clock = new();
    private readonly long[] tracedExits;
    private readonly long[] untracedExits;

    private SweepRecording(
        SweepOptions options,
        Machines machines,
        BlockRecorder blocks,
        Schedule schedule,
        IProgress<RecordingProgress> progress,
        CancellationToken cancelled
    )
    {
        (this.options, this.machines, this.blocks, this.schedule, this.progress, this.cancelled) = (
            options,
            machines,
            blocks,
            schedule,
            progress,
            cancelled
        );
        tracedExits = new long[2 * machines.All.Length];
        untracedExits = new long[2 * machines.All.Length];
    }

    /// <summary>Records all configurations of a sweep, interleaved: calibration, then rounds of super-blocks, then the end.</summary>
    /// <param name="kept">Threads and ring buffer that the caller keeps for further recordings; null makes them for this one.</param>
    /// <exception cref="KvmUnavailableException">KVM is not there or refuses.</exception>
    /// <exception cref="SettingException">Settings make no sense together.</exception>
    /// <exception cref="UnsupportedScenarioException">The scenario cannot run on this host.</exception>
    /// <exception cref="GuestException">The guest did something else than its program should.</exception>
    /// <returns>True if it ran to its end, false if it was cancelled; the trace is whole in both cases.</returns>
    public static bool Record(
        SweepOptions options,
        ITraceSink sink,
        IProgress<RecordingProgress> progress,
        CancellationToken cancelled,
        RecordingHost? kept = null
    )
    {
        using RecordingHost? own = kept == null ? new RecordingHost(options.Cpu) : null;
        RecordingHost host = kept ?? own!;
        var findings = new FindingLedger();
        using var kvm = new Kvm();
        progress.Report(new(0, "finding out which guest modes run natively", 0));
        HostTrial trial = HostTrial.Of(kvm, options.Scenario, options.Configurations, options.LeaveOutUnsupported, host.Threads, findings);
        using var vcpus = new Vcpus(host.Threads, trial.Parts, trial.Vcpus);
        using Machines machines = Machines.WarmedUp(kvm, trial, vcpus);
        // Opened last: a scenario that cannot run here must not have switched anything.
        KernelTracing? tracing = machines.HaveEvents ? host.Trace(options.Events, trial.Vcpus, findings) : null;
        var thread = new PinnedThread(host.Threads.First.ThreadId, host.Threads.First.Cpu);
        // Refused now, and not after all that was to be recorded.
        if (options.Functions) FunctionGraph.Open(thread).Dispose();
        progress.Report(new(0, "calibrating", 0));
        ulong seed = options.Seed ?? (ulong)Random.Shared.NextInt64();
        var setup = new RecordingSetup(trial, vcpus, tracing, findings, sink) { Unit = options.Unit, Facts = options.Facts };
        BlockRecorder blocks = BlockRecorder.Begin(setup, machines, seed, calibrationExits: options.CalibrationExits);
        var schedule = new Schedule(seed, blocks.Traced, machines.All.Length, eachGroupLeftOut: trial.Mode.Native)
        {
            Separate = blocks.SeparateEvents,
            Exact = options.Unit == ClockUnit.Instructions,
        };
        new SweepRecording(options, machines, blocks, schedule, progress, cancelled).RunRounds();
        if (options.Functions && !cancelled.IsCancellationRequested) new FunctionPass(setup, machines, progress).Run(thread, cancelled);
        blocks.End(machines.All, cancelled.IsCancellationRequested);
        return !cancelled.IsCancellationRequested;
    }

    private void RunRounds()
    {
        clock.Start();
        for (int round = 0; !Finished(round) && !cancelled.IsCancellationRequested; round++)
        {
            foreach (EventChoice events in schedule.Round())
            {
                RunSuperBlock(round, events);
                if (cancelled.IsCancellationRequested || TimeIsUp(round)) break;
            }
            Wait(options.Spread * (round + 1) / options.Rounds - clock.Elapsed);
        }
    }

    private void Wait(TimeSpan time)
    {
        if (time > TimeSpan.Zero) cancelled.WaitHandle.WaitOne(time);
    }

    private void RunSuperBlock(int round, EventChoice events)
    {
        blocks.Enable(events.Groups, events.LeftOut);
        long wanted = options.Exits is { } all ? (all + options.Rounds - 1) / options.Rounds : int.MaxValue;
        long start = clock.ElapsedMilliseconds, exits = 0;
        int warmUp = blocks.Traced == EventGroups.None ? QuietWarmUp : SwitchWarmUp;
        do
        {
            foreach (int c in schedule.Pass())
            {
                exits += RunBlock(machines.All[c], round, events, warmUp, wanted);
                progress.Report(new(Share(), "recording", blocks.Exits));
                if (cancelled.IsCancellationRequested) return;
            }
            if (events.Groups == EventGroups.None)
            {
                foreach (Machine emptyLoop in machines.EmptyLoops) RunBlock(emptyLoop, round, events, warmUp, wanted);
            }
            warmUp = BlockWarmUp;
        }
        while (clock.ElapsedMilliseconds - start < SuperBlock.TotalMilliseconds && exits < wanted * machines.All.Length);
    }

    /// <returns>How many of its exits count.</returns>
    private int RunBlock(Machine machine, int round, EventChoice events, int warmUp, long wanted)
    {
        if (machine.Workload.Unit != null) warmUp = UnitWarmUp;
        // A call has no way of its own through caches that a few others before it would not warm.
        if (machine.Call != null) warmUp = Math.Min(warmUp, CallWarmUp);
        int exits = ExitsPerBlock(machine, warmUp, wanted);
        warmUp = Math.Min(warmUp, exits);
        int used = blocks.Record(machine, exits, warmUp, events.Groups, round, leftOut: events.LeftOut);
        if (events == new EventChoice(blocks.Traced)) tracedExits[machine.Index] += used;
        if (events.Groups == EventGroups.None) untracedExits[machine.Index] += used;
        return used;
    }

    private int ExitsPerBlock(Machine machine, int warmUp, long wanted)
    {
        double byTime = BlockSeconds * blocks.TscHertz / Math.Max(machine.CyclesPerExit, 1);
        int least =
            machine.Workload.Unit != null ? LeastUnitsPerBlock
            : machine.Call != null ? LeastCallsPerBlock
            : LeastExitsPerBlock / machine.Expected.Times;
        double exits = Math.Min(Math.Max(byTime, least), wanted) + warmUp;
        return (int)Math.Clamp(exits, 1, machine.MostExits);
    }

    private bool TimeIsUp(int round) => options.Exits == null && round >= LeastRounds - 1 && clock.Elapsed >= options.Duration;

    private bool Finished(int rounds)
    {
        if (options.Exits is not { } wanted) return rounds >= LeastRounds && clock.Elapsed >= options.Duration;
        // Where they take far longer than they should, as on a machine that others use, fewer have to do.
        if (options.Spread > TimeSpan.Zero && rounds >= LeastRounds && clock.Elapsed > MostOfSpread * options.Spread) return true;
        return rounds >= options.Rounds && machines.All.All(c => untracedExits[c.Index] >= wanted && tracedExits[c.Index] >= wanted);
    }

    private double Share() =>
        Math.Min(
            1,
            options.Exits is { } wanted ? machines.All.Min(c => tracedExits[c.Index]) / (double)wanted : clock.Elapsed / options.Duration
        );
}
