using Perfolizer.Mathematics.Distributions.ContinuousDistributions;

namespace ExitProf.Analysis;

/// <summary>
/// By how much an interval grows because values resemble those that were measured beside them. A first-order autoregressive series of n
/// values is worth n (1 − ρ) / (1 + ρ) independent ones: the interval is as much wider as their centre is less sure, and as Student's t of
/// so few is larger.
/// </summary>
/// <remarks>
/// Of few values ρ comes out too low, and far from the truth: of ten values with ρ = 0.6 every fifth set shows none. So the estimate is
/// corrected upwards, the more the fewer values there are, and of few values nearly any estimate counts. Of many it counts by degrees, from
/// half a standard error on; where neighbours on two sides do not resemble each other at all, the interval is a little narrower instead, so
/// that independent runs have the confidence that was asked for on the average over all orders, and keep their power. Values worth fewer
/// than 14 independent ones do not tell how near 1 their ρ is: their interval is half as wide again.
/// <para>
/// Where a number below names no other source, it was chosen by the simulations of tests/verdicts.sh, so that the false alarms of their
/// rows "series cut in two" and "pairs" stay within alpha; what that costs is in the rows "shift". Statistics.md has the table.
/// </para>
/// </remarks>
/// <param name="Factor">By which intervals grow; a little below 1 where neighbours do not resemble each other.</param>
/// <param name="Significance">How far the correlation is from 0, in standard errors.</param>
/// <param name="Values">How many it was found in.</param>
/// <param name="KnownFactor">The factor if it were known how near 1 the correlation is.</param>
internal readonly record struct SerialWidening(double Factor, double Significance, int Values, double KnownFactor = 1)
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

    /// <summary>
    /// Standard errors beyond which a tail is not judged; of so many values it takes more of them, because they move a tail little.
    /// </summary>
    private const double MostForTail = 1.5, MostForTailOfMany = 1.9, EnoughForTail = 100;

    /// <summary>Values up to which the rule for few holds alone, and how many more it takes until that for many does.</summary>
    private const double Few = 30, PerRule = 26;

    /// <summary>
    /// Few values: where the interval begins to grow, and how much later it has its full width, in standard errors. In a single series even
    /// a correlation below 0 says nothing against a large one.
    /// </summary>
    private const double FirstOfTwo = -0.4, FirstOfOne = -1, FullOfFew = 0.8;

    /// <summary>Many values: the same; the interval grows beyond the full width by a fifth.</summary>
    private const double FirstOfMany = 0.45, FullOfMany = 1.2, MostShare = 1.2;

    /// <summary>
    /// The factor of two sides with many values where neighbours do not resemble each other. Two of three sets of independent runs lie
    /// there, and the intervals of the others are too wide.
    /// </summary>
    private const double Narrowest = 0.93;

    /// <summary>Standard errors that are added to the estimate from few values.</summary>
    private const double Added = 0.25;

    /// <summary>
    /// At least 14 values that are worth fewer independent ones, and whose correlation is not nothing, have wider intervals still.
    /// </summary>
    private const double LittleWorth = 14, Something = 1.3, WiderStill = 1.5;

    public static readonly SerialWidening None = new(1, 0, 0);

    /// <summary>True where neighbours resemble each other clearly: independent values look so in one of a hundred sets.</summary>
    public bool IsPlain => Significance > Plain;

    /// <summary>True where intervals grow so much, though nothing is plain, that a reader should know why.</summary>
    public bool IsNoticeable => IsPlain || Factor > Noticeable;

    /// <summary>
    /// True where neighbours may resemble each other so much that nothing that asks for independent values may be concluded. Of ten
    /// independent values that is so in most sets, because ten values cannot tell: it is no sign that they do.
    /// </summary>
    public bool IsLarge => Values < EnoughForTail
        ? Factor > Large || Significance > MostForTail
        : Factor > Noticeable || Significance > MostForTailOfMany;

    /// <summary>The same of values with a trend: what it makes neighbours have in common is allowed for by itself.</summary>
    public SerialWidening BesideTrend => this with { Factor = KnownFactor };

    /// <summary>The factor of another number of values that resemble their neighbours as much as these are seen to.</summary>
    /// <param name="values">In all.</param>
    /// <param name="sides">Series that they are of.</param>
    public double FactorOf(int values, int sides, double confidence)
    {
        if (Values == 0) return 1;
        double seen = Significance / Math.Sqrt(Values);
        return new Series(seen - (double)sides / values, seen * Math.Sqrt(values), values, sides, confidence).Factor(known: false);
    }

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
        var series = new Series(raw, significance, n, used, confidence);
        return new SerialWidening(series.Factor(known: false), significance, n, series.Factor(known: true));
    }

    private readonly record struct Series(double Raw, double Significance, int Count, int Sides, double Confidence)
    {
        /// <param name="known">True if the estimate is taken as it is, however near 1 the correlation may be.</param>
        public double Factor(bool known)
        {
            double many = Math.Clamp((Count - Few) / PerRule, 0, 1);
            return (many < 1 ? (1 - many) * OfFew(known) : 0) + (many > 0 ? many * OfMany(known) : 0);
        }

        private double OfFew(bool known)
        {
            double share = (Significance - (Sides == 1 ? FirstOfOne : FirstOfTwo)) / FullOfFew;
            return share <= 0 ? 1 : 1 + (Full(Added / Math.Sqrt(Count), known) - 1) * Math.Min(1, share);
        }

        private double OfMany(bool known)
        {
            if (Significance > FirstOfMany)
                return 1 + (Full(0, known) - 1) * Math.Min(MostShare, (Significance - FirstOfMany) / FullOfMany);
            // A single series is a contrast of pairs: what neighbours have in common has cancelled already.
            return Sides == 1 ? 1 : 1 - (1 - Narrowest) * Math.Clamp(1 - Significance / FirstOfMany, 0, 1);
        }

        /// <summary>The factor if the correlation is as it was estimated.</summary>
        private double Full(double added, bool known)
        {
            double rho = Math.Clamp(Rho(Raw, Count, Sides) + added, 0, Count < Enough ? MostOfFew : Most);
            double widening = (1 + rho) / (1 - rho), worth = Math.Max(LeastWorth, Count / widening);
            double factor = Math.Sqrt(widening)
                * (worth < Count ? Student(worth - 1, Confidence) / Student(Count - Sides, Confidence) : 1);
            bool unsure = !known && Count >= LittleWorth && Count / widening < LittleWorth && Significance > Something;
            return Math.Max(1, factor) * (unsure ? WiderStill : 1);
        }
    }

    /// <summary>The correlation of neighbours, corrected for how much too low few values show it.</summary>
    private static double Rho(double raw, double n, int used) =>
        // Of very few values the divisor would be 0 or less: with the bound, the largest correlation that is assumed decides.
        (raw + (used + 20 / n) / n) / Math.Max(0.05, 1 - (4 * used + 40 / n) / n);

    private static double Student(double freedom, double confidence) =>
        new StudentDistribution(Math.Max(1, freedom)).Quantile(0.5 + confidence / 2);
}
