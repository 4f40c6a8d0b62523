using System.Diagnostics;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// Two configurations, A and B, in quads of short blocks: ABBA or BAAB, drawn. What drifts evenly over a quad cancels in its contrast, and
/// the shorter the quad, the more of the drift does.
/// </summary>
/// <remarks>
/// Measured on a machine that others used too: blocks of 10 to 40 exits of 75 µs gave the same interval in half of the time that blocks of
/// 80 took, and in a tenth of the time of blocks of 320; neighbouring contrasts of short quads have nothing in common (ρ below 0.1, that of
/// block medians is 0.8). No block is left out for what happened in it: a rule that looks at the data could favour a side. The median of a
/// block does not feel an interruption.
/// </remarks>
public sealed class QuadRecording
{
    private const double BlockSeconds = 0.0015;

    /// <summary>The fewest exits that a median is made of.</summary>
    private const int LeastExitsPerBlock = 16;

    /// <summary>See <see cref="SweepRecording"/>: exits that find caches and predictors cold because the thread has slept.</summary>
    private const int BlockWarmUp = 8;

    /// <summary>A block of each side after a switch of events or new VMs is of no quad.</summary>
    private const int SwitchWarmUp = 40;

    /// <summary>
    /// A unit of guest work is a millisecond or more: one is warm-up enough, and three have a median that feels no interruption of one.
    /// </summary>
    private const int LeastUnitsPerBlock = 3, UnitWarmUp = 1, UnitSwitchWarmUp = 3;

    /// <summary>
    /// How long each round runs with events off, and with events on. The total is judged by the former, stages by the latter, whose shifts
    /// are larger parts of them.
    /// </summary>
    private static readonly TimeSpan Untraced = TimeSpan.FromMilliseconds(400), Traced = TimeSpan.FromMilliseconds(100);

    /// <summary>A short recording has shorter rounds: each kind of quad is spread over all of it.</summary>
    private const int LeastRounds = 8;
    private const double ShortestRound = 0.25;

    private readonly QuadOptions options;
    private readonly RenewedMachines machines;
    private readonly BlockRecorder blocks;
    private readonly SplitMix64 random;
    private readonly IProgress<RecordingProgress> progress;
    private readonly CancellationToken cancelled;
    private readonly Stopwatch clock = new();
    private readonly double roundShare;
    private int quad;
    private int untracedQuads;

    private QuadRecording(
        QuadOptions options,
        RenewedMachines machines,
        BlockRecorder blocks,
        SplitMix64 random,
        IProgress<RecordingProgress> progress,
        CancellationToken cancelled
    )
    {
        (this.options, this.machines, this.blocks, this.random, this.progress, this.cancelled) = (
            options,
            machines,
            blocks,
            random,
            progress,
            cancelled
        );
        roundShare = options.Quads != null ? 1 : Math.Clamp(options.Duration / LeastRounds / (Untraced + Traced), ShortestRound, 1);
    }

    /// <summary>Records two configurations of a scenario interleaved in quads of blocks.</summary>
    /// <param name="decided">Asked at each look but the last; true ends the recording.</param>
    /// <inheritdoc cref="SweepRecording.Record"/>
    public static bool Record(
        QuadOptions options,
        ITraceSink sink,
        Func<bool> decided,
        IProgress<RecordingProgress> progress,
        CancellationToken cancelled
    )
    {
        using var host = new RecordingHost(options.Cpu);
        var findings = new FindingLedger();
        using var kvm = new Kvm();
        progress.Report(new(0, "finding out which guest modes run natively", 0));
        HostTrial trial = HostTrial.Of(kvm, options.Scenario, options.Sides, leaveOut: false, host.Threads, findings);
        using var vcpus = new Vcpus(host.Threads, trial.Parts, trial.Vcpus);
        using var machines = new RenewedMachines(kvm, trial, vcpus, options.ApartEvenIfAlike);
        // Opened last: a scenario that cannot run here must not have switched anything.
        KernelTracing? tracing = machines.Current.HaveEvents ? host.Trace(options.Events, trial.Vcpus, findings) : null;
        progress.Report(new(0, "calibrating", 0));
        ulong seed = options.Seed ?? (ulong)Random.Shared.NextInt64();
        var setup = new RecordingSetup(trial, vcpus, tracing, findings, sink) { Unit = options.Unit };
        BlockRecorder blocks = BlockRecorder.Begin(setup, machines.Current, seed, options.Looks);
        new QuadRecording(options, machines, blocks, new SplitMix64(seed), progress, cancelled).RunRounds(decided);
        blocks.End(machines.Current.All, cancelled.IsCancellationRequested);
        return !cancelled.IsCancellationRequested;
    }

