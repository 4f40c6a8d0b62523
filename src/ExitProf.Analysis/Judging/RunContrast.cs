using Perfolizer.Mathematics.Distributions.ContinuousDistributions;

namespace ExitProf.Analysis;

/// <summary>
/// The runs of two sides on one scale. A run is one value: the exits in it resemble each other, and so do its blocks. Where there are
/// enough runs for ranks to carry the confidence that is asked for, the shift is Hodges-Lehmann's with its exact distribution; with fewer
/// it is a t interval.
/// </summary>
internal sealed class RunContrast : ISideContrast
{
    /// <summary>On each side, for any interval.</summary>
    public const int LeastRuns = 2;

    /// <summary>What is advised where nothing is known of how much runs differ.</summary>
    public const int AdvisedRuns = 5;

    /// <summary>More runs than these nobody makes to decide a comparison.</summary>
    private const int MostRuns = 1_000_000;

    /// <summary>One side is called few, and the other many, if it has this share of it or less.</summary>
    private const double Few = 2 / 3.0;

    /// <summary>So seldom may sides that are spread alike be called spread unequally.</summary>
    private const double UnequalLevel = 0.05;

    /// <summary>So seldom may a side without a trend be said to have one.</summary>
    private const double TrendLevel = 0.005;

    private readonly double[] first;
    private readonly double[] second;
    private readonly double strict;
    private readonly double modes;
    private readonly bool ordered;
    private readonly MeanShift mean;
    private readonly double drift;

    /// <param name="confidence">Of the interval that has to lie beyond 0: it decides by which method both intervals are made.</param>
    /// <param name="ordered">True if the runs of each side are in the order in which they were made, one side after the other.</param>
    /// <param name="modes">How often runs of two modes may look like a shift; 1 where runs are known to have one mode.</param>
    public RunContrast(double[] first, double[] second, double confidence, bool ordered = false, double modes = 1)
    {
        (this.first, this.second, strict, this.ordered, this.modes) = (first, second, confidence, ordered, modes);
        int fewest = Math.Min(first.Length, second.Length);
        HasSpread = first.Distinct().Skip(1).Any() || second.Distinct().Skip(1).Any();
        bool ranks = fewest >= LeastRuns && RankDistribution.MannWhitneyOrder(first.Length, second.Length, confidence) > 0;
        ByPermutation = ranks && !HasSpread;
        ByRanks = ranks && HasSpread;
        HasInterval = fewest >= LeastRuns && (HasSpread || ranks);
        if (!HasInterval || !HasSpread) return;
        Pooled = fewest <= Few * Math.Max(first.Length, second.Length);
        UnequalSpread = first.Length != second.Length && SpreadTest.Chance(first, second) < UnequalLevel;
        mean = Pooled && !UnequalSpread ? MeanShift.Pooled(first, second) : MeanShift.Welch(first, second);
        MayBeTwoModes = !ByRanks && TwoModes.Apart(first.Length, second.Length) > modes;
        if (!ordered) return;
        Widening = SerialWidening.Of(confidence, first, second);
        (Trend a, Trend b) = (Trend.Of(first), Trend.Of(second));
        DriftChance = Math.Min(a.Chance, b.Chance);
        Drifts = DriftChance < TrendLevel;
        if (!Drifts) return;
        Widening = Widening.BesideTrend;
        // Between the middles of sides that were made one after the other lie half of all runs.
        double steepest = Math.Max(a.Chance < TrendLevel ? a.Steepest : 0, b.Chance < TrendLevel ? b.Steepest : 0);
        drift = steepest * (first.Length + second.Length) / 2;
    }

    /// <summary>What the values are, for the name of the method.</summary>
    public bool OfLogarithms { get; init; }

    public string Method => !HasInterval ? JudgedShift.None
        : ByPermutation ? JudgedShift.ByPermutation
        : ByRanks ? JudgedShift.ByRanks
        : Pooled && !UnequalSpread ? OfLogarithms ? JudgedShift.ByStudent : JudgedShift.ByPlainStudent
        : OfLogarithms ? JudgedShift.ByWelch : JudgedShift.ByPlainWelch;

    public bool ByRanks { get; }

    /// <summary>
    /// True if each side has one value, and enough of it: then the shift is that of the values, and its chance is that of the permutation
    /// test.
    /// </summary>
    public bool ByPermutation { get; }

    /// <summary>True if one side has few runs and the other many: then both are taken to have one spread.</summary>
    public bool Pooled { get; }

    /// <summary>True if the sides have different numbers of runs and are spread differently, which rank intervals do not forgive.</summary>
    public bool UnequalSpread { get; }

    /// <summary>True if so few runs that lie wholly apart may each be of one of two modes that both sides have.</summary>
    public bool MayBeTwoModes { get; }

    /// <summary>True if only that they may be of two modes keeps the runs from lying apart.</summary>
    public bool DecidesOfOneMode
    {
        get
        {
            if (!MayBeTwoModes) return false;
            Interval ofOne = new RunContrast(first, second, strict, ordered).At(strict);
            return ofOne.Above(0) || ofOne.Below(0);
        }
    }

    /// <summary>True if a side rises or falls all along.</summary>
    public bool Drifts { get; }

    /// <summary>How often chance alone would rank the runs of a side so steadily.</summary>
    public double DriftChance { get; } = 1;

    /// <summary>What neighbouring runs of a side have in common.</summary>
    public SerialWidening Widening { get; } = SerialWidening.None;

    public bool HasSpread { get; }

    public bool HasInterval { get; }

    /// <summary>Two-sided, of the permutation test where each side has one value and they differ.</summary>
    public double PermutationChance => Math.Min(1, 2 * Math.Exp(-Hypergeometric.LogChoose(first.Length + second.Length, first.Length)));

