using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Medians of the stages over the complete exits of one block, and of the steps of those that have several.</summary>
/// <param name="shared">Columns that others decode the same batches into; null for its own.</param>
internal sealed class BlockStages(TraceHeader header, ExitColumns? shared = null)
{
    private readonly ExitColumns columns = shared ?? new ExitColumns();
    private readonly ColumnScratch scratch = new();

    /// <summary>Numbers of what has medians, by its name: names are looked up when a class is defined, not when exits come.</summary>
    private readonly Dictionary<string, int> numbers = [];
    private readonly List<StageTicks> durations = [];

    /// <summary>By class: the first step and the one behind the last of a stage or step, and its number.</summary>
    private readonly List<(int First, int End, int Number)[]> spans = [];

    /// <summary>Those that have values in this block: there may be very many that have none.</summary>
    private readonly List<int> filled = [];
    private readonly List<bool> bothEnds = [];
    private byte[] lengths = [];

    private int Grain => Math.Max(1, header.Clock.Grain);

    public void Add(ExitClass exitClass)
    {
        Walk? walk = exitClass.Calibrated ? Walk.Of(BorderTable.Row(header, exitClass), exitClass.Signature.AsSpan()) : null;
        // The classes of a damaged trace need not come one after the other.
        while (spans.Count < exitClass.Index) spans.Add([]);
        spans.Add([.. SpansOf(walk)]);
        while (bothEnds.Count < exitClass.Index) bothEnds.Add(false);
        bothEnds.Add(exitClass.Signature.AsSpan().HasBothEnds());
        if (spans.Count > lengths.Length) Array.Resize(ref lengths, Math.Max(16, spans.Count * 2));
        lengths[exitClass.Index] = checked((byte)exitClass.Signature.Length);
    }

    private IEnumerable<(int, int, int)> SpansOf(Walk? walk)
    {
        foreach (WalkStage stage in walk?.Stages ?? [])
        {
            if (stage.State == StageState.Absent) continue;
            // The steps of a stage are neighbours.
            yield return (stage.Steps[0].Index, stage.Steps[^1].Index + 1, NumberOf(stage.Name));
            if (stage.Steps.Length < 2) continue;
            for (int i = 0; i < stage.Steps.Length; i++)
            {
                int index = stage.Steps[i].Index;
                yield return (index, index + 1, NumberOf(Key(stage.Name, i, stage.Steps[i].From, stage.Steps[i].To)));
            }
        }
    }

    private int NumberOf(string name)
    {
        if (numbers.TryGetValue(name, out int known)) return known;
        durations.Add(new StageTicks());
        numbers.Add(name, durations.Count - 1);
        return durations.Count - 1;
    }

    /// <summary>
    /// What a step is kept under: its place in the stage, and its ends, because another signature may have other steps there.
    /// </summary>
    public static string Key(string stage, int step, Stamp from, Stamp to) => $"{stage} {step} {from} {to}";

    /// <summary>Number of a stage by its name, or of a step by its key; -1 if no class has it.</summary>
    public int Find(string key) => numbers.GetValueOrDefault(key, -1);

    /// <param name="skip">Exits at its beginning that are not to be used.</param>
    /// <param name="leave">Exits at its end that are not to be used.</param>
    /// <exception cref="FormatException">The batch is damaged.</exception>
    public void Add(in ExitBatch batch, int skip, int leave = 0)
    {
        Decode(batch, skip, leave);
        foreach (ref readonly ExitGroup group in columns.Groups)
        {
            foreach ((int first, int end, int number) in spans[group.Class]) Fill(number).Add(columns, group, first, end);
        }
        for (int i = 0; i < columns.WideExits; i++)
        {
            (int First, int End, int Number)[] parts = spans[columns.WideClass(i)];
            if (parts.Length == 0) continue;
            ReadOnlySpan<uint> ticks = columns.Ticks(i);
            if (ticks.IsEmpty) AddWide(columns.Cycles(i)[1..], parts);
            else foreach ((int first, int end, int number) in parts) Fill(number).Add(ticks[first..end]);
        }
        ThrowIfDamaged();
    }

    private void AddWide(ReadOnlySpan<long> steps, (int First, int End, int Number)[] parts)
    {
        if (steps.IndexOfAnyInRange(long.MinValue, -1) >= 0) return;
        foreach ((int first, int end, int number) in parts)
        {
            double cycles = 0;
            foreach (long step in steps[first..end]) cycles += step;
            Fill(number).AddCycles((ulong)cycles, (ulong)Grain);
        }
    }

