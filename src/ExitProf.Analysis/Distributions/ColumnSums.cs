using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ExitProf.Analysis;

/// <summary>Sums and maxima of columns of ticks, sixteen exits at a time. Columns are filled up with zeros to whole vectors.</summary>
internal static class ColumnSums
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (ushort Most, uint Sum) MostAndSum(ReadOnlySpan<ushort> column)
    {
        Vector256<ushort> most = Vector256<ushort>.Zero;
        Vector256<uint> sum = Vector256<uint>.Zero;
        foreach (Vector256<ushort> v in MemoryMarshal.Cast<ushort, Vector256<ushort>>(column))
        {
            most = Vector256.Max(most, v);
            sum += Vector256.WidenLower(v) + Vector256.WidenUpper(v);
        }
        return (Highest(most), Vector256.Sum(sum));
    }

    /// <summary>Halves of the vector against each other, three times more.</summary>
    private static ushort Highest(Vector256<ushort> lanes)
    {
        Vector128<ushort> most = Vector128.Max(lanes.GetLower(), lanes.GetUpper());
        most = Vector128.Max(most, Vector128.Shuffle(most, Vector128.Create((ushort)4, 5, 6, 7, 0, 1, 2, 3)));
        most = Vector128.Max(most, Vector128.Shuffle(most, Vector128.Create((ushort)2, 3, 0, 1, 4, 5, 6, 7)));
        most = Vector128.Max(most, Vector128.Shuffle(most, Vector128.Create((ushort)1, 0, 2, 3, 4, 5, 6, 7)));
        return most.ToScalar();
    }

    /// <summary>Adds a column where no sum can outgrow 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<ushort> column, Span<ushort> sums)
    {
        ReadOnlySpan<Vector256<ushort>> from = MemoryMarshal.Cast<ushort, Vector256<ushort>>(column);
        Span<Vector256<ushort>> to = MemoryMarshal.Cast<ushort, Vector256<ushort>>(sums)[..from.Length];
        for (int i = 0; i < from.Length; i++) to[i] += from[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<ushort> column, Span<uint> sums)
    {
        ReadOnlySpan<Vector128<ushort>> from = MemoryMarshal.Cast<ushort, Vector128<ushort>>(column);
        Span<Vector256<uint>> to = MemoryMarshal.Cast<uint, Vector256<uint>>(sums)[..from.Length];
        for (int i = 0; i < from.Length; i++) to[i] += Vector256.Create(Vector128.WidenLower(from[i]), Vector128.WidenUpper(from[i]));
    }

    /// <summary>The column with 32 bits for each value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen(ReadOnlySpan<ushort> column, Span<uint> to)
    {
        ReadOnlySpan<Vector256<ushort>> from = MemoryMarshal.Cast<ushort, Vector256<ushort>>(column);
        Span<Vector256<uint>> wide = MemoryMarshal.Cast<uint, Vector256<uint>>(to)[..(2 * from.Length)];
        for (int i = 0; i < from.Length; i++) (wide[2 * i], wide[2 * i + 1]) = Vector256.Widen(from[i]);
    }

    /// <summary>Adds a column of 32 bits; those behind its last whole vector are added one by one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<uint> column, Span<uint> sums)
    {
        ReadOnlySpan<Vector256<uint>> from = MemoryMarshal.Cast<uint, Vector256<uint>>(column);
        Span<Vector256<uint>> to = MemoryMarshal.Cast<uint, Vector256<uint>>(sums)[..from.Length];
        for (int i = 0; i < from.Length; i++) to[i] += from[i];
        for (int i = from.Length * Vector256<uint>.Count; i < column.Length; i++) sums[i] += column[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong Sum(ReadOnlySpan<uint> column)
    {
        Vector256<ulong> sums = Vector256<ulong>.Zero;
        ReadOnlySpan<Vector256<uint>> from = MemoryMarshal.Cast<uint, Vector256<uint>>(column);
        foreach (Vector256<uint> v in from) sums += Vector256.WidenLower(v) + Vector256.WidenUpper(v);
        ulong sum = Vector256.Sum(sums);
        foreach (uint value in column[(from.Length * Vector256<uint>.Count)..]) sum += value;
        return sum;
    }
}
