namespace ExitProf.Analysis;

/// <summary>
/// By how much one set of values lies above another: Hodges-Lehmann's estimate (the median of all pairwise differences) with the interval
/// of the Mann-Whitney statistic. It asks only that both sets are spread alike.
/// </summary>
public static class RankShift
{
    /// <summary>Second minus first. Without ends where there are too few values.</summary>
    /// <exception cref="ArgumentException">A side without values, or a value that is not finite.</exception>
    public static Interval Between(ReadOnlySpan<double> first, ReadOnlySpan<double> second, double confidence)
    {
        double[] minus = SignedRank.Sorted(first);
        for (int i = 0; i < minus.Length; i++) minus[i] = -minus[i];
        Array.Reverse(minus);
        PairOrder differences = PairOrder.Between(SignedRank.Sorted(second), minus);
        long order = RankDistribution.MannWhitneyOrder(first.Length, second.Length, confidence);
        return order == 0
            ? new Interval(differences.Median, double.NaN, double.NaN)
            : new Interval(differences.Median, differences.Smallest(order), differences.Smallest(differences.Count + 1 - order));
    }
}
