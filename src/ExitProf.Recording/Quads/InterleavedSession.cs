using System.Diagnostics;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>
/// Two configurations, A and B, in quads of short blocks: ABBA or BAAB, drawn. What drifts evenly over a quad cancels in its contrast, and the shorter the
/// quad, the more of the drift does.
/// </summary>
/// <remarks>
/// Measured on a machine that others used too: blocks of 10 to 40 exits of 75 µs gave the same interval in half of the time that blocks of 80 took, and in
/// a tenth of the time of blocks of 320; neighbouring contrasts of short quads have nothing in common (ρ below 0.1, that of block medians is 0.8).
/// No block is left out for what happened in it: a rule that looks at the data could favour a side. The median of a block does not feel an interruption.
/// </remarks>
internal sealed class InterleavedSession
{
    private const double BlockSeconds = 0.0015;

    /// <summary>Of which a median is made.</summary>
    private const int LeastExitsPerBlock = 16;

    /// <summary>See <see cref="RecordingSession"/>: exits that find caches and predictors cold because the thread has slept.</summary>
    private const int BlockWarmUp = 8;

    /// <summary>A block of each side after a switch of events or new VMs is of no quad.</summary>
    private const int SwitchWarmUp = 40;

    /// <summary>A unit of guest work is a millisecond or more: one is warm-up enough, and three have a median that feels no interruption of one.</summary>
    private const int LeastUnitsPerBlock = 3, UnitWarmUp = 1, UnitSwitchWarmUp = 3;

    /// <summary>Of a round with events off; as long as that they are on. The total is judged by the former, stages by the latter, whose shifts are larger parts of them.</summary>
    private static readonly TimeSpan Untraced = TimeSpan.FromMilliseconds(400), Traced = TimeSpan.FromMilliseconds(100);

    /// <summary>A short recording has shorter rounds: each kind of quad is spread over all of it.</summary>
    private const int LeastRounds = 8;
    private const double ShortestRound = 0.25;

    private readonly InterleaveOptions options;
    private readonly InterleavedGuests guests;
    private readonly TraceOutput output;
    private readonly ulong seed;
    private readonly SplitMix64 random;
    private readonly Stopwatch clock = new();
    private readonly double roundShare;
    private int quad;
    private int untracedQuads;

    public InterleavedSession(InterleaveOptions options, InterleavedGuests guests, TraceOutput output)
    {
        (this.options, this.guests, this.output) = (options, guests, output);
        seed = options.Seed ?? (ulong)Random.Shared.NextInt64();
        random = new SplitMix64(seed);
        roundShare = options.Quads != null ? 1 : Math.Clamp(options.Duration / LeastRounds / (Untraced + Traced), ShortestRound, 1);
    }

    /// <inheritdoc cref="RecordingSession.Run"/>
    public bool Run(Func<bool> decided, IProgress<RecordingProgress> progress, CancellationToken cancelled)
    {
        progress.Report(new(0, "calibrating", 0));
        output.Begin(guests.Current, seed, options.Looks);
        clock.Start();
        int look = 1;
        for (int round = 0; Share < 1 && !cancelled.IsCancellationRequested; round++)
        {
            if (round > 0) guests.Renew();
            RunSpan(round, EventGroups.None, Untraced, progress, cancelled);
            // However few quads were asked for, some of them have stages.
            if (output.Traced != EventGroups.None && (Share < 1 || round == 0)) RunSpan(round, output.Traced, Traced, progress, cancelled);
            if (look >= options.Looks || Share < LookAt(look) || cancelled.IsCancellationRequested) continue;
            if (decided()) break;
            while (look < options.Looks && Share >= LookAt(look)) look++;
        }
        output.Enable(EventGroups.None);
        output.End(guests.Current.All, cancelled.IsCancellationRequested);
        return !cancelled.IsCancellationRequested;
    }

    /// <summary>Part of the whole that is there.</summary>
    private double Share => options.Quads is { } wanted ? untracedQuads / (double)wanted : clock.Elapsed / options.Duration;

    /// <summary>Sizes double from look to look, up to the whole.</summary>
    private double LookAt(int look) => Math.Pow(2, look - options.Looks);

    private void RunSpan(int round, EventGroups events, TimeSpan length, IProgress<RecordingProgress> progress, CancellationToken cancelled)
    {
        ConfiguredGuests both = guests.Current;
        output.Enable(events);
        foreach (Configured side in both.All)
        {
            int exits = Math.Min(OfUnits(side) ? UnitSwitchWarmUp : SwitchWarmUp, side.MostExits);
            output.RunBlock(side, exits, exits, events, round);
        }
        TimeSpan end = clock.Elapsed + roundShare * length;
        do
        {
            RunQuad(round, events, both.All[0], both.All[1]);
            progress.Report(new(Math.Min(1, Share), "comparing", output.Exits));
            if (cancelled.IsCancellationRequested) return;
        }
        while (clock.Elapsed < end && (Share < 1 || events != EventGroups.None && options.Quads != null));
        if (events != EventGroups.None) return;
        foreach (Configured emptyLoop in both.EmptyLoops) output.RunBlock(emptyLoop, ExitsPerBlock(emptyLoop, emptyLoop), WarmUp(emptyLoop), events, round);
    }

    private void RunQuad(int round, EventGroups events, Configured a, Configured b)
    {
        (Configured outside, Configured inside) = random.Heads() ? (a, b) : (b, a);
        // As many exits on both sides, so that no median is of more of them than another.
        int exits = ExitsPerBlock(a, b);
        foreach (Configured side in (ReadOnlySpan<Configured>)[outside, inside, inside, outside]) output.RunBlock(side, exits, WarmUp(a), events, round, quad);
        quad++;
        if (events == EventGroups.None) untracedQuads++;
    }

    private int ExitsPerBlock(Configured a, Configured b)
    {
        double byTime = BlockSeconds * output.TscHertz / Math.Max(Math.Max(a.CyclesPerExit, b.CyclesPerExit), 1);
        int least = OfUnits(a) ? LeastUnitsPerBlock : LeastExitsPerBlock / Math.Max(a.Expected.Times, b.Expected.Times);
        return (int)Math.Min(Math.Max(byTime, least) + WarmUp(a), Math.Min(a.MostExits, b.MostExits));
    }

    /// <summary>The same for both sides, which are of one scenario.</summary>
    private static int WarmUp(Configured side) => OfUnits(side) ? UnitWarmUp : BlockWarmUp;

    private static bool OfUnits(Configured side) => side.Workload.Unit != null;
}
