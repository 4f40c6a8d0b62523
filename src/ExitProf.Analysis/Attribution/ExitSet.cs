using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>All exits of one configuration that were recorded with the same event groups on.</summary>
/// <param name="stages">True if the stage table may be made of these exits; otherwise only their totals are kept.</param>
internal sealed class ExitSet(TraceHeader header, bool stages)
{
    /// <summary>The classes of an honest trace are among the first; there are many sets, and a file may have a million classes.</summary>
    private const int FewClasses = 64;

    private readonly Dictionary<TallyKey, Tally> tallies = [];
    private readonly Dictionary<(int Class, BlockFindings Doubts), long> irregular = [];
    private readonly int grain = Math.Max(1, header.Clock.Grain);
    private readonly Dictionary<int, Tally> byClass = [];
    private Tally?[]? firstClasses;

    public IReadOnlyCollection<Tally> Tallies => tallies.Values;

    /// <summary>Exits whose steps are in no table, by class: not the host's own signature, or with a stamp out of order.</summary>
    public IReadOnlyDictionary<(int Class, BlockFindings Doubts), long> Irregular => irregular;

    /// <summary>Exits whose last stamp is before their first one: they are in no figure.</summary>
    public long Backwards { get; private set; }

    /// <summary>Exits with a single stamp: they have no duration.</summary>
    public long Points { get; private set; }

    public long Exits => tallies.Values.Sum(t => t.Exits);

    /// <summary>The medians of its blocks, round by round.</summary>
    public RoundMedians Medians { get; } = new();

    /// <summary>A number above that of every round.</summary>
    public int NextRound => Math.Max(Medians.Next, tallies.Values.Select(t => t.Rounds.Next).DefaultIfEmpty().Max());

    /// <summary>The most super-blocks that a tally has; that under way may not be among them.</summary>
    public int MostRounds { get; private set; }

    /// <summary>Super-blocks that have exits here.</summary>
    public int Rounds => RoundsWith(null);

    /// <summary>True if no exit has come, not even one that is in no figure.</summary>
    public bool IsEmpty => tallies.Count == 0 && irregular.Count == 0 && Backwards == 0 && Points == 0;

    /// <summary>Super-blocks that have exits here or in another set.</summary>
    public int RoundsWith(ExitSet? other)
    {
        var rounds = new HashSet<int>();
        foreach (ExitSet? exitSet in (ExitSet?[])[this, other])
        {
            if (exitSet is null) continue;
            foreach (Tally tally in exitSet.tallies.Values) rounds.UnionWith(tally.Rounds.Numbers);
        }
        return rounds.Count;
    }

    /// <summary>A set of the exits of both.</summary>
    public static ExitSet Union(TraceHeader header, bool stages, ExitSet? first, ExitSet? second)
    {
        var union = new ExitSet(header, stages);
        if (first is not null) union.Absorb(first);
        if (second is not null) union.Absorb(second);
        return union;
    }

    /// <summary>Adds the exits of another one.</summary>
    public void Absorb(ExitSet other) => Absorb(other, 0, index => index);

    /// <summary>Adds the exits of another trace.</summary>
    /// <param name="later">Is added to the numbers of its rounds.</param>
    /// <param name="classOf">The number that its class has here.</param>
    public void Absorb(ExitSet other, int later, Func<int, int> classOf)
    {
        foreach ((TallyKey key, Tally tally) in other.tallies)
        {
            if (!tallies.TryGetValue(key, out Tally? sum)) tallies.Add(key, sum = new Tally(key, tally.Walk, grain));
            sum.Absorb(tally, later);
        }
        foreach (((int index, BlockFindings doubts), long count) in other.irregular) Count(classOf(index), doubts, count);
        MostRounds = tallies.Values.Select(t => t.Rounds.Count).DefaultIfEmpty().Max();
        Medians.Absorb(other.Medians, later);
        Backwards += other.Backwards;
        Points += other.Points;
    }

    /// <summary>Adds the exits of a batch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ExitColumns columns, List<ExitClass> classes, int round, BlockFindings doubts, ColumnScratch scratch)
    {
        foreach (ref readonly ExitGroup group in columns.Groups)
        {
            if (group.Length < 2)
            {
                Points += group.Count;
                continue;
            }
            Tally tally = Begin(Find(classes[group.Class]), round, doubts);
            tally.Add(columns, group, scratch);
            if (!header.Clock.IsTime)
                tally.KernelPart.Add(scratch.KernelSums(columns, group, classes[group.Class].Signature.AsSpan()));
            if (!tally.Key.Calibrated) Count(group.Class, doubts, group.Count);
        }
        for (int i = 0; i < columns.WideExits; i++)
        {
            ExitClass exitClass = classes[columns.WideClass(i)];
            if (exitClass.Signature.Length < 2)
            {
                Points++;
                continue;
            }
            Tally tally = Begin(Find(exitClass), round, doubts);
            ReadOnlySpan<uint> ticks = columns.Ticks(i);
            if (ticks.IsEmpty || !header.Clock.IsTime)
            {
                AddWide(columns.Cycles(i), exitClass, tally, round, doubts);
                continue;
            }
            tally.Add(ticks);
            if (!tally.Key.Calibrated) Count(exitClass.Index, doubts, 1);
        }
    }

