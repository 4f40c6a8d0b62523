using ExitProf.Analysis;

namespace ExitProf.Benchmarks;

/// <summary>A value with its interval.</summary>
/// <param name="Count">Of the independent values it comes from.</param>
public readonly record struct Estimate(double Value, double Low, double High, int Count);

/// <summary>Estimates of what runs beside each other differ by, with their 99 % intervals (<see cref="SignedRank"/>).</summary>
public static class RankEstimate
{
    public const double Confidence = 0.99;

    /// <exception cref="ArgumentException">Too few values for an interval, or one that is not finite.</exception>
    public static Estimate Centre(IReadOnlyList<double> values)
    {
        Interval centre = SignedRank.Centre([.. values], Confidence);
        if (!centre.Exists) throw new ArgumentException($"{values.Count} values", nameof(values));
        return new Estimate(centre.Value, centre.Low, centre.High, values.Count);
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
}
