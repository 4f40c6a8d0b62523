using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ExitProf.Traces;

/// <summary>Sorts exits that come one after the other by class, and turns their rows into columns.</summary>
internal sealed class ExitRowSorter
{
    private readonly List<(int Class, int Length)> classes = [];

    /// <summary>How many exits each class has, and where they begin in <see cref="sorted"/>.</summary>
    private readonly int[] counts = new int[ExitBatch.MaxExits];
    private readonly int[] firsts = new int[ExitBatch.MaxExits];

    /// <summary>Where each exit's deltas are, and the place of its class; then the former sorted by class.</summary>
    private readonly int[] places = new int[ExitBatch.MaxExits];
    private readonly int[] owners = new int[ExitBatch.MaxExits];
    private readonly int[] sorted = new int[ExitBatch.MaxExits];

    /// <summary>Deltas of exits, in whole groups as they were decoded.</summary>
    private ushort[] ticks = new ushort[ExitBatch.MaxExits * 2 * ExitCoding.Group];
    private int count;
    private int used;
    private int current;
    private int currentClass;

    internal ExitBuffer Buffer { get; } = new();

    internal int Classes => classes.Count;

    internal (int Class, int Length, int Count) Class(int i) => (classes[i].Class, classes[i].Length, counts[i]);

    internal void Clear()
    {
        classes.Clear();
        (count, used, currentClass) = (0, 0, -1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(int index, int length, ReadOnlySpan<ushort> lanes)
    {
        if (index != currentClass) Find(index, length);
        if (ticks.Length - used < lanes.Length) Array.Resize(ref ticks, ticks.Length * 2);
        for (int i = 0; i < lanes.Length; i += ExitCoding.Group) Vector128.Create(lanes[i..]).CopyTo(ticks, used + i);
        (places[count], owners[count]) = (used, current);
        counts[current]++;
        count++;
        used += lanes.Length;
    }

    /// <summary>Ends the batch: called before columns are asked for.</summary>
    internal void Sort()
    {
        Span<int> next = stackalloc int[ExitBatch.MaxExits];
        for (int i = 0, first = 0; i < classes.Count; first += counts[i++]) next[i] = firsts[i] = first;
        for (int i = 0; i < count; i++) sorted[next[owners[i]]++] = places[i];
    }

    /// <summary>Writes the columns of one class, eight deltas of eight exits at a time; after each column stands 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Transpose(int i, int stride, Span<ushort> to)
    {
        int length = classes[i].Length;
        ReadOnlySpan<int> exits = sorted.AsSpan(firsts[i], counts[i]);
        int end = (exits.Length + ExitCoding.Group - 1) & -ExitCoding.Group;
        for (int k = 0; k < length; k++) to.Slice(k * stride + end, stride - end).Clear();
        for (int n = 0; n < exits.Length; n += ExitCoding.Group)
        {
            ReadOnlySpan<int> some = exits.Slice(n, Math.Min(ExitCoding.Group, exits.Length - n));
            for (int k = 0; k < length; k += ExitCoding.Group)
            {
                int columns = Math.Min(ExitCoding.Group, length - k);
                Span<ushort> corner = to[(k * stride + n)..];
                if (some.Length == ExitCoding.Group && Sse2.IsSupported) WriteEight(some, k, corner, stride, columns);
                else WriteFew(some, k, corner, stride, columns);
            }
        }
    }

    private void WriteFew(ReadOnlySpan<int> exits, int from, Span<ushort> to, int stride, int columns)
    {
        for (int c = 0; c < columns; c++)
        {
            to.Slice(c * stride, ExitCoding.Group).Clear();
            for (int e = 0; e < exits.Length; e++) to[c * stride + e] = ticks[exits[e] + from + c];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WriteEight(ReadOnlySpan<int> exits, int from, Span<ushort> to, int stride, int columns)
    {
        // Pairs of rows, then pairs of pairs, then both halves: the transposition of an 8 by 8 matrix.
        Vector128<ushort> r0 = Row(exits[0] + from), r1 = Row(exits[1] + from), r2 = Row(exits[2] + from), r3 = Row(exits[3] + from);
        Vector128<ushort> r4 = Row(exits[4] + from), r5 = Row(exits[5] + from), r6 = Row(exits[6] + from), r7 = Row(exits[7] + from);
        var a0 = Sse2.UnpackLow(r0, r1).AsUInt32();
        var a1 = Sse2.UnpackHigh(r0, r1).AsUInt32();
        var a2 = Sse2.UnpackLow(r2, r3).AsUInt32();
        var a3 = Sse2.UnpackHigh(r2, r3).AsUInt32();
        var a4 = Sse2.UnpackLow(r4, r5).AsUInt32();
        var a5 = Sse2.UnpackHigh(r4, r5).AsUInt32();
        var a6 = Sse2.UnpackLow(r6, r7).AsUInt32();
        var a7 = Sse2.UnpackHigh(r6, r7).AsUInt32();
        WriteTwo(Sse2.UnpackLow(a0, a2), Sse2.UnpackLow(a4, a6), to, stride, columns);
        if (columns > 2) WriteTwo(Sse2.UnpackHigh(a0, a2), Sse2.UnpackHigh(a4, a6), to[(2 * stride)..], stride, columns - 2);
        if (columns > 4) WriteTwo(Sse2.UnpackLow(a1, a3), Sse2.UnpackLow(a5, a7), to[(4 * stride)..], stride, columns - 4);
        if (columns > 6) WriteTwo(Sse2.UnpackHigh(a1, a3), Sse2.UnpackHigh(a5, a7), to[(6 * stride)..], stride, columns - 6);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteTwo(Vector128<uint> low, Vector128<uint> high, Span<ushort> to, int stride, int columns)
    {
        Sse2.UnpackLow(low.AsUInt64(), high.AsUInt64()).AsUInt16().CopyTo(to);
        if (columns > 1) Sse2.UnpackHigh(low.AsUInt64(), high.AsUInt64()).AsUInt16().CopyTo(to[stride..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<ushort> Row(int at) => Vector128.Create(ticks, at);

    private void Find(int index, int length)
    {
        currentClass = index;
        current = classes.FindIndex(c => c.Class == index);
        if (current >= 0) return;
        current = classes.Count;
        counts[current] = 0;
        classes.Add((index, length));
    }
}