    private StageTicks Fill(int number)
    {
        StageTicks of = durations[number];
        if (of.Count == 0) filled.Add(number);
        return of;
    }

    /// <summary>Whole exits, first stamp to last, in cycles.</summary>
    /// <inheritdoc cref="Add(in ExitBatch, int, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Totals(in ExitBatch batch, int skip, int leave, List<ulong> cycles)
    {
        Decode(batch, skip, leave);
        foreach (ref readonly ExitGroup group in columns.Groups)
        {
            if (!bothEnds[group.Class] || group.Length < 2) continue;
            Span<uint> totals = scratch.WideSums(columns, group, 0, group.Length - 1);
            int before = cycles.Count;
            CollectionsMarshal.SetCount(cycles, before + totals.Length);
            Span<ulong> added = CollectionsMarshal.AsSpan(cycles)[before..];
            int used = 0;
            foreach (uint total in totals)
            {
                if (total > 0) added[used++] = total * (ulong)Grain;
            }
            CollectionsMarshal.SetCount(cycles, before + used);
        }
        for (int i = 0; i < columns.WideExits; i++)
        {
            if (!bothEnds[columns.WideClass(i)]) continue;
            double total = 0;
            foreach (long step in columns.Cycles(i)[1..]) total += step;
            if (total > 0) cycles.Add((ulong)total);
        }
        ThrowIfDamaged();
    }

    private void Decode(in ExitBatch batch, int skip, int leave)
    {
        ReadOnlySpan<byte> known = lengths.AsSpan(0, spans.Count);
        if (shared is null) columns.Decode(batch, Grain, known, skip, leave);
        else columns.DecodeShared(batch, Grain, known, skip, leave);
    }

    private void ThrowIfDamaged()
    {
        if (columns.Damage is { } damage) throw damage;
        if (columns.Lost > 0) throw new FormatException("A batch of exits is damaged: it names a class that the trace does not define.");
    }

    /// <summary>Numbers of the stages and steps that the block under way has, each once.</summary>
    public IReadOnlyList<int> Filled => filled;

    /// <summary>The median of one of them in the block under way, in cycles, and of how many exits.</summary>
    public (double Median, int Exits) Median(int number) => (durations[number].Median(Grain), durations[number].Count);

    /// <summary>Ends the block.</summary>
    public void Clear()
    {
        foreach (int number in filled) durations[number].Clear();
        filled.Clear();
    }

    /// <summary>The durations of one stage or step in the block under way.</summary>
    private sealed class StageTicks
    {
        private uint[] ticks = [];
        private int used;

        /// <summary>Those that are too long to be kept in ticks.</summary>
        private readonly List<ulong> large = [];

        public int Count => used + large.Count;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Add(ExitColumns columns, in ExitGroup group, int first, int end)
        {
            ReadOnlySpan<ushort> column = columns.Padded(group, first + 1);
            Room(column.Length);
            Span<uint> sums = ticks.AsSpan(used, column.Length);
            ColumnSums.Widen(column, sums);
            for (int i = first + 1; i < end; i++) ColumnSums.Add(columns.Padded(group, i + 1), sums);
            used += group.Count;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Add(ReadOnlySpan<uint> steps)
        {
            uint sum = 0;
            foreach (uint step in steps) sum += step;
            Room(1);
            ticks[used++] = sum;
        }

        public void AddCycles(ulong cycles, ulong grain)
        {
            if (cycles > int.MaxValue)
            {
                large.Add(cycles);
                return;
            }
            Room(1);
            // As a median takes them: cycles that lie beside a tick are that tick.
            ticks[used++] = (uint)((cycles + grain / 2) / grain);
        }

        public double Median(int grain)
        {
            if (large.Count == 0)
            {
                Room(GroupedMedian.Lanes);
                return GroupedMedian.OfTicks(ticks, used, grain);
            }
            foreach (uint one in ticks.AsSpan(0, used)) large.Add(one * (ulong)grain);
            used = 0;
            return GroupedMedian.Of(CollectionsMarshal.AsSpan(large), grain);
        }

        public void Clear()
        {
            used = 0;
            large.Clear();
        }

        private void Room(int more)
        {
            if (ticks.Length - used < more) Array.Resize(ref ticks, Math.Max(2 * ticks.Length, used + more));
        }
    }
}
