using Perfolizer.Mathematics.Distributions.ContinuousDistributions;

namespace ExitProf.Analysis;

/// <summary>
/// By how much an interval grows because values resemble those that were measured beside them. A first-order autoregressive series of n
/// values is worth n (1 − ρ) / (1 + ρ) independent ones: the interval is as much wider as their centre is less sure, and as Student's t of
/// so few is larger.
/// </summary>
/// <remarks>
/// Of few values ρ comes out too low, and far from the truth: of ten values with ρ = 0.6 every fifth set shows none. So the estimate is
/// corrected upwards, the more the fewer values there are (the coefficients come from simulation: Statistics.md), and with up to 26 values
/// any positive estimate counts. With more it has to be significant, at 5 % from 62 values on, so that independent runs keep their power.
/// </remarks>
internal readonly record struct SerialWidening(double Factor, double Significance)
{
    /// <summary>
    /// A correlation is taken to be no larger, or the widening would have no bound; of few values nothing larger is known.
    /// </summary>
    private const double Most = 0.95, MostOfFew = 0.8;

    /// <summary>Values from which on a correlation is known well enough to be larger.</summary>
    private const double Enough = 60;

    private const double LeastWorth = 4;

    /// <summary>A widening from which on nothing that asks for independent values is concluded from a few.</summary>
    private const double Large = 1.6;

    /// <summary>Beyond this many standard errors the values are taken to resemble their neighbours, whatever is asked of them.</summary>
    private const double Plain = 2.326;

    /// <summary>
    /// Values up to which any positive correlation counts, and by how many more the asked significance grows by one standard error.
    /// </summary>
    private const double Few = 26, PerError = 22;

    private const double MostAsked = 1.645;

    public static readonly SerialWidening None = new(1, 0);

    /// <summary>True where neighbours resemble each other clearly: independent values look so in one of a hundred sets.</summary>
    public bool IsPlain => Significance > Plain;

    /// <summary>
    /// True where neighbours may resemble each other so much that nothing that asks for independent values may be concluded. Of ten
    /// independent values that is so in every third set, because ten values cannot tell: it is no sign that they do.
    /// </summary>
    public bool IsLarge => IsPlain || Factor > Large;

    /// <param name="sides">Each in the order of time. The correlation is that within the sides.</param>
    public static SerialWidening Of(double confidence, params ReadOnlySpan<double[]> sides)
    {
        var known = new (int, double?)[sides.Length];
        for (int i = 0; i < known.Length; i++) known[i] = (sides[i].Length, Autocorrelation.Raw(sides[i]));
        return Of(confidence, known);
    }

    /// <param name="sides">The number of values and their autocorrelation, <see cref="Autocorrelation.Raw"/>.</param>
    /// <inheritdoc cref="Of(double, ReadOnlySpan{double[]})"/>
    internal static SerialWidening Of(double confidence, ReadOnlySpan<(int Count, double? Raw)> sides)
    {
        double sum = 0, n = 0;
        int used = 0;
        foreach ((int count, double? known) in sides)
        {
            // Each side has its own weight: one that is spread widely must not speak for both.
            if (known is not { } own) continue;
            sum += count * own;
            n += count;
            used++;
        }
        if (used == 0) return None;
        double raw = sum / n, significance = (raw + used / n) * Math.Sqrt(n);
        // In a single series of few values even a correlation a little below 0 says nothing against a large one.
        double asked = Math.Clamp((n - Few) / PerError, used == 1 ? -1 : 0, MostAsked);
        if (significance <= asked)
            return new SerialWidening(1, significance);
        double rho = Math.Clamp(
            (raw + (used + 20 / n) / n) / Math.Max(0.05, 1 - (4 * used + 40 / n) / n),
            0,
            n < Enough ? MostOfFew : Most
        );
        double widening = (1 + rho) / (1 - rho),
            worth = Math.Max(LeastWorth, n / widening);
        double factor = Math.Sqrt(widening) * (worth < n ? Student(worth - 1, confidence) / Student(n - used, confidence) : 1);
        return new SerialWidening(Math.Max(1, factor), significance);
    }

    private static double Student(double freedom, double confidence) =>
        new StudentDistribution(Math.Max(1, freedom)).Quantile(0.5 + confidence / 2);
}
