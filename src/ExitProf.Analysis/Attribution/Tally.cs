using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Everything that is added up over the exits of one key under one configuration and one set of events. Its size does not depend on their
/// number.
/// </summary>
/// <remarks>
/// Fifteen counters per exit are the work of an analysis, so <see cref="Add(ReadOnlySpan{ushort}, int)"/> reaches them without a call: it
/// holds the counters of the histograms' small values directly and turns to the histogram itself when a value is not among them.
/// </remarks>
internal sealed class Tally
{
    private readonly int grain;
    private readonly Histogram[] steps;
    private readonly Histogram[] rows;
    private readonly Histogram total = new();

    /// <summary>The near counters of <see cref="steps"/>, <see cref="rows"/> and <see cref="total"/>.</summary>
    private readonly long[][] stepCounts;
    private readonly long[][] rowCounts;
    private long[] totalCounts;

    /// <summary>Rows of several steps, as stamps: a row of one step is the step.</summary>
    private readonly (int First, int End)[] spans;

    /// <summary>Ticks from the first stamp to each stamp of the current exit.</summary>
    private readonly uint[] reached;

    /// <summary>Cycles from the first stamp to each stamp of the current wide exit.</summary>
    private readonly double[] reachedCycles;

    /// <summary>Ticks by delta since the last flush, the gap before the exit first, in vectors of eight.</summary>
    private readonly Vector256<uint>[] pending;
    private readonly Dictionary<int, RoundSums> rounds = [];

    /// <summary>What wide exits have added since the last flush.</summary>
    private readonly RoundSums wide;
    private long narrow;
    private ulong narrowTicks;

    /// <param name="walk">Of the key's signature; null if only totals are wanted or no walk explains the signature.</param>
    /// <param name="grain">Cycles per tick of the clock.</param>
    public Tally(TallyKey key, Walk? walk, int grain)
    {
        Key = key;
        Walk = walk;
        this.grain = grain;
        int count = walk is null ? 0 : key.Signature.Length - 1;
        steps = NewHistograms(count);
        stepCounts = [.. steps.Select(h => h.Near)];
        spans = walk is null
            ? []
            :
            [
                .. walk.Stages.Where(s => s.Steps.Length > 1).Select(s => Span(s.Name, s.Steps)),
                .. walk.Loop.IsEmpty ? [] : new[] { Inner(walk) },
            ];
        rows = NewHistograms(spans.Length);
        rowCounts = [.. rows.Select(h => h.Near)];
        totalCounts = total.Near;
        reached = new uint[count + 1];
        reachedCycles = new double[count + 1];
        pending = count == 0 ? [] : new Vector256<uint>[(count + Vector256<uint>.Count) / Vector256<uint>.Count];
        wide = new RoundSums(count);
    }

    public TallyKey Key { get; }

    public Walk? Walk { get; }

    /// <summary>The lengths of whole exits, in ticks.</summary>
    public Histogram Total => total;

    /// <summary>The lengths of the walk alone, in ticks: for an emulated guest without the loop around it.</summary>
    public Histogram WalkTotal => Walk is { Loop.IsEmpty: false } ? rows[^1] : total;

    /// <summary>In ticks.</summary>
    public IReadOnlyList<Histogram> Steps => steps;

    public IReadOnlyDictionary<int, RoundSums> Rounds => rounds;

    /// <summary>Exits by <see cref="BlockFindings"/>.</summary>
    public long[] ExitsByDoubts { get; } = new long[(int)(BlockFindings.LostEvents | BlockFindings.Eintr) + 1];

    public long Exits => ExitsByDoubts.Sum();

    /// <summary>In ticks, of a stage that has steps.</summary>
    public Histogram Stage(WalkStage stage) =>
        stage.Steps.Length == 1 ? steps[stage.Steps[0].Index] : rows[Array.FindIndex(spans, s => s.First == stage.Steps[0].Index)];

    /// <summary>Adds an exit whose stamps are all whole ticks apart and in order.</summary>
    /// <param name="lanes">In ticks, filled up to a multiple of eight; the first is the gap since the exit before and in no figure.</param>
    /// <param name="length">How many of them are deltas of the exit.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ReadOnlySpan<ushort> lanes, int length)
    {
        narrow++;
        uint sum = 0;
        long[][] counts = stepCounts;
        if (counts.Length == length - 1)
        {
            SumLanes(lanes, pending);
            ReadOnlySpan<ushort> deltas = lanes.Slice(1, counts.Length);
            Span<uint> ends = reached.AsSpan(1, deltas.Length);
            for (int i = 0; i < counts.Length; i++)
            {
                uint value = deltas[i];
                sum += value;
                ends[i] = sum;
                long[] row = counts[i];
                if (value < (uint)row.Length) row[value]++;
                else counts[i] = steps[i].AddFar(value);
            }
            AddRows();
        }
        else
        {
            foreach (ushort value in lanes[1..length]) sum += value;
        }
        narrowTicks += sum;
        if (sum < (uint)totalCounts.Length) totalCounts[sum]++;
        else totalCounts = total.AddFar(sum);
    }

