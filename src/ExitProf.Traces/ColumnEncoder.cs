using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ExitProf.Traces;

/// <summary>Lays the exits of one batch out by column.</summary>
internal sealed class ColumnEncoder
{
    /// <summary>Fewer exits of a class than this take less as rows, because a column has a header.</summary>
    internal const int LeastForColumns = 4;

    private const int GroupHeaderBytes = 2 * Varint.MaxBytes + 1;

    private readonly List<ExitGroup> groups = [];
    private readonly List<ExitGroup> written = [];
    private readonly (int Group, int At)[] exits = new (int, int)[ExitBatch.MaxExits];
    private readonly ushort[] order = new ushort[ExitBatch.MaxExits];
    private readonly ushort[] column = new ushort[ExitBatch.MaxExits];
    private readonly int[] numbers = new int[ExitBatch.MaxExits];

    /// <summary>For each group, how many exits it has, and the place of its next one.</summary>
    private readonly int[] stored = new int[ExitBatch.MaxExits];
    private readonly int[] next = new int[ExitBatch.MaxExits];

    /// <summary>Where the deltas of each group's exits are, one group after the other.</summary>
    private readonly int[] places = new int[ExitBatch.MaxExits];

    /// <summary>Deltas in ticks of the exits that fit into columns, and in cycles of the others.</summary>
    private ushort[] ticks = new ushort[ExitBatch.MaxExits * 2 * ExitCoding.Group];
    private long[] cycles = new long[ExitClass.MaxStamps];
    private int usedTicks;
    private int usedCycles;
    private int last;

    internal int Count { get; private set; }

    /// <summary>No more bytes than this will be written for what has been added.</summary>
    internal int MostBytes { get; private set; }

    /// <summary>Bits that the number of a group takes.</summary>
    internal static int OrderBits(int groups) => BitOperations.Log2((uint)(groups - 1)) + 1;

    /// <summary>How much <see cref="MostBytes"/> may grow by one exit.</summary>
    internal static int MostBytesOf(int stamps) =>
        GroupHeaderBytes + BitPacking.Lanes * sizeof(ushort) + stamps * (BitPacking.HeaderBytes + BitPacking.Lanes * sizeof(ushort));

    /// <summary>Adds an exit whose deltas are all whole ticks and fit into 16 bits; the span that is returned takes them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal Span<ushort> AddTicks(int index, int length)
    {
        int group = Find(index, length, inColumns: true);
        if (ticks.Length - usedTicks < length) Array.Resize(ref ticks, ticks.Length * 2);
        if (stored[group] % BitPacking.Lanes == 0) MostBytes += length * BitPacking.Lanes * sizeof(ushort);
        Take(group, usedTicks);
        usedTicks += length;
        return ticks.AsSpan(usedTicks - length, length);
    }

    /// <summary>Adds any other exit; the span that is returned takes its deltas in cycles.</summary>
    internal Span<long> AddCycles(int index, int length)
    {
        int group = Find(index, length, inColumns: false);
        if (cycles.Length - usedCycles < length) Array.Resize(ref cycles, Math.Max(cycles.Length * 2, usedCycles + length));
        MostBytes += length * Varint.MaxBytes;
        Take(group, usedCycles);
        usedCycles += length;
        return cycles.AsSpan(usedCycles - length, length);
    }

    /// <summary>Writes what has been added and forgets it.</summary>
    /// <returns>How many bytes it took.</returns>
    internal int Write(Span<byte> to, int grain)
    {
        Number();
        Sort();
        int at = Varint.Write((ulong)written.Count, to, 0);
        foreach (ExitGroup group in written)
        {
            at = Varint.Write((ulong)group.Class << 1 | (group.InColumns ? 0u : 1u), to, at);
            to[at++] = (byte)group.Length;
            at = Varint.Write((ulong)group.Stored, to, at);
        }
        if (written.Count > 1)
        {
            for (int i = 0; i < Count; i++) order[i] = (ushort)numbers[exits[i].Group];
            at += BitPacking.Pack(order.AsSpan(0, Count), OrderBits(written.Count), 0, to[at..]);
        }
        for (int i = 0; i < groups.Count; i++)
        {
            if (!written[numbers[i]].InColumns) continue;
            ReadOnlySpan<int> exitsOfGroup = places.AsSpan(groups[i].First, groups[i].Stored);
            for (int k = 0; k < groups[i].Length; k++) at = BitPacking.WriteColumn(Gather(exitsOfGroup, k), to, at);
        }
        for (int i = 0; i < Count; i++)
        {
            (int group, int from) = exits[i];
            if (!written[numbers[group]].InColumns) at = WriteRow(groups[group], from, grain, to, at);
        }
        groups.Clear();
        (usedTicks, usedCycles, Count, MostBytes) = (0, 0, 0, 0);
        return at;
    }

    /// <summary>Decides which groups are worth columns, and numbers those that are written.</summary>
    private void Number()
    {
        written.Clear();
        for (int i = 0; i < groups.Count; i++)
        {
            ExitGroup group = groups[i] = groups[i] with { Stored = stored[i] };
            if (group.InColumns && group.Stored < LeastForColumns) group = group with { InColumns = false };
            int same = group.InColumns ? -1 : written.FindIndex(w => w.Class == group.Class && !w.InColumns);
            numbers[i] = same < 0 ? written.Count : same;
            if (same < 0) written.Add(group);
            else written[same] = written[same] with { Stored = written[same].Stored + group.Stored };
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sort()
    {
        int first = 0;
        for (int i = 0; i < groups.Count; i++)
        {
            groups[i] = groups[i] with { First = first };
            next[i] = first;
            first += groups[i].Stored;
        }
        foreach ((int group, int at) in exits.AsSpan(0, Count)) places[next[group]++] = at;
    }

    private ReadOnlySpan<ushort> Gather(ReadOnlySpan<int> exitsOfGroup, int stamp)
    {
        for (int i = 0; i < exitsOfGroup.Length; i++) column[i] = ticks[exitsOfGroup[i] + stamp];
        return column.AsSpan(0, exitsOfGroup.Length);
    }

    private int WriteRow(in ExitGroup group, int from, int grain, Span<byte> to, int at)
    {
        for (int k = from; k < from + group.Length; k++)
            at = Varint.WriteSigned(group.InColumns ? ticks[k] * (long)grain : cycles[k], to, at);
        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Find(int index, int length, bool inColumns)
    {
        if (last < groups.Count && groups[last].Class == index && groups[last].InColumns == inColumns) return last;
        ReadOnlySpan<ExitGroup> known = CollectionsMarshal.AsSpan(groups);
        for (int i = 0; i < known.Length; i++)
        {
            if (known[i].Class == index && known[i].InColumns == inColumns) return last = i;
        }
        stored[known.Length] = 0;
        MostBytes += GroupHeaderBytes + length * BitPacking.HeaderBytes;
        groups.Add(new ExitGroup(index, length, 0) { InColumns = inColumns });
        return last = groups.Count - 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Take(int group, int at)
    {
        stored[group]++;
        exits[Count++] = (group, at);
        if (Count % BitPacking.Lanes == 1) MostBytes += BitPacking.Lanes * sizeof(ushort);
    }
}
