using System.Collections.Immutable;
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

    /// <summary>Ticks by step since the last flush.</summary>
    private readonly ulong[] pending;

    /// <summary>What wide exits have added since the last flush, in cycles.</summary>
    private readonly double[] wideSteps;
    private long wideExits;
    private double wideCycles;
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
        Rounds = new RoundTable(count);
    }

    public TallyKey Key { get; }

    public Walk? Walk { get; }

    /// <summary>The lengths of whole exits, in ticks.</summary>
    public Histogram Total => total;

    /// <summary>The lengths without the VMM's own part (<see cref="Analysis.KernelPart"/>), in ticks; empty on a clock of time.</summary>
    public Histogram KernelPart { get; } = new();

    /// <summary>The lengths of the walk alone, in ticks: for an emulated guest without the loop around it.</summary>
    public Histogram WalkTotal => Walk is { Loop.IsEmpty: false } ? rows[^1] : total;

    /// <summary>In ticks.</summary>
    public IReadOnlyList<Histogram> Steps => steps;

    public RoundTable Rounds { get; }

    /// <summary>Exits by <see cref="BlockFindings"/>.</summary>
    public long[] ExitsByDoubts { get; } = new long[(int)(BlockFindings.LostEvents | BlockFindings.Eintr) + 1];

    public long Exits => ExitsByDoubts.Sum();

    /// <summary>In ticks, of a stage that has steps.</summary>
    public Histogram Stage(WalkStage stage) =>
        stage.Steps.Length == 1 ? steps[stage.Steps[0].Index] : rows[Array.FindIndex(spans, s => s.First == stage.Steps[0].Index)];

    /// <summary>Adds exits whose stamps are all whole ticks apart and in order.</summary>
    /// <param name="scratch">Where sums of several steps are made.</param>
    public void Add(ExitColumns columns, in ExitGroup group, ColumnScratch scratch)
    {
        bool withSteps = steps.Length > 0 && steps.Length == group.Length - 1;
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

    /// <summary>
    /// Books everything added since the last call on one super-block. Call it at the end of every batch.
    /// </summary>
    public void Flush(int round, BlockFindings doubts)
    {
        long exits = narrow + wideExits;
        if (exits == 0) return;
        Span<double> sums = Rounds.Add(round, exits, narrowTicks * (double)grain + wideCycles);
        for (int i = 0; i < sums.Length; i++) sums[i] += pending[i] * (double)grain + wideSteps[i];
        ExitsByDoubts[(int)doubts] += exits;
        narrow = 0;
        narrowTicks = 0;
        Array.Clear(pending);
        if (wideExits == 0) return;
        wideExits = 0;
        wideCycles = 0;
        Array.Clear(wideSteps);
    }

    /// <summary>Writes everything but the key; it must be flushed.</summary>
    public void Save(SumsWriter to)
    {
        foreach (long exits in ExitsByDoubts) to.Number(exits);
        total.Save(to);
        KernelPart.Save(to);
        foreach (Histogram step in steps) step.Save(to);
        foreach (Histogram row in rows) row.Save(to);
        Rounds.Save(to);
    }

    /// <summary>Takes over what was saved, into an empty tally of the same key.</summary>
    public void Restore(SumsReader from)
    {
        long exits = 0;
        for (int i = 0; i < ExitsByDoubts.Length; i++) exits = SumsReader.Sum(exits, ExitsByDoubts[i] = from.Number());
        bool alike = total.Restore(from) == exits;
        alike &= KernelPart.Restore(from) <= exits;
        foreach (Histogram step in steps) alike &= step.Restore(from) == exits;
        foreach (Histogram row in rows) alike &= row.Restore(from) == exits;
        Rounds.Restore(from);
        if (!alike) throw new FormatException("a histogram has other exits than its tally");
    }

    /// <summary>Adds everything that another tally of the same key and walk has added up; both must be flushed.</summary>
    /// <param name="later">Is added to the numbers of its rounds.</param>
    public void Absorb(Tally other, int later = 0)
    {
        total.Merge(other.total);
        KernelPart.Merge(other.KernelPart);
        for (int i = 0; i < steps.Length; i++) steps[i].Merge(other.steps[i]);
        for (int i = 0; i < rows.Length; i++) rows[i].Merge(other.rows[i]);
        for (int i = 0; i < ExitsByDoubts.Length; i++) ExitsByDoubts[i] += other.ExitsByDoubts[i];
        Rounds.Absorb(other.Rounds, later);
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
