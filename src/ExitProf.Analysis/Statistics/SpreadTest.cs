using Perfolizer.Mathematics.Distributions.ContinuousDistributions;

namespace ExitProf.Analysis;

/// <summary>Whether one set of values is spread more widely than another, whatever their centres are.</summary>
internal static class SpreadTest
{
    /// <summary>With fewer values on a side nothing is known of its spread.</summary>
    public const int LeastValues = 5;

    /// <summary>
    /// Mann and Whitney's test on how far each value lies from the median of its side (Levene's idea with ranks), two-sided. Values of a
    /// small side lie a little too near to their own median; the middle one of an odd number is left out for that.
    /// </summary>
    public static double Chance(double[] first, double[] second)
    {
        if (Math.Min(first.Length, second.Length) < LeastValues) return 1;
        double[] a = Distances(first), b = Distances(second);
        double[] all = [.. a, .. b];
        Array.Sort(all);
        double ranks = 0, ties = 0;
        var rankOf = new Dictionary<double, double>();
        for (int i = 0; i < all.Length;)
        {
            int end = i;
            while (end < all.Length && all[end] == all[i]) end++;
            double tied = end - i;
            rankOf[all[i]] = i + (tied + 1) / 2;
            ties += tied * (tied * tied - 1);
            i = end;
        }
        foreach (double v in a) ranks += rankOf[v];
        double n = all.Length, u = ranks - a.Length * (a.Length + 1) / 2.0, mean = a.Length * (double)b.Length / 2;
        double variance = a.Length * (double)b.Length / 12 * (n + 1 - ties / (n * (n - 1)));
        return variance > 0 ? 2 * NormalDistribution.Standard.Cdf(-Math.Max(0, Math.Abs(u - mean) - 0.5) / Math.Sqrt(variance)) : 1;
    }

    private static double[] Distances(double[] values)
    {
        double median = Median.Of(values);
        double[] distances = [.. values.Select(v => Math.Abs(v - median))];
        if (values.Length % 2 == 0) return distances;
        Array.Sort(distances);
        return distances[1..];
    }
}