    public Interval At(double confidence)
    {
        if (ByPermutation) return new Interval(second[0] - first[0], second[0] - first[0], second[0] - first[0]);
        if (!HasInterval) return new Interval(second.Average() - first.Average(), double.NaN, double.NaN);
        return Allowed(ByRanks ? Ranks(confidence) : Means(confidence));
    }

    private Interval Ranks(double confidence)
    {
        Interval ranks = RankShift.Between(first, second, Widening.Factor < 1 ? Narrowed(confidence) : confidence);
        if (!UnequalSpread) return ranks;
        Interval means = mean.At(confidence);
        return ranks with { Low = Math.Min(ranks.Low, means.Low), High = Math.Max(ranks.High, means.High) };
    }

    /// <summary>
    /// The confidence of an interval that is narrower by <see cref="SerialWidening.Factor"/>. Its ends are differences of runs, as those of
    /// every rank interval: of values with a grain many are 0, and an end that were moved off it would make a shift of nothing.
    /// </summary>
    private double Narrowed(double confidence) =>
        1 - 2 * NormalDistribution.Standard.Cdf(-NormalDistribution.Standard.Quantile(0.5 + confidence / 2) * Widening.Factor);

    /// <summary>
    /// A t interval, and for the strict one no narrower than all differences between the sides: with so few runs they would have to lie
    /// wholly apart for any test without assumptions to reject, and runs of two modes or with outliers are not normally distributed. Where
    /// even that is no proof, because two modes may look so too often, it holds 0.
    /// </summary>
    private Interval Means(double confidence)
    {
        Interval means = mean.At(confidence);
        if (confidence < strict)
            return means;
        double low = second.Min() - first.Max(), high = second.Max() - first.Min();
        return means with
        {
            Low = Math.Min(means.Low, MayBeTwoModes ? Math.Min(0, low) : low),
            High = Math.Max(means.High, MayBeTwoModes ? Math.Max(0, high) : high),
        };
    }

    /// <summary>
    /// What the order of the runs takes off: what neighbours have in common, and what a drift that is seen within a side could have moved
    /// between the sides.
    /// </summary>
    private Interval Allowed(Interval interval)
    {
        Interval widened = interval.Widened(Math.Max(1, Widening.Factor));
        return widened with { Low = widened.Low - drift, High = widened.High + drift };
    }

    public MoreUnits? More(Gate gate, double margin, int tests)
    {
        if (Drifts) return null;
        if (Math.Min(first.Length, second.Length) < LeastRuns) return Advised(gate, margin, tests);
        if (!HasSpread) return ForPermutation();
        Interval usual = At(Gate.EquivalenceConfidence);
        double normal = NormalDistribution.Standard.Quantile(0.5 + Gate.EquivalenceConfidence / 2) * Math.Max(1, Widening.Factor);
        double error = ByRanks ? (usual.High - usual.Low) / 2 / normal : mean.Error;
        double size = Size(0);
        if (!(error > 0) || !Decides(MostRuns)) return null;
        int fails = 0, decides = MostRuns;
        while (decides - fails > 1)
        {
            int middle = fails + (decides - fails) / 2;
            if (Decides(middle)) decides = middle;
            else fails = middle;
        }
        return MoreUnits.Shared(first.Length, second.Length, decides);

        // The error falls with the root of the harmonic size of the sides; the shorter side grows first. What neighbours have in common is
        // known better with more runs: an interval that is wide because few runs cannot tell does not stay so.
        bool Decides(int more)
        {
            MoreUnits added = MoreUnits.Shared(first.Length, second.Length, more);
            int a = first.Length + added.Base,
                b = second.Length + added.New;
            if (TwoModes.Apart(a, b) > modes) return false;
            double freedom =
                RankDistribution.MannWhitneyOrder(a, b, strict) > 0 ? double.PositiveInfinity : mean.Freedom + added.Base + added.New;
            double widening = Math.Max(1, Widening.FactorOf(a + b, sides: 2, strict));
            return gate.Decides(usual.Value, error * widening * Math.Sqrt(size / Size(more)), freedom, margin, tests);
        }

        double Size(int more)
        {
            MoreUnits added = MoreUnits.Shared(first.Length, second.Length, more);
            return 1 / (1.0 / (first.Length + added.Base) + 1.0 / (second.Length + added.New));
        }
    }

    /// <summary>
    /// With a single run on a side: as many as are advised, and how little they may differ if those are to decide the
    /// shift that is seen.
    /// </summary>
    private MoreUnits Advised(Gate gate, double margin, int tests)
    {
        int a = Math.Max(first.Length, AdvisedRuns), b = Math.Max(second.Length, AdvisedRuns);
        double shift = Math.Abs(second.Average() - first.Average()), fails = 1e3 * (shift + margin), decides = 0;
        if (!(fails > 0)) return new MoreUnits(a - first.Length, b - second.Length);
        for (int i = 0; i < 60; i++)
        {
            double middle = (fails + decides) / 2;
            if (gate.Decides(shift, middle * Math.Sqrt(1.0 / a + 1.0 / b), a + b - 2, margin, tests)) decides = middle;
            else fails = middle;
        }
        return new MoreUnits(a - first.Length, b - second.Length) { LargestSpread = decides > 0 ? decides : double.NaN };
    }

    /// <summary>Equal values need as many of them as the permutation test asks for.</summary>
    private MoreUnits? ForPermutation()
    {
        for (int more = 0; more < MostRuns; more++)
        {
            MoreUnits added = MoreUnits.Shared(first.Length, second.Length, more);
            if (RankDistribution.MannWhitneyOrder(first.Length + added.Base, second.Length + added.New, strict) > 0)
                return more == 0 ? null : added;
        }
        return null;
    }
}
