using System.Collections.Immutable;
using System.Diagnostics;
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

    /// <summary>Of guest work, each of which takes as long as many exits.</summary>
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

    /// <summary>Of the time that rounds are spread over.</summary>
    private const double MostOfSpread = 1.5;

    /// <summary>An interval needs two rounds at the very least, however little time there is.</summary>
    private const int LeastRounds = 2;

    private readonly RecordOptions options;
    private readonly ConfiguredGuests guests;
    private readonly ImmutableArray<Configured> configurations;
    private readonly TraceOutput output;
    private readonly Schedule schedule;
    private readonly ulong seed;
    private readonly long[] tracedExits;
    private readonly long[] untracedExits;

    public RecordingSession(RecordOptions options, ModeProbe mode, ConfiguredGuests guests, TraceOutput output)
    {
        (this.options, this.guests, this.output) = (options, guests, output);
        configurations = guests.All;
        seed = options.Seed ?? (ulong)Random.Shared.NextInt64();
        schedule = new Schedule(seed, output.Traced, configurations.Length, eachGroupLeftOut: mode.Native);
        tracedExits = new long[2 * configurations.Length];
        untracedExits = new long[2 * configurations.Length];
    }

    /// <returns>True if it ran to its end, false if it was cancelled; the trace is whole in both cases.</returns>
    public bool Run(IProgress<RecordingProgress> progress, CancellationToken cancelled)
    {
        progress.Report(new(0, "calibrating", 0));
        output.Begin(guests, seed, looks: 0);
        var clock = Stopwatch.StartNew();
        for (int round = 0; !Finished(round, clock) && !cancelled.IsCancellationRequested; round++)
        {
            foreach (EventGroups events in schedule.Round())
            {
                RunSuperBlock(round, events, clock, progress, cancelled);
                if (cancelled.IsCancellationRequested || TimeIsUp(round, clock)) break;
            }
            Wait(options.Spread * (round + 1) / options.Rounds - clock.Elapsed, cancelled);
        }
        output.Enable(EventGroups.None);
        output.End(configurations, cancelled.IsCancellationRequested);
        return !cancelled.IsCancellationRequested;
    }

    private static void Wait(TimeSpan time, CancellationToken cancelled)
    {
        if (time > TimeSpan.Zero) cancelled.WaitHandle.WaitOne(time);
    }

    private void RunSuperBlock(int round, EventGroups events, Stopwatch clock, IProgress<RecordingProgress> progress, CancellationToken cancelled)
    {
        output.Enable(events);
        long wanted = options.Exits is { } all ? (all + options.Rounds - 1) / options.Rounds : int.MaxValue;
        long start = clock.ElapsedMilliseconds, exits = 0;
        int warmUp = output.Traced == EventGroups.None ? QuietWarmUp : SwitchWarmUp;
        do
        {
            foreach (int c in schedule.Pass())
            {
                exits += RunBlock(configurations[c], round, events, warmUp, wanted);
                progress.Report(new(Share(clock), "recording", output.Exits));
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
        if (configured.Workload.Unit != null) warmUp = UnitWarmUp;
        // A call has no way of its own through caches that a few others before it would not warm.
        if (configured.Call != null) warmUp = Math.Min(warmUp, CallWarmUp);
        int exits = ExitsPerBlock(configured, warmUp, wanted);
        warmUp = Math.Min(warmUp, exits);
        int used = output.RunBlock(configured, exits, warmUp, events, round);
        if (events == output.Traced) tracedExits[configured.Index] += used;
        if (events == EventGroups.None) untracedExits[configured.Index] += used;
        return used;
    }

    private int ExitsPerBlock(Configured configured, int warmUp, long wanted)
    {
        double byTime = BlockSeconds * output.TscHertz / Math.Max(configured.CyclesPerExit, 1);
        int least = configured.Workload.Unit != null ? LeastUnitsPerBlock : configured.Call != null ? LeastCallsPerBlock : LeastExitsPerBlock / configured.Expected.Times;
        double exits = Math.Min(Math.Max(byTime, least), wanted) + warmUp;
        return (int)Math.Clamp(exits, 1, configured.MostExits);
    }

    private bool TimeIsUp(int round, Stopwatch clock) => options.Exits == null && round >= LeastRounds - 1 && clock.Elapsed >= options.Duration;

    private bool Finished(int rounds, Stopwatch clock)
    {
        if (options.Exits is not { } wanted) return rounds >= LeastRounds && clock.Elapsed >= options.Duration;
        // Where they take far longer than they should, as on a machine that others use, fewer have to do.
        if (options.Spread > TimeSpan.Zero && rounds >= LeastRounds && clock.Elapsed > MostOfSpread * options.Spread) return true;
        return rounds >= options.Rounds && configurations.All(c => untracedExits[c.Index] >= wanted && tracedExits[c.Index] >= wanted);
    }

    private double Share(Stopwatch clock) =>
        Math.Min(1, options.Exits is { } wanted ? configurations.Min(c => tracedExits[c.Index]) / (double)wanted : clock.Elapsed / options.Duration);
}
