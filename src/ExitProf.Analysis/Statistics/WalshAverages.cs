namespace ExitProf.Analysis;

/// <summary>
/// The averages of all pairs of some values, each with itself too: their median is Hodges-Lehmann's estimate of the centre, and their order
/// statistics are the ends of the signed-rank interval. Values are sorted once for intervals of any confidence.
/// </summary>
internal sealed class WalshAverages
{
    private readonly PairOrder sums;
    private readonly int count;
    private double? median;

    /// <exception cref="ArgumentException">No value, or one that is not finite.</exception>
    public WalshAverages(ReadOnlySpan<double> values)
    {
        count = values.Length;
        sums = PairOrder.Within(SignedRank.Sorted(values));
    }

    public double Median => median ??= sums.Median / 2;

    /// <summary>The interval has no ends where there are too few values.</summary>
    public Interval At(double confidence)
    {
        long order = RankDistribution.SignedRankOrder(count, confidence);
        return order == 0
            ? new Interval(Median, double.NaN, double.NaN)
            : new Interval(Median, sums.Smallest(order) / 2, sums.Smallest(sums.Count + 1 - order) / 2);
    }
}
