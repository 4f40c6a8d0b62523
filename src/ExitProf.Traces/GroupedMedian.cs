using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ExitProf.Traces;

/// <summary>Median of values that come in ticks: within the tick that holds it, the values are taken as spread evenly.</summary>
public static class GroupedMedian
{
    /// <summary>Up to this number of values are kept in vectors while they are counted; a multiple of the lanes of one.</summary>
    private const int Few = 64;

    /// <summary>The same of values that are whole ticks.</summary>
    /// <remarks>The tick is found by halving the range that it lies in, and counting with whole vectors how many are below.</remarks>
    public static double OfTicks(ReadOnlySpan<ushort> ticks, int grain)
    {
        if (ticks.IsEmpty) return double.NaN;
        if (ticks.Length <= Few) return OfFewTicks(ticks, grain);
        (int low, int high) = Range(ticks);
        int rank = ticks.Length / 2 + 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (CountUpTo(ticks, middle) >= rank) high = middle;
            else low = middle + 1;
        }
        int below = low == 0 ? 0 : CountUpTo(ticks, low - 1), within = CountUpTo(ticks, low) - below;
        if (2 * below != ticks.Length) return (low - 0.5 + (ticks.Length / 2.0 - below) / within) * grain;
        int before = 0;
        foreach (ushort value in ticks) if (value < low) before = Math.Max(before, value);
        return (before + 0.5 + (low - 0.5)) / 2 * grain;
    }

    /// <summary>The same of a short block: filled up to whole vectors with values that no limit below the highest one counts.</summary>
    private static double OfFewTicks(ReadOnlySpan<ushort> ticks, int grain)
    {
        Span<ushort> filled = stackalloc ushort[Few];
        filled = filled[..((ticks.Length + Vector256<ushort>.Count - 1) & -Vector256<ushort>.Count)];
        ticks.CopyTo(filled);
        filled[ticks.Length..].Fill(ushort.MaxValue);
        ReadOnlySpan<Vector256<ushort>> vectors = MemoryMarshal.Cast<ushort, Vector256<ushort>>(filled);
        int low = 0, high = ushort.MaxValue, count = ticks.Length, rank = count / 2 + 1, below = 0, upTo = count;
        while (low < high)
        {
            int middle = (low + high) / 2, found = CountFewUpTo(vectors, middle);
            if (found >= rank) (high, upTo) = (middle, found);
            else (low, below) = (middle + 1, found);
        }
        if (2 * below != count) return (low - 0.5 + (count / 2.0 - below) / (upTo - below)) * grain;
        int before = 0;
        foreach (ushort value in ticks) if (value < low) before = Math.Max(before, value);
        return (before + 0.5 + (low - 0.5)) / 2 * grain;
    }

    private static int CountFewUpTo(ReadOnlySpan<Vector256<ushort>> vectors, int limit)
    {
        Vector256<ushort> most = Vector256.Create((ushort)limit);
        int bits = 0;
        // Two bits for each value, because a mask has one for each byte.
        foreach (Vector256<ushort> vector in vectors)
            bits += BitOperations.PopCount(Vector256.LessThanOrEqual(vector, most).AsByte().ExtractMostSignificantBits());
        return bits / 2;
    }

    private static (int Low, int High) Range(ReadOnlySpan<ushort> ticks)
    {
        ushort low = ushort.MaxValue, high = 0;
        ReadOnlySpan<Vector128<ushort>> vectors = MemoryMarshal.Cast<ushort, Vector128<ushort>>(ticks);
        if (!vectors.IsEmpty)
        {
            Vector128<ushort> least = vectors[0], most = vectors[0];
            foreach (Vector128<ushort> vector in vectors) (least, most) = (Vector128.Min(least, vector), Vector128.Max(most, vector));
            for (int i = 0; i < Vector128<ushort>.Count; i++) (low, high) = (Math.Min(low, least[i]), Math.Max(high, most[i]));
        }
        foreach (ushort value in ticks[(vectors.Length * Vector128<ushort>.Count)..])
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        return (low, high);
    }

    private static int CountUpTo(ReadOnlySpan<ushort> ticks, int limit)
    {
        Vector256<ushort> most = Vector256.Create((ushort)limit), counts = Vector256<ushort>.Zero;
        ReadOnlySpan<Vector256<ushort>> vectors = MemoryMarshal.Cast<ushort, Vector256<ushort>>(ticks);
        int count = 0, next = 0;
        // Each lane counts down from 0 by the mask's all ones; 16 bits hold the count of that many vectors.
        while (next < vectors.Length)
        {
            int end = Math.Min(vectors.Length, next + short.MaxValue / Vector256<ushort>.Count);
            for (; next < end; next++) counts -= Vector256.LessThanOrEqual(vectors[next], most);
            count += Vector256.Sum(counts);
            counts = Vector256<ushort>.Zero;
        }
        foreach (ushort value in ticks[(vectors.Length * Vector256<ushort>.Count)..]) if (value <= limit) count++;
        return count;
    }

    /// <summary>
    /// What is beyond 16 bits may be taken for the highest number of 16 bits as long as fewer than half are: the median's tick is below it.
    /// </summary>
    /// <returns>Null if so many are long.</returns>
    private static double? OfMostlyShort(ReadOnlySpan<ulong> values)
    {
        const int MostValues = 1 << 15;
        if (values.Length > MostValues) return null;
        ushort[] ticks = ArrayPool<ushort>.Shared.Rent(values.Length);
        int longer = 0;
        for (int i = 0; i < values.Length; i++)
        {
            ulong value = values[i];
            if (value >= ushort.MaxValue) longer++;
            ticks[i] = (ushort)Math.Min(value, ushort.MaxValue);
        }
        double? median = 2 * longer < values.Length ? OfTicks(ticks.AsSpan(0, values.Length), 1) : null;
        ArrayPool<ushort>.Shared.Return(ticks);
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
