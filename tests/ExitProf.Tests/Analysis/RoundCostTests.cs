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
    public void The_rounds_of_a_cost_are_those_of_its_shortest_term() => Assert.Equal(2, new RoundCost((1, Of(1, 2, 3)), (-1, Of(1, 2))).Rounds);

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

    private static RoundMean Of(params double[] means)
    {
        var mean = new RoundMean();
        for (int round = 0; round < means.Length; round++) mean.Add(round, 10, 10 * means[round]);
        return mean;
    }
}
