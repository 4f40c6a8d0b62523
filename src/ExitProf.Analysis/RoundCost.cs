namespace ExitProf.Analysis;

/// <summary>
/// What an exit of one configuration costs, with what each round contributed: configurations of one recording were interleaved, so that what one costs
/// more than another has an interval of its own, much narrower than theirs.
/// </summary>
public sealed class RoundCost
{
    private readonly (double Weight, RoundMean Mean)[] terms;

    internal RoundCost(params (double Weight, RoundMean Mean)[] terms) => this.terms = terms;

    /// <summary>In cycles.</summary>
    public double Mean => terms.Sum(t => t.Weight * t.Mean.Value);

    /// <summary>The fewest rounds that any part of it has: the unit of its interval.</summary>
    public int Rounds => terms.Min(t => t.Mean.Rounds);

    public Estimate Estimate(double confidence) => Contrast(confidence, (1, this));

    /// <summary>A weighted sum of costs of one recording.</summary>
    public static Estimate Contrast(double confidence, params ReadOnlySpan<(double Weight, RoundCost Cost)> parts)
    {
        var all = new List<(double, RoundMean)>();
        foreach ((double weight, RoundCost cost) in parts) all.AddRange(cost.terms.Select(t => (weight * t.Weight, t.Mean)));
        return RoundMean.Contrast(confidence, [.. all]);
    }

    /// <summary>This cost as so many times another one of the same recording: the ratio of the means, its interval by how much each round moves it.</summary>
    public Estimate Over(RoundCost other, double confidence)
    {
        double ratio = Mean / other.Mean;
        // The ratio's first-order change: (Δa − r Δb) / b.
        Estimate change = Contrast(confidence, (1 / other.Mean, this), (-ratio / other.Mean, other));
        return new Estimate(ratio, ratio + change.Low - change.Mean, ratio + change.High - change.Mean);
    }
}
