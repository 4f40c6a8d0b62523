using System.Numerics;
using System.Runtime.CompilerServices;

namespace ExitProf.Analysis;

/// <summary>
/// Log-linear histogram of non-negative integers: exact below 4,096, above that in buckets at most 1/4,096 (0.025 %) of their value wide.
/// With TSC ticks as unit that is exact for exits up to 4,096 ticks. It grows with the largest value seen and merges by addition.
/// </summary>
public sealed class Histogram
{
    private const int Bits = 12;
    private const int Exact = 1 << Bits;

    private long[] counts = new long[Exact];

    public long Count { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(uint value)
    {
        int index = value < Exact ? (int)value : Index(value);
        if ((uint)index >= (uint)counts.Length) Grow(index);
        counts[index]++;
    }

    public void Add(ulong value, long times)
    {
        int index = value < Exact ? (int)value : Index(value);
        if ((uint)index >= (uint)counts.Length) Grow(index);
        counts[index] += times;
    }

    /// <summary>Must be called after a series of Add and before reading: the hot path does not count.</summary>
    public void Settle()
    {
        long sum = 0;
        foreach (long n in counts) sum += n;
        Count = sum;
    }

    public void Merge(Histogram other)
    {
        if (other.counts.Length > counts.Length) Grow(other.counts.Length - 1);
        for (int i = 0; i < other.counts.Length; i++) counts[i] += other.counts[i];
        Settle();
    }

    /// <summary>The value that a share <paramref name="q"/> of all values is at or below; NaN if there are none. In the unit of the values.</summary>
    /// <remarks>Grouped data: the values of a bucket are taken as spread evenly over its width, so a quantile is finer than the unit.</remarks>
    public double Quantile(double q)
    {
        if (Count == 0) return double.NaN;
        double target = q * Count;
        long below = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            long n = counts[i];
            if (n == 0) continue;
            if (below + n >= target)
            {
                (double low, double width) = Range(i);
                return low - 0.5 + width * Math.Clamp((target - below) / n, 0, 1);
            }
            below += n;
        }
        return double.NaN;
    }

    public double Min => Edge(Enumerable.Range(0, counts.Length), last: false);

    public double Max => Edge(Enumerable.Range(0, counts.Length).Reverse(), last: true);

    /// <summary>At most <paramref name="points"/> points of the cumulative distribution, evenly spread over the share and with the tail.</summary>
    public IEnumerable<(double Value, double Share)> Curve(int points)
    {
        if (Count == 0) yield break;
        for (int i = 0; i <= points; i++)
        {
            // Half of the points below the median's mirror are not needed where the curve is steep; the tail gets its own decades.
            double share = i < points * 9 / 10 ? (double)i / (points * 9 / 10 + 1) : 1 - Math.Pow(10, -1 - 3.0 * (i - points * 9 / 10) / (points / 10 + 1));
            yield return (Quantile(share), share);
        }
    }

    private double Edge(IEnumerable<int> order, bool last)
    {
        foreach (int i in order)
        {
            if (counts[i] == 0) continue;
            (double low, double width) = Range(i);
            return last ? low + width - 1 : low;
        }
        return double.NaN;
    }

    private static int Index(ulong value)
    {
        int shift = BitOperations.Log2(value) - Bits;
        return ((shift + 1) << Bits) + (int)((value >> shift) - Exact);
    }

    private static (double Low, double Width) Range(int index)
    {
        if (index < Exact) return (index, 1);
        int shift = (index >> Bits) - 1;
        return ((double)((ulong)((index & (Exact - 1)) + Exact) << shift), 1UL << shift);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int index) => Array.Resize(ref counts, ((index >> Bits) + 1) << Bits);
}
