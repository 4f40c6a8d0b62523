using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Everything that is added up over the exits of one key under one configuration and one set of events. Its size does not depend on their
/// number.
/// </summary>
/// <remarks>
/// Fifteen counters per exit are the work of an analysis. They are reached column by column: one histogram's counters stay in the nearest
/// cache while a thousand exits go into them.
/// </remarks>
internal sealed class Tally
{
    private readonly int grain;
    private readonly Histogram[] steps;
    private readonly Histogram[] rows;
    private readonly Histogram total = new();

    /// <summary>Rows of several steps, as stamps: a row of one step is the step.</summary>
    private readonly (int First, int End)[] spans;

    /// <summary>Cycles from the first stamp to each stamp of the current wide exit.</summary>
    private readonly double[] reachedCycles;

    /// <summary>Ticks by step that no round has yet.</summary>
    private readonly ulong[] pending;

    /// <summary>The same of wide exits, in cycles.</summary>
    private readonly double[] wideSteps;
    private readonly RoundTable rounds;
    private readonly long[] exitsByDoubts = new long[(int)(BlockFindings.LostEvents | BlockFindings.Eintr) + 1];
    private long wideExits;
    private double wideCycles;
    private long narrow;
    private ulong narrowTicks;

    /// <summary>Null until a short block comes.</summary>
    private WaitingExits? waiting;

    /// <summary>How many of those that wait are in the sums of their round already.</summary>
    private int booked;
    private uint[] sums = [];
    private int round;
    private BlockFindings doubts;

    /// <param name="walk">Of the key's signature; null if only totals are wanted or no walk explains the signature.</param>
    /// <param name="grain">Cycles per tick of the clock.</param>
    public Tally(TallyKey key, Walk? walk, int grain)
    {
        Key = key;
        Walk = walk;
        this.grain = grain;
        int count = walk is null ? 0 : key.Signature.Length - 1;
        steps = NewHistograms(count);
        spans = walk is null
            ? []
            :
            [
                .. walk.Stages.Where(s => s.Steps.Length > 1).Select(s => Span(s.Name, s.Steps)),
                .. walk.Loop.IsEmpty ? [] : new[] { Inner(walk) },
            ];
        rows = NewHistograms(spans.Length);
        reachedCycles = new double[count + 1];
        pending = new ulong[count];
        wideSteps = new double[count];
        rounds = new RoundTable(count);
    }

    public TallyKey Key { get; }

    public Walk? Walk { get; }

    /// <summary>The lengths of whole exits, in ticks.</summary>
    public Histogram Total
    {
        get
        {
            Settle();
            return total;
        }
    }

    /// <summary>
    /// The lengths without the VMM's own part (<see cref="Analysis.KernelPart"/>), in ticks; empty on a clock of time, and so in no
    /// summary.
    /// </summary>
    public Histogram KernelPart { get; } = new();

    /// <summary>The lengths of the walk alone, in ticks: for an emulated guest without the loop around it.</summary>
    public Histogram WalkTotal
    {
        get
        {
            Settle();
            return Walk is { Loop.IsEmpty: false } ? rows[^1] : total;
        }
    }

    /// <summary>In ticks.</summary>
    public IReadOnlyList<Histogram> Steps
    {
        get
        {
            Settle();
            return steps;
        }
    }

    public RoundTable Rounds
    {
        get
        {
            Settle();
            return rounds;
        }
    }

    /// <summary>Rounds that have been added up: the one under way may come to them.</summary>
    public int RoundsSoFar => rounds.Count;

    /// <summary>Exits by <see cref="BlockFindings"/>.</summary>
    public IReadOnlyList<long> ExitsByDoubts
    {
        get
        {
            Settle();
            return exitsByDoubts;
        }
    }

    public long Exits => ExitsByDoubts.Sum();

    /// <summary>In ticks, of a stage that has steps.</summary>
    public Histogram Stage(WalkStage stage)
    {
        Settle();
        return stage.Steps.Length == 1 ? steps[stage.Steps[0].Index] : rows[Array.FindIndex(spans, s => s.First == stage.Steps[0].Index)];
    }

    /// <summary>What is added from now on belongs to this super-block.</summary>
    /// <returns>Whether another one has ended.</returns>
    public bool Begin(int round, BlockFindings doubts)
    {
        if (round == this.round && doubts == this.doubts) return false;
        Book();
        (this.round, this.doubts) = (round, doubts);
        return true;
    }

    /// <summary>Adds an exit whose stamps are whole ticks apart and in order.</summary>
    /// <param name="exit">Its steps, each below <see cref="ExitColumns.TicksLimit"/>.</param>
    public void Add(ReadOnlySpan<uint> exit) => Waiting(1).Add(exit);

    /// <summary>Adds exits whose stamps are all whole ticks apart and in order.</summary>
    /// <param name="scratch">Where sums of several steps are made.</param>
    public void Add(ExitColumns columns, in ExitGroup group, ColumnScratch scratch)
    {
        bool withSteps = steps.Length > 0 && steps.Length == group.Length - 1;
        if (group.Count <= WaitingExits.FewAtOnce && (withSteps || steps.Length == 0))
        {
            Waiting(group.Count).Add(columns, group);
            return;
        }
        // The first column is the gap since the exit before and in no figure.
        for (int i = 1; i < group.Length; i++)
        {
            (ushort most, uint sum) = ColumnSums.MostAndSum(columns.Padded(group, i));
            scratch.Most[i - 1] = most;
            narrowTicks += sum;
            if (!withSteps) continue;
            pending[i - 1] += sum;
            steps[i - 1].Add(columns.Column(group, i), most);
        }
        narrow += group.Count;
        if (withSteps)
        {
            for (int k = 0; k < spans.Length; k++) scratch.AddSums(columns, group, spans[k].First, spans[k].End, rows[k]);
        }
        scratch.AddSums(columns, group, 0, group.Length - 1, total);
    }

