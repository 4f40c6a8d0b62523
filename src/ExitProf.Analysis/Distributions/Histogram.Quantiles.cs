using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace ExitProf.Analysis;

/// <summary>What is read off the counters: quantiles, and the curve of a chart.</summary>
public sealed partial class Histogram
{
    /// <summary>Four points for each decade of a tail.</summary>
    private static readonly double TailStep = Math.Pow(10, 0.25);

    /// <summary>What curves are drawn at: one of each number of points, and of values up to where their tails have all points.</summary>
    private static readonly ConcurrentDictionary<(int Points, int Tail), double[]> SharesOfCurves = [];

    /// <summary>
    /// The value that a share <paramref name="q"/> of all values is at or below; NaN if there are none. In the unit of the values.
    /// </summary>
    public double Quantile(double q)
    {
        Span<double> value = stackalloc double[1];
        Quantiles([q], value);
        return value[0];
    }

    /// <summary>Several quantiles in one pass.</summary>
    /// <param name="shares">From 0 to 1, in ascending order.</param>
    /// <remarks>
    /// Grouped data: a clock that ticks gives the value v to every duration around v, so the values of a bucket are taken as spread evenly
    /// from half a unit below its first to half a unit above its last value (the median of 1, 2, 3 is 2, of 1 and 2 it is 1.5). Between two
    /// buckets it is the middle of the gap. No quantile lies outside of the smallest and the largest value.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Quantiles(ReadOnlySpan<double> shares, Span<double> values)
    {
        long count = Count;
        if (count == 0)
        {
            values[..shares.Length].Fill(double.NaN);
            return;
        }
        (double min, double max) = (Min, Max);
        int next = 0;
        long below = 0;
        int open = -1;
        double end = 0;
        foreach ((int bucket, long n) in Buckets())
        {
            if (next >= shares.Length && open < 0) break;
            (double low, double width) = Range(bucket);
            low -= 0.5;
            if (open >= 0)
            {
                // These shares ended exactly with the bucket before.
                values[open..next].Fill((end + low) / 2);
                open = -1;
            }
            for (; next < shares.Length && shares[next] * count <= below + n; next++)
            {
                double part = (shares[next] * count - below) / n;
                values[next] = Math.Clamp(low + width * Math.Clamp(part, 0, 1), min, max);
                if (part >= 1 && open < 0) open = next;
            }
            below += n;
            end = low + width;
        }
        // Rounding can put the last share a hair above the count.
        for (; next < shares.Length; next++) values[next] = max;
    }

    /// <summary>
    /// Points of the cumulative distribution for a chart, evenly spread over the share, with three decades of either tail.
    /// </summary>
    /// <param name="points">How many there are in the even part.</param>
    /// <returns>In ascending order, from the smallest to the largest value; empty without values.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public IReadOnlyList<(double Value, double Share)> Curve(int points)
    {
        long count = Count;
        if (count == 0) return [];
        // A tail that is not a single exit long has nothing to show.
        int tail = 0;
        for (double share = 0.1; share * count >= 1 && share > 0.5e-4; share /= TailStep) tail++;
        double[] at = SharesOfCurves.GetOrAdd((points, tail), SharesOf);
        var values = new double[at.Length];
        Quantiles(at, values);
        var curve = new (double, double)[at.Length];
        for (int i = 0; i < curve.Length; i++) curve[i] = (values[i], at[i]);
        return curve;
    }

    private static double[] SharesOf((int Points, int Tail) curve)
    {
        var shares = new SortedSet<double> { 0, 1 };
        for (int i = 1; i < curve.Points; i++) shares.Add((double)i / curve.Points);
        double tail = 0.1;
        for (int i = 0; i < curve.Tail; i++, tail /= TailStep)
        {
            shares.Add(tail);
            shares.Add(1 - tail);
        }
        return [.. shares];
    }
}
