namespace ExitProf.Analysis;

/// <summary>
/// What an exit of one configuration costs, with what each round contributed: configurations of one recording were interleaved, so that
/// what one costs more than another has an interval of its own, much narrower than theirs.
/// </summary>
public sealed class RoundCost
{
    private readonly (double Weight, RoundMean Mean)[] terms;
    private readonly RoundMedians? medians;

    /// <summary>What an exit of a software CPU costs: its most frequent count. NaN where exits have a spread.</summary>
    private readonly double exact = double.NaN;

    internal RoundCost(params (double Weight, RoundMean Mean)[] terms) => this.terms = terms;

    /// <param name="medians">Null if they are not known.</param>
    internal RoundCost(RoundMedians? medians, params (double Weight, RoundMean Mean)[] terms)
        : this(terms) => this.medians = medians;

    private RoundCost(double exact, (double Weight, RoundMean Mean)[] terms)
        : this(terms) => this.exact = exact;

    /// <summary>The same of a software CPU, with its most frequent count: it stands for the exit, without an interval.</summary>
    internal RoundCost Exactly(double count) => new(count, terms);

    private bool IsExact => !double.IsNaN(exact);

    /// <summary>In ticks of the trace's clock.</summary>
    public double Mean => IsExact ? exact : terms.Sum(t => t.Weight * t.Mean.Value);

    /// <summary>
    /// The cost of a typical exit, in cycles: the median of the rounds' medians, or the mean where too few of those are known for an
    /// interval.
    /// </summary>
    public double Typical => medians?.Count >= SignedRank.LeastValues(StageFigures.Confidence) ? medians.Centre : Mean;

    /// <summary>The fewest rounds that any part of it has: the unit of its interval.</summary>
    public int Rounds => terms.Min(t => t.Mean.Rounds);

    public Estimate Estimate(double confidence) => IsExact ? ExactFigures.Exactly(exact) : Contrast(confidence, (1, this));

    /// <summary>A weighted sum of the means of costs of one recording, also of a software CPU.</summary>
    public static Estimate Contrast(double confidence, params ReadOnlySpan<(double Weight, RoundCost Cost)> parts)
    {
        var all = new List<(double, RoundMean)>();
        foreach ((double weight, RoundCost cost) in parts) all.AddRange(cost.terms.Select(t => (weight * t.Weight, t.Mean)));
        return RoundMean.Contrast(confidence, [.. all]);
    }

    /// <summary>
    /// A weighted sum of what typical exits of one recording cost: of each round's medians, because the means of a shared machine are moved
    /// by whatever interrupts a few exits. Hodges and Lehmann's centre of the rounds with the interval of Wilcoxon's signed ranks; of the
    /// means where there are too few rounds for that, or where their medians have no spread.
    /// </summary>
    public static Estimate TypicalContrast(double confidence, params ReadOnlySpan<(double Weight, RoundCost Cost)> parts)
    {
        if (!parts.IsEmpty && parts.ToArray().All(p => p.Cost.IsExact))
            return ExactFigures.Exactly(parts.ToArray().Sum(p => p.Weight * p.Cost.exact));
        double[] weights = new double[parts.Length];
        var costs = new RoundCost[parts.Length];
        for (int i = 0; i < parts.Length; i++) (weights[i], costs[i]) = parts[i];
        double[] rounds = ByRound(costs, medians => weights.Zip(medians, (w, m) => w * m).Sum());
        return Enough(rounds, confidence) ? OfRounds(rounds, confidence) : Contrast(confidence, parts);
    }

    /// <summary>How many times another one's cost a typical exit's is, round by round.</summary>
    /// <inheritdoc cref="TypicalContrast"/>
    public Estimate TypicalOver(RoundCost other, double confidence)
    {
        if (IsExact && other.IsExact) return ExactFigures.Exactly(exact / other.exact);
        double[] rounds = ByRound(
            [this, other],
            medians => medians[0] > 0 && medians[1] > 0 ? Math.Log(medians[0] / medians[1]) : double.NaN
        );
        if (!Enough(rounds, confidence))
            return Over(other, confidence);
        Estimate logs = OfRounds(rounds, confidence);
        return new Estimate(Math.Exp(logs.Mean), Math.Exp(logs.Low), Math.Exp(logs.High));
    }

    /// <summary>In the order of time, of the rounds that all of them have; none if one of them has no medians.</summary>
    private static double[] ByRound(RoundCost[] costs, Func<double[], double> figure)
    {
        if (costs.Any(c => c.medians == null)) return [];
        IEnumerable<int> common = costs.Skip(1).Aggregate(costs[0].medians!.Rounds, (rounds, c) => rounds.Intersect(c.medians!.Rounds));
        return [.. common.Order().Select(r => figure([.. costs.Select(c => c.medians![r])]))];
    }

    private static bool Enough(double[] rounds, double confidence) =>
        rounds.Length >= SignedRank.LeastValues(confidence) && rounds.All(double.IsFinite) && rounds.Distinct().Skip(1).Any();

    private static Estimate OfRounds(double[] rounds, double confidence)
    {
        Interval centre = SignedRank.Correlated(rounds, confidence);
        return new Estimate(centre.Value, centre.Low, centre.High);
    }

    /// <summary>
    /// How many times another cost of the same recording this one is: the ratio of the means, its interval by how much each round moves it.
    /// </summary>
    public Estimate Over(RoundCost other, double confidence)
    {
        double ratio = Mean / other.Mean;
        // The ratio's first-order change: (Δa − r Δb) / b.
        Estimate change = Contrast(confidence, (1 / other.Mean, this), (-ratio / other.Mean, other));
        return new Estimate(ratio, ratio + change.Low - change.Mean, ratio + change.High - change.Mean);
    }
}
