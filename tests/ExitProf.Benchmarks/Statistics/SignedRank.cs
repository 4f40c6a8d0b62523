namespace ExitProf.Benchmarks;

/// <summary>A value with its interval.</summary>
/// <param name="Count">Of the independent values it comes from.</param>
public readonly record struct Estimate(double Value, double Low, double High, int Count);

/// <summary>
/// Hodges-Lehmann estimate of a centre and its interval from Wilcoxon's signed-rank statistic, by the exact distribution (Hollander and Wolfe,
/// Nonparametric Statistical Methods, 3.2 and 3.3). It asks no more of the values than that they are independent and lie symmetrically.
/// </summary>
public static class SignedRank
{
    public const double Confidence = 0.99;

    /// <summary>Below this even the widest interval does not have the confidence wanted: 2 / 2^8 = 0.8 %.</summary>
    public const int LeastValues = 8;

    /// <summary>The exact distribution needs 2^n, which a double holds up to here.</summary>
    public const int MostValues = 1000;

    /// <exception cref="ArgumentException">Fewer values than <see cref="LeastValues"/>, more than <see cref="MostValues"/>, or one that is not finite.</exception>
    public static Estimate Centre(IReadOnlyList<double> values)
    {
        if (values.Count is < LeastValues or > MostValues) throw new ArgumentException($"{values.Count} values", nameof(values));
        if (!values.All(double.IsFinite)) throw new ArgumentException("a value that is not finite", nameof(values));
        double[] averages = WalshAverages(values);
        int outside = OrderStatistic(values.Count);
        return new Estimate(Median(averages), averages[outside - 1], averages[^outside], values.Count);
    }

    /// <summary>The centre of the logarithms, as a ratio.</summary>
    public static Estimate Ratio(IEnumerable<double> ratios)
    {
        Estimate log = Centre([.. ratios.Select(r => Math.Log(r))]);
        return new Estimate(Math.Exp(log.Value), Math.Exp(log.Low), Math.Exp(log.High), log.Count);
    }

    /// <summary>
    /// The ratio of two differences that were measured together: the factors that the pairs do not contradict (as Fieller's interval, with
    /// signed ranks). A single pair's ratio would be worthless where noise can turn its denominator round.
    /// </summary>
    /// <param name="most">The interval is cut off here.</param>
    public static Estimate RatioOfDifferences(IReadOnlyList<(double Numerator, double Denominator)> pairs, double most = 10)
    {
        return new Estimate(Root(e => e.Value), Root(e => e.Low), Root(e => e.High), pairs.Count);

        // What is left of the numerators falls as the factor rises.
        double Root(Func<Estimate, double> side)
        {
            double low = 0, high = most;
            for (int i = 0; i < 40; i++)
            {
                double middle = (low + high) / 2;
                if (side(Centre([.. pairs.Select(p => p.Numerator - middle * p.Denominator)])) > 0) low = middle;
                else high = middle;
            }
            return low;
        }
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static double[] WalshAverages(IReadOnlyList<double> values)
    {
        var averages = new double[values.Count * (values.Count + 1) / 2];
        int at = 0;
        for (int i = 0; i < values.Count; i++)
        {
            for (int k = i; k < values.Count; k++) averages[at++] = (values[i] + values[k]) / 2;
        }
        Array.Sort(averages);
        return averages;
    }

    /// <summary>The largest c for which the interval from the c-th smallest to the c-th largest Walsh average has the confidence.</summary>
    private static int OrderStatistic(int count)
    {
        double[] probabilities = Distribution(count);
        double tail = 0;
        int c = 0;
        while (tail + probabilities[c] <= (1 - Confidence) / 2) tail += probabilities[c++];
        return c;
    }

    /// <summary>P(W = w) of the sum W of those of the ranks 1..n whose signs, by fair coins, are positive.</summary>
    private static double[] Distribution(int count)
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
}
