using Perfolizer.Mathematics.Distributions.ContinuousDistributions;

namespace ExitProf.Analysis;

/// <summary>
/// By how much an interval grows because values resemble those that were measured beside them. A first-order autoregressive series of n
/// values is worth n (1 − ρ) / (1 + ρ) independent ones: the interval is as much wider as their centre is less sure, and as Student's t of
/// so few is larger.
/// </summary>
/// <remarks>
/// Of few values ρ comes out too low, and far from the truth: of ten values with ρ = 0.6 every fifth set shows none. So the estimate is
/// corrected upwards, the more the fewer values there are, and with up to 26 values nearly any estimate counts. With more it has to be
/// significant, from 62 on by 1.4 standard errors, and the interval grows with the significance, so that independent runs keep their
/// power. Values worth fewer than 14 independent ones do not tell how near 1 their ρ is: their interval is half as wide again.
/// <para>
/// Where a number below names no other source, it was chosen by the simulations of tests/verdicts.sh, so that the false alarms of their
/// rows "series cut in two" and "pairs" stay near alpha; what that costs is in the rows "shift". Statistics.md has the table.
/// </para>
/// </remarks>
/// <param name="Factor">By which intervals grow.</param>
/// <param name="Significance">How far the correlation is from 0, in standard errors.</param>
/// <param name="Values">How many it was found in.</param>
/// <param name="Extra">The part of the factor that is there because it is not known how near 1 the correlation is.</param>
internal readonly record struct SerialWidening(double Factor, double Significance, int Values, double Extra = 1)
{
    /// <summary>
    /// A correlation is taken to be no larger, or the widening would have no bound; of few values nothing larger is known.
    /// </summary>
    private const double Most = 0.95, MostOfFew = 0.8;

    /// <summary>Values from which on a correlation is known well enough to be larger.</summary>
    private const double Enough = 60;

    /// <summary>However much values resemble each other, they count as this many independent ones at least.</summary>
    private const double LeastWorth = 4;

    /// <summary>A widening from which on nothing that asks for independent values is concluded from a few.</summary>
    private const double Large = 1.3;

    /// <summary>A widening from which on it is worth a word.</summary>
    private const double Noticeable = 1.6;

    /// <summary>
    /// Beyond this many standard errors, the one-sided 1 % of the normal distribution, the values are taken to resemble their neighbours,
    /// whatever is asked of them.
    /// </summary>
    private const double Plain = 2.326;

    /// <summary>Values from which on only a plain correlation is compared with a tail: a smaller one moves it little.</summary>
    private const double EnoughForTail = 100;

    /// <summary>
    /// Values up to which any positive correlation counts, and how many more it takes until one more standard error is asked.
    /// </summary>
    private const double Few = 26, PerError = 22;

    /// <summary>The one-sided 5 % of the normal distribution.</summary>
    private const double MostAsked = 1.645;

    /// <summary>
    /// From 48 values on the interval begins to grow this much below the asked significance, and has its full width one standard error
    /// later; with fewer, both are less.
    /// </summary>
    private const double Earlier = 0.2;

    /// <summary>In a single series of few values even a correlation a little below 0 says nothing against a large one.</summary>
    private const double LeastOfTwo = 0, LeastOfOne = -1;

    /// <summary>Standard errors that are added to the estimate from few values.</summary>
    private const double Added = 0.25;

    /// <summary>
    /// At least 14 values that are worth fewer independent ones, and whose correlation is not nothing, get wider intervals still.
    /// </summary>
    private const double LittleWorth = 14, Something = 1.3, WiderStill = 1.5;

    public static readonly SerialWidening None = new(1, 0, 0);

    /// <summary>True where neighbours resemble each other clearly: independent values look so in one of a hundred sets.</summary>
    public bool IsPlain => Significance > Plain;

    /// <summary>True where intervals grow so much, though nothing is plain, that a reader should know why.</summary>
    public bool IsNoticeable => IsPlain || Factor > Noticeable;

    /// <summary>
    /// True where neighbours may resemble each other so much that nothing that asks for independent values may be concluded. Of ten
    /// independent values that is so in every third set, because ten values cannot tell: it is no sign that they do.
    /// </summary>
    public bool IsLarge => Values < EnoughForTail ? Factor > Large || Significance > MostAsked : Factor > Noticeable || IsPlain;

    /// <summary>The same of values with a trend: what it makes neighbours have in common is allowed for by itself.</summary>
    public SerialWidening BesideTrend => this with { Factor = Factor / Extra, Extra = 1 };

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
        double sum = 0;
        int used = 0, n = 0;
        foreach ((int count, double? known) in sides)
        {
            // Each side has its own weight: one that is spread widely must not speak for both.
            if (known is not { } own) continue;
            sum += count * own;
            n += count;
            used++;
        }
        if (used == 0) return None;
        double raw = sum / n, significance = (raw + (double)used / n) * Math.Sqrt(n);
        double many = Math.Clamp((n - Few) / PerError, 0, 1),
            asked = Math.Clamp((n - Few) / PerError, used == 1 ? LeastOfOne : LeastOfTwo, MostAsked) - Earlier * many;
        if (significance <= asked) return new SerialWidening(1, significance, n);
        double share = many > 0 ? Math.Min(1, (significance - asked) / many) : 1;
        double rho = Rho(raw, n, used) + Added * (1 - many) / Math.Sqrt(n);
        rho = Math.Clamp(rho, 0, n < Enough ? MostOfFew : Most);
        double widening = (1 + rho) / (1 - rho),
            worth = Math.Max(LeastWorth, n / widening);
        double factor = Math.Sqrt(widening) * (worth < n ? Student(worth - 1, confidence) / Student(n - used, confidence) : 1);
        factor = 1 + (Math.Max(1, factor) - 1) * share;
        double extra = n >= LittleWorth && n / widening < LittleWorth && significance > Something ? WiderStill : 1;
        return new SerialWidening(factor * extra, significance, n, extra);
    }

    /// <summary>The correlation of neighbours, corrected for how much too low few values show it.</summary>
    private static double Rho(double raw, double n, int used) =>
        // Of very few values the divisor would be 0 or less: with the bound, the largest correlation that is assumed decides.
        (raw + (used + 20 / n) / n) / Math.Max(0.05, 1 - (4 * used + 40 / n) / n);

    private static double Student(double freedom, double confidence) =>
        new StudentDistribution(Math.Max(1, freedom)).Quantile(0.5 + confidence / 2);
}