    /// <summary>Adds an exit of any length; its stamps are in order.</summary>
    /// <param name="deltas">In cycles, none negative but perhaps the first, which is not looked at.</param>
    public void Add(ReadOnlySpan<long> deltas)
    {
        deltas = deltas[1..];
        double sum = 0;
        if (stepCounts.Length == deltas.Length)
        {
            ulong step = (ulong)grain, half = step / 2;
            for (int i = 0; i < deltas.Length; i++)
            {
                sum += deltas[i];
                reachedCycles[i + 1] = sum;
                wide.Steps[i] += deltas[i];
                ulong value = ((ulong)deltas[i] + half) / step;
                long[] row = stepCounts[i];
                if (value < (ulong)row.Length) row[value]++;
                else stepCounts[i] = steps[i].AddFar(value);
            }
            for (int k = 0; k < spans.Length; k++)
                rowCounts[k] = rows[k].AddFar(Ticks(reachedCycles[spans[k].End] - reachedCycles[spans[k].First]));
        }
        else
        {
            foreach (long delta in deltas) sum += delta;
        }
        AddTotal(sum);
    }

    /// <summary>Adds an exit of which only the length is known, in cycles.</summary>
    public void AddTotal(double cycles)
    {
        wide.Exits++;
        wide.Cycles += cycles;
        totalCounts = total.AddFar(Ticks(cycles));
    }

    /// <summary>
    /// Books everything added since the last call on one super-block. Call it at the end of every batch, before the sums of ticks outgrow
    /// 32 bits.
    /// </summary>
    public void Flush(int round, BlockFindings doubts)
    {
        long exits = narrow + wide.Exits;
        if (exits == 0) return;
        if (!rounds.TryGetValue(round, out var sums)) rounds.Add(round, sums = new RoundSums(steps.Length));
        sums.Exits += exits;
        sums.Cycles += narrowTicks * (double)grain + wide.Cycles;
        for (int i = 0; i < steps.Length; i++) sums.Steps[i] += PendingTicks(i) * (double)grain + wide.Steps[i];
        ExitsByDoubts[(int)doubts] += exits;
        narrow = 0;
        narrowTicks = 0;
        wide.Clear();
        Array.Clear(pending);
    }

    /// <summary>Adds everything that another tally of the same key and walk has added up; both must be flushed.</summary>
    public void Absorb(Tally other)
    {
        total.Merge(other.total);
        for (int i = 0; i < steps.Length; i++) steps[i].Merge(other.steps[i]);
        for (int i = 0; i < rows.Length; i++) rows[i].Merge(other.rows[i]);
        for (int i = 0; i < ExitsByDoubts.Length; i++) ExitsByDoubts[i] += other.ExitsByDoubts[i];
        foreach ((int round, RoundSums theirs) in other.rounds)
        {
            if (!rounds.TryGetValue(round, out RoundSums? sums)) rounds.Add(round, sums = new RoundSums(steps.Length));
            sums.Absorb(theirs);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddRows()
    {
        (int First, int End)[] list = spans;
        uint[] ends = reached;
        long[][] counts = rowCounts;
        for (int i = 0; i < list.Length; i++)
        {
            uint value = ends[list[i].End] - ends[list[i].First];
            long[] row = counts[i];
            if (value < (uint)row.Length) row[value]++;
            else counts[i] = rows[i].AddFar(value);
        }
    }

    /// <summary>Eight deltas at a time, in the groups that the decoder has just stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SumLanes(ReadOnlySpan<ushort> lanes, Vector256<uint>[] sums)
    {
        for (int k = 0; k < sums.Length; k++)
        {
            (var low, var high) = Vector128.Widen(Vector128.Create(lanes[(k * Vector256<uint>.Count)..]));
            sums[k] += Vector256.Create(low, high);
        }
    }

    private uint PendingTicks(int step)
    {
        (int k, int lane) = Math.DivRem(step + 1, Vector256<uint>.Count);
        return pending[k][lane];
    }

    private ulong Ticks(double cycles) => (ulong)Math.Round(cycles / grain);

    /// <summary>The walk without the loop around it.</summary>
    private static (int First, int End) Inner(Walk walk) =>
        Span("the walk", [.. walk.Stages.SelectMany(s => s.Steps).OrderBy(s => s.Index)]);

    private static (int First, int End) Span(string name, ImmutableArray<WalkStep> steps)
    {
        (int first, int last) = (steps[0].Index, steps[^1].Index);
        if (last - first + 1 != steps.Length) throw new InvalidOperationException($"the steps of {name} are not neighbours");
        return (first, last + 1);
    }

    private static Histogram[] NewHistograms(int count) => [.. Enumerable.Range(0, count).Select(_ => new Histogram())];
}