    private void RunRounds(Func<bool> decided)
    {
        clock.Start();
        int look = 1;
        for (int round = 0; Share < 1 && !cancelled.IsCancellationRequested; round++)
        {
            if (round > 0) machines.Renew();
            RunSpan(round, EventGroups.None, Untraced);
            // However few quads were asked for, some of them have stages.
            if (blocks.Traced != EventGroups.None && (Share < 1 || round == 0)) RunSpan(round, blocks.Traced, Traced);
            if (look >= options.Looks || Share < LookAt(look) || cancelled.IsCancellationRequested) continue;
            if (decided()) break;
            while (look < options.Looks && Share >= LookAt(look)) look++;
        }
    }

    /// <summary>Part of the whole that is there.</summary>
    private double Share => options.Quads is { } wanted ? untracedQuads / (double)wanted : clock.Elapsed / options.Duration;

    /// <summary>Sizes double from look to look, up to the whole.</summary>
    private double LookAt(int look) => Math.Pow(2, look - options.Looks);

    private void RunSpan(int round, EventGroups events, TimeSpan length)
    {
        Machines both = machines.Current;
        blocks.Enable(events);
        foreach (Machine side in both.All)
        {
            int exits = Math.Min(OfUnits(side) ? UnitSwitchWarmUp : SwitchWarmUp, side.MostExits);
            blocks.Record(side, exits, exits, events, round);
        }
        TimeSpan end = clock.Elapsed + roundShare * length;
        do
        {
            RunQuad(round, events, both.All[0], both.All[1]);
            progress.Report(new(Math.Min(1, Share), "comparing", blocks.Exits));
            if (cancelled.IsCancellationRequested)
                return;
        } while (clock.Elapsed < end && (Share < 1 || events != EventGroups.None && options.Quads != null));
        if (events != EventGroups.None)
            return;
        foreach (Machine emptyLoop in both.EmptyLoops)
            blocks.Record(emptyLoop, ExitsPerBlock(emptyLoop, emptyLoop), WarmUp(emptyLoop), events, round);
    }

    private void RunQuad(int round, EventGroups events, Machine a, Machine b)
    {
        (Machine outside, Machine inside) = random.Heads() ? (a, b) : (b, a);
        // As many exits on both sides, so that no median is of more of them than another.
        int exits = ExitsPerBlock(a, b);
        foreach (Machine side in (ReadOnlySpan<Machine>)[outside, inside, inside, outside])
            blocks.Record(side, exits, WarmUp(a), events, round, quad);
        quad++;
        if (events == EventGroups.None) untracedQuads++;
    }

    private int ExitsPerBlock(Machine a, Machine b)
    {
        double byTime = BlockSeconds * blocks.TscHertz / Math.Max(Math.Max(a.CyclesPerExit, b.CyclesPerExit), 1);
        int least = OfUnits(a) ? LeastUnitsPerBlock : LeastExitsPerBlock / Math.Max(a.Expected.Times, b.Expected.Times);
        return (int)Math.Min(Math.Max(byTime, least) + WarmUp(a), Math.Min(a.MostExits, b.MostExits));
    }

    /// <summary>The same for both sides, which are of one scenario.</summary>
    private static int WarmUp(Machine side) => OfUnits(side) ? UnitWarmUp : BlockWarmUp;

    private static bool OfUnits(Machine side) => side.Workload.Unit != null;
}