    /// <summary>Adds an exit of any length; its stamps are in order.</summary>
    /// <param name="deltas">In cycles, none negative but perhaps the first, which is not looked at.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<long> deltas)
    {
        deltas = deltas[1..];
        double sum = 0;
        if (steps.Length > 0 && steps.Length == deltas.Length)
        {
            ulong step = (ulong)grain, half = step / 2;
            for (int i = 0; i < deltas.Length; i++)
            {
                sum += deltas[i];
                reachedCycles[i + 1] = sum;
                wideSteps[i] += deltas[i];
                steps[i].Add(((ulong)deltas[i] + half) / step);
            }
            for (int k = 0; k < spans.Length; k++)
                rows[k].Add(Ticks(reachedCycles[spans[k].End] - reachedCycles[spans[k].First]));
        }
        else
        {
            foreach (long delta in deltas) sum += delta;
        }
        AddTotal(sum);
    }

    /// <summary>Adds a length without the VMM's own part, in cycles.</summary>
    public void AddKernelPart(double cycles) => KernelPart.Add(Ticks(cycles));

    /// <summary>Adds an exit of which only the length is known, in cycles.</summary>
    public void AddTotal(double cycles)
    {
        wideExits++;
        wideCycles += cycles;
        total.Add(Ticks(cycles));
    }

    /// <summary>Adds up what waits. What is read here does it by itself.</summary>
    public void Settle()
    {
        Book();
        if (waiting is not { Count: > 0 } exits) return;
        for (int i = 0; i < steps.Length; i++) steps[i].Add(exits.Column(i));
        for (int k = 0; k < spans.Length; k++) AddSums(exits, spans[k].First, spans[k].End, rows[k]);
        AddSums(exits, 0, Math.Max(1, steps.Length), total);
        exits.Clear();
        booked = 0;
    }

    /// <summary>Puts each two neighbouring rounds together.</summary>
    public void Halve()
    {
        Settle();
        rounds.Halve();
        round >>= 1;
    }

    private void AddSums(WaitingExits exits, int first, int end, Histogram to)
    {
        if (end - first == 1)
        {
            to.Add(exits.Column(first));
            return;
        }
        if (sums.Length == 0) sums = new uint[WaitingExits.Most];
        Span<uint> sum = sums.AsSpan(0, exits.Count);
        exits.Column(first).CopyTo(sum);
        for (int i = first + 1; i < end; i++) ColumnSums.Add(exits.Column(i), sum);
        to.Add(sum);
    }

    private WaitingExits Waiting(int more)
    {
        waiting ??= new WaitingExits(steps.Length);
        if (waiting.Count + more > WaitingExits.Most) Settle();
        return waiting;
    }

    /// <summary>Adds everything that has come since the last call to the super-block under way.</summary>
    private void Book()
    {
        if (waiting is { } exits && booked < exits.Count)
        {
            narrow += exits.Count - booked;
            for (int i = 0; i < Math.Max(1, steps.Length); i++)
            {
                ulong sum = ColumnSums.Sum(exits.Column(i)[booked..]);
                narrowTicks += sum;
                if (steps.Length > 0) pending[i] += sum;
            }
            booked = exits.Count;
        }
        long all = narrow + wideExits;
        if (all == 0) return;
        Span<double> cycles = rounds.Add(round, all, narrowTicks * (double)grain + wideCycles);
        for (int i = 0; i < cycles.Length; i++) cycles[i] += pending[i] * (double)grain + wideSteps[i];
        exitsByDoubts[(int)doubts] += all;
        narrow = 0;
        narrowTicks = 0;
        Array.Clear(pending);
        if (wideExits == 0) return;
        wideExits = 0;
        wideCycles = 0;
        Array.Clear(wideSteps);
    }

    /// <summary>Writes everything but the key.</summary>
    public void Save(SumsWriter to)
    {
        foreach (long exits in ExitsByDoubts) to.Number(exits);
        total.Save(to);
        foreach (Histogram step in steps) step.Save(to);
        foreach (Histogram row in rows) row.Save(to);
        rounds.Save(to);
    }

    /// <summary>Takes over what was saved, into an empty tally of the same key.</summary>
    public void Restore(SumsReader from)
    {
        long exits = 0;
        for (int i = 0; i < exitsByDoubts.Length; i++) exits = SumsReader.Sum(exits, exitsByDoubts[i] = from.Number());
        bool alike = total.Restore(from) == exits;
        foreach (Histogram step in steps) alike &= step.Restore(from) == exits;
        foreach (Histogram row in rows) alike &= row.Restore(from) == exits;
        rounds.Restore(from);
        if (!alike) throw new FormatException("a histogram has other exits than its tally");
    }

    /// <summary>Adds everything that another tally of the same key and walk has added up.</summary>
    /// <param name="later">Is added to the numbers of its rounds.</param>
    public void Absorb(Tally other, int later = 0)
    {
        Settle();
        other.Settle();
        total.Merge(other.total);
        KernelPart.Merge(other.KernelPart);
        for (int i = 0; i < steps.Length; i++) steps[i].Merge(other.steps[i]);
        for (int i = 0; i < rows.Length; i++) rows[i].Merge(other.rows[i]);
        for (int i = 0; i < exitsByDoubts.Length; i++) exitsByDoubts[i] += other.exitsByDoubts[i];
        rounds.Absorb(other.rounds, later);
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