    /// <summary>Adds up what waits: <see cref="MostRounds"/> is then of all exits.</summary>
    public void Settle()
    {
        foreach (Tally tally in tallies.Values) MostRounds = Math.Max(MostRounds, tally.Rounds.Count);
    }

    /// <summary>Puts each two neighbouring rounds together.</summary>
    public void Halve()
    {
        foreach (Tally tally in tallies.Values) tally.Halve();
        Medians.Halve();
        MostRounds = tallies.Values.Select(t => t.Rounds.Count).DefaultIfEmpty().Max();
    }

    /// <param name="classOf">An index of a class by the key that its exits have.</param>
    public void Save(SumsWriter to, IReadOnlyDictionary<TallyKey, int> classOf)
    {
        to.Number(tallies.Count);
        foreach ((TallyKey key, Tally tally) in tallies)
        {
            to.Number(classOf[key]);
            to.Flag(key.Calibrated);
            tally.Save(to);
        }
        to.Number(irregular.Count);
        foreach (((int index, BlockFindings doubts), long count) in irregular)
        {
            to.Number(index);
            to.Number((int)doubts);
            to.Number(count);
        }
        to.Number(Backwards);
        to.Number(Points);
        Medians.Save(to);
    }

    /// <summary>Takes over what was saved, into an empty set.</summary>
    public void Restore(SumsReader from, List<ExitClass> classes)
    {
        for (int left = from.Items(bytes: 8); left > 0; left--)
        {
            ExitClass exitClass = ClassOf(from, classes);
            TallyKey key = from.Flag() ? TallyKey.Of(exitClass) : TallyKey.Of(exitClass) with { Signature = [] };
            if (tallies.ContainsKey(key)) throw new FormatException("two tallies have one key");
            Tally tally = Find(key, exitClass);
            tally.Restore(from);
            MostRounds = Math.Max(MostRounds, tally.Rounds.Count);
        }
        for (int left = from.Items(bytes: 3); left > 0; left--)
        {
            int index = ClassOf(from, classes).Index;
            var doubts = (BlockFindings)from.Small(most: byte.MaxValue);
            Count(index, doubts, from.Number());
        }
        Backwards = from.Number();
        Points = from.Number();
        Medians.Restore(from);
    }

    /// <summary>A class that exits can have: the trace has not lost it.</summary>
    private static ExitClass ClassOf(SumsReader from, List<ExitClass> classes) =>
        classes[from.Small(most: classes.Count - 1)] is { Signature.IsEmpty: false } known
            ? known
            : throw new FormatException("a class that is not defined");

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddWide(ReadOnlySpan<long> cycles, ExitClass exitClass, Tally tally, int round, BlockFindings doubts)
    {
        bool ordered = cycles[1..].IndexOfAnyInRange(long.MinValue, -1) < 0;
        if (ordered)
        {
            tally.Add(cycles);
            if (!header.Clock.IsTime) tally.AddKernelPart(KernelPart.Cycles(cycles, exitClass.Signature.AsSpan()));
            if (!tally.Key.Calibrated) Count(exitClass.Index, doubts, 1);
            return;
        }
        double total = 0;
        foreach (long delta in cycles[1..]) total += delta;
        if (total < 0)
        {
            Backwards++;
            return;
        }
        Count(exitClass.Index, doubts | BlockFindings.OutOfOrder, 1);
        // Its total is as good as any, its steps are not: it joins the exits that have none.
        Begin(Find(TallyKey.Of(exitClass) with { Signature = [] }, exitClass), round, doubts).AddTotal(total);
    }

    private void Count(int index, BlockFindings doubts, long exits) =>
        CollectionsMarshal.GetValueRefOrAddDefault(irregular, (index, doubts), out _) += exits;

    private Tally Begin(Tally tally, int round, BlockFindings doubts)
    {
        if (tally.Begin(round, doubts)) MostRounds = Math.Max(MostRounds, tally.RoundsSoFar);
        return tally;
    }

    private Tally Find(ExitClass exitClass)
    {
        if (exitClass.Index < FewClasses)
            return (firstClasses ??= new Tally?[FewClasses])[exitClass.Index] ??= Find(TallyKey.Of(exitClass), exitClass);
        if (!byClass.TryGetValue(exitClass.Index, out Tally? tally))
            byClass.Add(exitClass.Index, tally = Find(TallyKey.Of(exitClass), exitClass));
        return tally;
    }

    private Tally Find(TallyKey key, ExitClass exitClass)
    {
        if (tallies.TryGetValue(key, out var tally)) return tally;
        tallies.Add(key, tally = new Tally(key, stages && key.Calibrated ? WalkOf(exitClass) : null, grain));
        return tally;
    }

    private Walk? WalkOf(ExitClass exitClass) => Walk.Of(BorderTable.Row(header, exitClass), exitClass.Signature.AsSpan());
}
