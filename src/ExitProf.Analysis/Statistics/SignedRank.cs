namespace ExitProf.Analysis;

/// <summary>
/// The centre of paired differences: Hodges-Lehmann's estimate (the median of all Walsh averages) with the interval of Wilcoxon's
/// signed-rank statistic. It asks of the values only that they are independent and lie symmetrically; that neighbours resemble each other
/// is allowed for by <see cref="Correlated"/>.
/// </summary>
public static class SignedRank
{
    /// <summary>
    /// How many values an interval of this confidence needs: all of n fair coins fall on one side with probability 2 / 2^n.
    /// </summary>
    public static int LeastValues(double confidence)
    {
        int count = 1;
        while (RankDistribution.SignedRankOrder(count, confidence) == 0 && count < RankDistribution.MostExact) count++;
        return count;
    }

    /// <summary>Estimates the centre of independent values. The interval has no ends where there are too few values.</summary>
    /// <exception cref="ArgumentException">No value, or one that is not finite.</exception>
    public static Interval Centre(ReadOnlySpan<double> values, double confidence) => new WalshAverages(values).At(confidence);

    /// <summary>Estimates the centre of values in the order of time: the interval is widened by their own autocorrelation.</summary>
    /// <inheritdoc cref="Centre"/>
    public static Interval Correlated(ReadOnlySpan<double> values, double confidence) =>
        Centre(values, confidence).Widened(Autocorrelation.Widening(values));

    internal static double[] Sorted(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty) throw new ArgumentException("no value", nameof(values));
        double[] sorted = values.ToArray();
        foreach (double value in sorted)
        {
            if (!double.IsFinite(value)) throw new ArgumentException("a value that is not finite", nameof(values));
        }
        DigitSort.Sort(sorted);
        return sorted;
    }
}
