using ExitProf.Analysis;

namespace ExitProf.Tests.Analysis;

/// <summary>What configurations of one recording cost, held against each other round by round.</summary>
public sealed class RoundCostTests
{
    private const double Confidence = 0.99;

    [Fact]
    public void A_cost_of_several_terms_is_their_weighted_sum()
    {
        var cost = new RoundCost((1, Of(100, 100, 100)), (-1, Of(10, 10, 10)));
        Assert.Equal((90, 3), (cost.Mean, cost.Rounds));
        Assert.Equal(new Estimate(90, 90, 90), cost.Estimate(Confidence));
    }

    [Fact]
    public void The_rounds_of_a_cost_are_those_of_its_shortest_term() =>
        Assert.Equal(2, new RoundCost((1, Of(1, 2, 3)), (-1, Of(1, 2))).Rounds);

    [Fact]
    public void What_all_configurations_of_a_round_have_in_common_is_in_no_difference()
    {
        RoundCost dear = new((1, Of(110, 210, 410, 310))), cheap = new((1, Of(100, 200, 400, 300)));
        Estimate difference = RoundCost.Contrast(Confidence, (1, dear), (-1, cheap));
        Assert.Equal(10, difference.Mean, 9);
        Assert.Equal(10, difference.Low, 9);
        Assert.Equal(10, difference.High, 9);
        // Each by itself has an interval a hundred times as wide.
        Assert.True(dear.Estimate(Confidence).High - dear.Estimate(Confidence).Low > 100);
    }

    [Fact]
    public void A_ratio_that_every_round_has_is_exact_however_the_rounds_differ()
    {
        RoundCost twice = new((1, Of(200, 400, 800, 600))), once = new((1, Of(100, 200, 400, 300)));
        Estimate ratio = twice.Over(once, Confidence);
        Assert.Equal(2, ratio.Mean, 9);
        Assert.Equal(2, ratio.Low, 9);
        Assert.Equal(2, ratio.High, 9);
    }

    [Fact]
    public void A_ratio_is_as_uncertain_as_the_rounds_disagree_on_it()
    {
        RoundCost other = new((1, Of(210, 190, 205, 195, 200, 200))), once = new((1, Of(100, 100, 100, 100, 100, 100)));
        Estimate ratio = other.Over(once, Confidence);
        Estimate difference = RoundCost.Contrast(Confidence, (1, other), (-1, once));
        Assert.Equal(2, ratio.Mean, 9);
        Assert.Equal((difference.High - difference.Low) / 100, ratio.High - ratio.Low, 9);
        Assert.True(ratio.Low < 2 && ratio.High > 2);
    }

    [Fact]
    public void A_typical_difference_does_not_feel_the_rounds_that_something_interrupted()
    {
        // The load of rounds that follow each other is alike; in some, a few exits of one side were interrupted, which moves their mean and
        // not their median.
        double[] load = [.. Enumerable.Range(0, 40).Select(r => 10_000 + 500.0 * (r * 7 % 11))];
        RoundCost first = Interrupted(load, 0, every: 5),
            other = Interrupted(load, 56, every: 7);
        Estimate means = RoundCost.Contrast(Confidence, (1, other), (-1, first)),
            typical = RoundCost.TypicalContrast(Confidence, (1, other), (-1, first));
        Assert.Equal(56, typical.Mean, 6);
        Assert.InRange(typical.Low, 55, 56);
        Assert.InRange(typical.High, 56, 57);
        Assert.True(means.High - means.Low > 1_000);
        Assert.InRange(other.TypicalOver(first, Confidence).Mean, 1 + 56 / 15_000.0, 1 + 56 / 10_000.0);
        Assert.InRange(other.Typical - first.Typical, 54, 58);
    }

    [Fact]
    public void Too_few_rounds_for_an_interval_of_medians_have_one_of_means()
    {
        double[] load = [100, 120, 110, 130];
        RoundCost first = Interrupted(load, 0, every: 9),
            other = Interrupted(load, 10, every: 9);
        Assert.Equal(
            RoundCost.Contrast(Confidence, (1, other), (-1, first)),
            RoundCost.TypicalContrast(Confidence, (1, other), (-1, first))
        );
        Assert.Equal(other.Mean, other.Typical);
        // Nor does a cost whose medians nobody kept.
        RoundCost unknown = new((1, Of(load)));
        Assert.Equal(
            RoundCost.Contrast(Confidence, (1, other), (-1, unknown)),
            RoundCost.TypicalContrast(Confidence, (1, other), (-1, unknown))
        );
    }

    [Fact]
    public void What_a_round_takes_without_exits_is_taken_off_its_medians()
    {
        RoundMedians with = Medians(110, 220, 330), loop = Medians(10, 20);
        RoundMedians rest = with.Less(loop)!;
        Assert.Equal([0, 1], rest.Rounds);
        Assert.Equal((100, 200, 150), (rest[0], rest[1], rest.Centre));
        Assert.Null(with.Less(new RoundMedians()));
        // A damaged trace may say anything.
        with.Add(3, double.NaN);
        with.Add(3, double.PositiveInfinity);
        with.Add(3, -1);
        Assert.Equal(3, with.Count);
    }

    private static RoundCost Interrupted(double[] load, double more, int every) =>
        new(
            Medians([.. load.Select((l, r) => l + more + (more > 0 ? r % 3 - 1 : 0))]),
            (1, Of([.. load.Select((l, r) => l + more + (r % every == 0 ? 9_000 : 0))]))
        );

    private static RoundMedians Medians(params double[] values)
    {
        var medians = new RoundMedians();
        for (int round = 0; round < values.Length; round++) medians.Add(round, values[round]);
        return medians;
    }

    private static RoundMean Of(params double[] means)
    {
        var mean = new RoundMean();
        for (int round = 0; round < means.Length; round++) mean.Add(round, 10, 10 * means[round]);
        return mean;
    }
}
