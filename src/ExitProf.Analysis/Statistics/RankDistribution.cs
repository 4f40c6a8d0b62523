using System.Collections.Concurrent;
using Perfolizer.Mathematics.Distributions.ContinuousDistributions;

namespace ExitProf.Analysis;

/// <summary>
/// How rank statistics are distributed when nothing but chance moves them: Wilcoxon's signed-rank sum, and the count U of Mann and Whitney.
/// Exact up to <see cref="MostExact"/> values; beyond that normal with the same mean and variance and a continuity correction of one half.
/// R's wilcox.test and SciPy draw the same line. The normal's tails are the heavier ones: there its 99 % interval is wider by a few of
/// 1,326 ranks.
/// </summary>
internal static class RankDistribution
{
    public const int MostExact = 50;

    /// <summary>
    /// Pairs up to which the distribution of U is made where one side has few values: a few against many are far from normal.
    /// </summary>
    private const int MostExactPairs = 5_000, Few = 10;

    /// <summary>An order depends on numbers of values only, and is asked for again and again.</summary>
    private static readonly ConcurrentDictionary<(int First, int Second, double Confidence), long> Orders = new();

    /// <summary>
    /// The interval of a signed-rank centre goes from the c-th smallest to the c-th largest Walsh average (Hollander and Wolfe,
    /// Nonparametric Statistical Methods, 3.3).
    /// </summary>
    /// <returns>The largest c with the confidence; 0 if even the whole range has less.</returns>
    public static long SignedRankOrder(int count, double confidence) =>
        Orders.GetOrAdd((count, 0, confidence), key => OfSignedRank(key.First, (1 - key.Confidence) / 2));

    private static long OfSignedRank(int count, double tail)
    {
        if (count <= MostExact) return Order(SignedRank(count), tail);
        double n = count;
        return Order(n * (n + 1) / 4, n * (n + 1) * (2 * n + 1) / 24, tail);
    }

    /// <summary>The same for the pairwise differences of two sets (Hollander and Wolfe, 4.3).</summary>
    public static long MannWhitneyOrder(int first, int second, double confidence) =>
        Orders.GetOrAdd(
            (Math.Min(first, second), Math.Max(first, second), confidence),
            key => OfMannWhitney(key.First, key.Second, (1 - key.Confidence) / 2)
        );

    private static long OfMannWhitney(int first, int second, double tail)
    {
        if (second <= MostExact || first <= Few && first * (long)second <= MostExactPairs) return Order(MannWhitney(first, second), tail);
        double pairs = (double)first * second;
        return Order(pairs / 2, pairs * (first + second + 1.0) / 12, tail);
    }

    /// <summary>P(W = w) of the sum W of those of the ranks 1 … n whose signs, by fair coins, are positive.</summary>
    public static double[] SignedRank(int count)
    {
        var probabilities = new double[count * (count + 1) / 2 + 1];
        probabilities[0] = 1;
        for (int rank = 1, most = 0; rank <= count; rank++)
        {
            most += rank;
            for (int w = most; w >= 0; w--) probabilities[w] = (probabilities[w] + (w >= rank ? probabilities[w - rank] : 0)) / 2;
        }
        return probabilities;
    }

    /// <summary>
    /// P(U = u) of the number U of pairs in which the first set's value is the higher one. The highest of all values is one of the first
    /// set's m with probability m / (m + n), and then it is higher than all n others: only additions, so that nothing cancels.
    /// </summary>
    public static double[] MannWhitney(int first, int second)
    {
        // By number of the first set's values; the second set's grow with every turn of the outer loop.
        var of = new double[first + 1][];
        for (int m = 0; m <= first; m++) (of[m] = new double[first * second + 1])[0] = 1;
        for (int n = 1; n <= second; n++)
        {
            for (int m = 1; m <= first; m++)
            {
                double highest = m / (double)(m + n);
                // of[m − 1] has this turn's values already, of[m] still those of the turn before.
                for (int u = m * n; u >= 0; u--) of[m][u] = (1 - highest) * of[m][u] + (u >= n ? highest * of[m - 1][u - n] : 0);
            }
        }
        return of[first];
    }

    private static long Order(double[] probabilities, double tail)
    {
        double sum = 0;
        int order = 0;
        // Rounding must not decide where a tail is met exactly.
        while (order < probabilities.Length && sum + probabilities[order] <= tail * (1 + 1e-12)) sum += probabilities[order++];
        return order;
    }

    /// <summary>P(W ≤ c − 1) ≤ tail, with W ≤ c − 1 taken as W &lt; c − ½.</summary>
    private static long Order(double mean, double variance, double tail) =>
        Math.Max(0, (long)Math.Floor(mean + 0.5 + Math.Sqrt(variance) * NormalDistribution.Standard.Quantile(tail)));
}
