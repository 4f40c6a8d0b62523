using System.Numerics;

namespace ExitProf.Analysis;

/// <summary>
/// A histogram that is small where there are few values: sub-keys come by the thousand. Exact below 64 ticks, above that in buckets of
/// 1/64 of their value; it grows with the largest value seen.
/// </summary>
internal sealed class DurationCounts
{
    private const int Bits = 6;
    private const int Linear = 1 << Bits;

    private uint[] counts = [];
    private ulong min = ulong.MaxValue;
    private ulong max;

    internal long Count { get; private set; }

    internal double Sum { get; private set; }

    internal double Max => Count == 0 ? double.NaN : max;

    internal double Min => Count == 0 ? double.NaN : min;

    internal void Add(ulong ticks)
    {
        int index = Index(ticks);
        if (index >= counts.Length) Array.Resize(ref counts, Math.Max(16, index + index / 4 + 1));
        if (counts[index] < uint.MaxValue) counts[index]++;
        Count++;
        Sum += ticks;
        min = Math.Min(min, ticks);
        max = Math.Max(max, ticks);
    }

    /// <summary>The value that a share of all values is at or below; the middle of its bucket. NaN if there are none.</summary>
    internal double Quantile(double share)
    {
        if (Count == 0) return double.NaN;
        double rank = share * Count, below = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            below += counts[i];
            if (counts[i] > 0 && below >= rank) return Math.Clamp(Middle(i), min, max);
        }
        return max;
    }

    private static int Index(ulong ticks)
    {
        if (ticks < Linear) return (int)ticks;
        int shift = BitOperations.Log2(ticks) - Bits;
        return ((shift + 1) << Bits) + (int)(ticks >> shift) - Linear;
    }

    private static double Middle(int index)
    {
        if (index < Linear) return index;
        int shift = (index >> Bits) - 1;
        double low = (double)((ulong)(Linear + (index & (Linear - 1))) << shift), width = 1UL << shift;
        return low + (width - 1) / 2;
    }
}
