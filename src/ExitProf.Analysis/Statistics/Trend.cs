using Perfolizer.Mathematics.Distributions.ContinuousDistributions;

namespace ExitProf.Analysis;

/// <summary>A trend within values in the order in which they were measured.</summary>
/// <param name="Chance">Two-sided: how often independent values of one level would rank so steadily.</param>
/// <param name="Slope">By how much a value lies above the one before it: the median of all slopes (Theil 1950, Sen 1968). NaN where there
/// is clearly no trend.</param>
/// <param name="Steepest">The largest slope, up or down, that the values allow with <see cref="SlopeConfidence"/>.</param>
public readonly record struct Trend(double Chance, double Slope, double Steepest)
{
    public const double SlopeConfidence = 0.9;

    /// <summary>With fewer, no order of them is rare enough to be a trend.</summary>
    public const int LeastValues = 6;

    /// <summary>Slopes are taken between all pairs: of more values neighbours are put together first.</summary>
    private const int MostPoints = 200;

    /// <summary>
    /// Pairs less those of the other direction, as a share of all: values that rise or fall so steadily do so all along. What is left of a
    /// smooth curve after its slope is taken off resembles its neighbours most of all, and would hide the trend that it is.
    /// </summary>
    private const double Steady = 0.9;

    /// <summary>Above this chance nobody asks for the slope.</summary>
    private const double Unlikely = 0.05;

    /// <summary>
    /// Mann-Kendall's test. Values that resemble their neighbours rise and fall for a while without a trend, so its variance is multiplied
    /// by 1 + 2 Σ (1 − k/n) ρ^k, with ρ of what is left after the trend is taken off (Yue and Wang, Water Resources Management 18, 2004).
    /// </summary>
    /// <param name="values">In the order of time.</param>
    public static Trend Of(ReadOnlySpan<double> values)
    {
        if (values.Length < LeastValues) return new Trend(1, 0, 0);
        (double[] points, int width) = Points(values);
        double score = Math.Abs(Score(points)), distance = Math.Max(0, score - 1), plain = Variance(points);
        // Nearly all sides have no trend, and then their slope is of no use: it takes far longer than the score.
        double chance = plain > 0 ? ChanceOf(distance, plain) : 1;
        if (chance > Unlikely) return new Trend(chance, double.NaN, double.NaN);
        double[] slopes = Slopes(points);
        double slope = (slopes[(slopes.Length - 1) / 2] + slopes[slopes.Length / 2]) / 2;
        double variance = plain * Inflation(points, slope);
        // The interval of the slope goes from one order statistic of all slopes to another (Sen 1968).
        double ranks = Math.Sqrt(variance) * NormalDistribution.Standard.Quantile(0.5 + SlopeConfidence / 2);
        int low = (int)Math.Clamp((slopes.Length - ranks) / 2, 0, slopes.Length - 1),
            high = (int)Math.Clamp((slopes.Length + ranks) / 2, 0, slopes.Length - 1);
        double steepest = Math.Max(Math.Abs(slopes[low]), Math.Abs(slopes[high]));
        bool steady = score >= Steady * points.Length * (points.Length - 1) / 2;
        return new Trend(ChanceOf(distance, steady ? plain : variance), slope / width, steepest / width);
    }

    private static double ChanceOf(double distance, double variance) =>
        2 * NormalDistribution.Standard.Cdf(-distance / Math.Sqrt(variance));

    /// <summary>Medians of as many neighbours as leave few enough points; the last ones that fill no group are left out.</summary>
    private static (double[] Points, int Width) Points(ReadOnlySpan<double> values)
    {
        int width = (values.Length + MostPoints - 1) / MostPoints;
        if (width == 1) return (values.ToArray(), 1);
        var points = new double[values.Length / width];
        for (int i = 0; i < points.Length; i++) points[i] = Median.Of(values.Slice(i * width, width));
        return (points, width);
    }

    private static double[] Slopes(double[] points)
    {
        var slopes = new double[points.Length * (points.Length - 1) / 2];
        int at = 0;
        for (int i = 0; i < points.Length; i++)
        {
            for (int k = i + 1; k < points.Length; k++) slopes[at++] = (points[k] - points[i]) / (k - i);
        }
        Array.Sort(slopes);
        return slopes;
    }

    /// <summary>Pairs that rise less pairs that fall.</summary>
    private static double Score(double[] points)
    {
        int score = 0;
        for (int i = 0; i < points.Length; i++)
        {
            for (int k = i + 1; k < points.Length; k++) score += Math.Sign(points[k] - points[i]);
        }
        return score;
    }

    /// <summary>The variance of the score where nothing but chance orders the values; ties take some off (Kendall 1970).</summary>
    private static double Variance(double[] points)
    {
        static double Cubic(double n) => n * (n - 1) * (2 * n + 5);
        return (Cubic(points.Length) - points.GroupBy(p => p).Sum(g => Cubic(g.Count()))) / 18;
    }

    private static double Inflation(double[] points, double slope)
    {
        double[] rest = [.. points.Select((p, i) => p - slope * i)];
        double rho = Autocorrelation.OfNeighbours(rest), power = 1, sum = 0;
        for (int k = 1; k < points.Length && power > 1e-9; k++) sum += (1 - k / (double)points.Length) * (power *= rho);
        return 1 + 2 * sum;
    }
}
