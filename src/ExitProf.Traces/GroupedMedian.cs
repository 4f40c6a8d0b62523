using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ExitProf.Traces;

/// <summary>Median of values that come in ticks: within the tick that holds it, the values are taken as spread evenly.</summary>
public static class GroupedMedian
{
    /// <summary>Behind values that stand in a row there has to be room up to a multiple of this.</summary>
    public const int Lanes = FewTicks.Most;

    /// <summary>The same of values that are whole ticks, each below 2^31.</summary>
    /// <param name="ticks">Has room for whole vectors; what is behind the values is overwritten.</param>
    /// <param name="count">How many values it has.</param>
    /// <remarks>
    /// The tick is found by halving the range that it lies in, and counting with whole vectors how many are not above a limit; in short
    /// blocks by <see cref="FewTicks"/>.
    /// </remarks>
    public static double OfTicks(Span<uint> ticks, int count, int grain)
    {
        if (count == 0) return double.NaN;
        Span<uint> filled = ticks[..((count + Lanes - 1) & -Lanes)];
        filled[count..].Fill(uint.MaxValue);
        if (count <= FewTicks.Most && FewTicks.Middle(filled, count) is { UpTo: > 0 } middle)
            return Within(filled, count, middle.Tick, middle.Below, middle.UpTo, grain);
        ReadOnlySpan<Vector256<uint>> vectors = MemoryMarshal.Cast<uint, Vector256<uint>>(filled);
        (uint low, uint high) = (Least(vectors), Largest(vectors));
        int rank = count / 2 + 1, below = 0, upTo = count;
        while (low < high)
        {
            uint limit = low + (high - low) / 2;
            int found = CountUpTo(vectors, limit);
            if (found >= rank) (high, upTo) = (limit, found);
            else (low, below) = (limit + 1, found);
        }
        return Within(filled, count, low, below, upTo, grain);
    }

    /// <param name="filled">The values; behind them stands the largest number.</param>
    /// <param name="tick">The tick that the middle value has.</param>
    /// <param name="below">Values below it.</param>
    /// <param name="upTo">Values that are not above it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Within(ReadOnlySpan<uint> filled, int count, uint tick, int below, int upTo, int grain)
    {
        if (2 * below != count) return (tick - 0.5 + (count / 2.0 - below) / (upTo - below)) * grain;
        uint before = LargestBelow(MemoryMarshal.Cast<uint, Vector256<uint>>(filled), tick);
        return (before + 0.5 + (tick - 0.5)) / 2 * grain;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CountUpTo(ReadOnlySpan<Vector256<uint>> vectors, uint limit)
    {
        Vector256<uint> most = Vector256.Create(limit), counts = Vector256<uint>.Zero;
        // A mask of all ones is -1.
        foreach (Vector256<uint> vector in vectors) counts -= Vector256.LessThanOrEqual(vector, most);
        return (int)Vector256.Sum(counts);
    }

    internal static uint Least(ReadOnlySpan<Vector256<uint>> vectors)
    {
        Vector256<uint> least = vectors[0];
        foreach (Vector256<uint> vector in vectors[1..]) least = Vector256.Min(least, vector);
        Vector128<uint> low = Vector128.Min(least.GetLower(), least.GetUpper());
        low = Vector128.Min(low, Vector128.Shuffle(low, Vector128.Create(2u, 3, 0, 1)));
        return Math.Min(low[0], low[1]);
    }

    /// <summary>The fill is above 2^31: as a signed number it is below all values.</summary>
    private static uint Largest(ReadOnlySpan<Vector256<uint>> vectors)
    {
        Vector256<int> most = Vector256<int>.Zero;
        foreach (Vector256<uint> vector in vectors) most = Vector256.Max(most, vector.AsInt32());
        return Highest(most.AsUInt32());
    }

    private static uint LargestBelow(ReadOnlySpan<Vector256<uint>> vectors, uint limit)
    {
        Vector256<uint> end = Vector256.Create(limit), most = Vector256<uint>.Zero;
        foreach (Vector256<uint> vector in vectors) most = Vector256.Max(most, vector & Vector256.LessThan(vector, end));
        return Highest(most);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Highest(Vector256<uint> lanes)
    {
        Vector128<uint> high = Vector128.Max(lanes.GetLower(), lanes.GetUpper());
        high = Vector128.Max(high, Vector128.Shuffle(high, Vector128.Create(2u, 3, 0, 1)));
        return Math.Max(high[0], high[1]);
    }

    /// <summary>
    /// What is beyond 31 bits may be taken for the highest number of 31 bits as long as fewer than half are: the median's tick is below it.
    /// </summary>
    /// <returns>Null if so many are long.</returns>
    private static double? OfMostlyShort(ReadOnlySpan<ulong> values)
    {
        const int MostValues = 1 << 15;
        if (values.Length > MostValues) return null;
        uint[] ticks = ArrayPool<uint>.Shared.Rent(values.Length + Lanes);
        int longer = 0;
        for (int i = 0; i < values.Length; i++)
        {
            ulong value = values[i];
            if (value >= int.MaxValue) longer++;
            ticks[i] = (uint)Math.Min(value, int.MaxValue);
        }
        double? median = 2 * longer < values.Length ? OfTicks(ticks, values.Length, 1) : null;
        ArrayPool<uint>.Shared.Return(ticks);
        return median;
    }

    /// <param name="values">In cycles; reordered.</param>
    /// <param name="grain">The tick, in cycles.</param>
    /// <returns>In cycles; NaN if there are no values.</returns>
    public static double Of(Span<ulong> values, int grain)
    {
        if (values.IsEmpty) return double.NaN;
        if (grain == 1 && OfMostlyShort(values) is { } median) return median;
        values.Sort();
        ulong step = (ulong)grain;
        ulong tick = Tick(values[values.Length / 2]);
        int below = 0, within = 0;
        foreach (ulong value in values)
        {
            ulong t = Tick(value);
            if (t < tick) below++;
            else if (t == tick) within++;
            else break;
        }
        // Half of the values lie below this tick: anything from the end of the tick before it to its own beginning halves them.
        if (2 * below == values.Length) return (Tick(values[below - 1]) + 0.5 + (tick - 0.5)) / 2 * grain;
        return (tick - 0.5 + (values.Length / 2.0 - below) / within) * grain;

        // Reads within one tick differ by 1, so durations lie just beside the multiples of the grain.
        ulong Tick(ulong value) => (value + step / 2) / step;
    }
}
