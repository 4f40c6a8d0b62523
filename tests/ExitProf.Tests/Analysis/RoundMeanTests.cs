using ExitProf.Analysis;
using Perfolizer.Mathematics.Distributions.ContinuousDistributions;

namespace ExitProf.Tests.Analysis;

public sealed class RoundMeanTests
{
    /// <summary>Abramowitz and Stegun, table 26.10; NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.</summary>
    [Theory]
    [InlineData(1, 0.975, 12.706)]
    [InlineData(1, 0.995, 63.657)]
    [InlineData(2, 0.995, 9.925)]
    [InlineData(3, 0.995, 5.841)]
    [InlineData(4, 0.995, 4.604)]
    [InlineData(5, 0.995, 4.032)]
    [InlineData(6, 0.995, 3.707)]
    [InlineData(10, 0.975, 2.228)]
    [InlineData(10, 0.995, 3.169)]
    [InlineData(30, 0.995, 2.750)]
    [InlineData(120, 0.995, 2.617)]
    [InlineData(1_000_000, 0.995, 2.576)]
    public void Perfolizers_student_quantiles_are_the_published_ones(int freedom, double share, double published) =>
        Assert.Equal(published, (double)new StudentDistribution(freedom).Quantile(share), 3);

    [Fact]
    public void Rounds_of_equal_size_give_the_textbook_interval()
    {
        // Neighbours go up and down, so that there is no positive correlation that would widen it.
        var estimate = Of((0, 10, 30), (1, 10, 10), (2, 10, 50), (3, 10, 20), (4, 10, 40)).Estimate(0.99);
        double half = 4.604094872 * Math.Sqrt(2.5 / 5);
        Assert.Equal(3, estimate.Mean, 12);
        Assert.Equal(3 - half, estimate.Low, 6);
        Assert.Equal(3 + half, estimate.High, 6);
    }

    [Fact]
    public void The_centre_is_the_mean_over_all_exits_however_rounds_differ_in_size()
    {
        var mean = Of((0, 1, 100), (1, 99, 0));
        Assert.Equal(1, mean.Value);
        Assert.Equal(1, mean.Estimate(0.99).Mean);
    }

    [Fact]
    public void A_single_round_has_no_interval()
    {
        var estimate = RoundMean.Contrast(0.99, (1, Of((0, 1, 5), (1, 1, 7))), (-1, Of((0, 2, 8))));
        Assert.Equal(2, estimate.Mean);
        Assert.True(double.IsNaN(estimate.Low) && double.IsNaN(estimate.High));
    }

    [Fact]
    public void What_all_means_of_a_round_have_in_common_cancels_in_a_contrast()
    {
        var plus = new RoundMean();
        var minus = new RoundMean();
        for (int round = 0; round < 10; round++)
        {
            plus.Add(round, 10, 10 * (100 + round * round));
            minus.Add(round, 10, 10 * (90 + round * round));
        }
        var contrast = RoundMean.Contrast(0.99, (1, plus), (-1, minus));
        Assert.Equal(10, contrast.Mean, 9);
        Assert.True(contrast.High - contrast.Low < 1e-9);
        Assert.True(plus.Estimate(0.99) is var alone && alone.High - alone.Low > 50);
    }

    [Fact]
    public void Drift_widens_an_interval()
    {
        (int, double, double)[] rising = [.. Enumerable.Range(0, 16).Select(i => (i, 1.0, (double)i))];
        (int, double, double)[] mixed = [.. Enumerable.Range(0, 16).Select(i => (i, 1.0, (double)(i * 7 % 16)))];
        Assert.True(Width(Of(rising)) > 2 * Width(Of(mixed)));

        static double Width(RoundMean mean) => mean.Estimate(0.99) is var e ? e.High - e.Low : 0;
    }

    /// <summary>
    /// The identity of three groups on a machine that is shared: five means a round, whose noise has a long right tail and a drift that
    /// takes rounds to pass. Its true value is 0; its interval should leave 0 out in about 1 % of recordings.
    /// </summary>
    [Theory]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(20)]
    public void The_identitys_interval_holds_the_truth_as_often_as_it_says(int rounds)
    {
        var random = new Random(4711);
        const int Recordings = 2_000;
        int missed = 0;
        for (int i = 0; i < Recordings; i++)
        {
            RoundMean[] means = [.. Enumerable.Range(0, 5).Select(_ => new RoundMean())];
            double drift = 0;
            for (int round = 0; round < rounds; round++)
            {
                drift = 0.9 * drift + 300 * (random.NextDouble() - 0.5);
                foreach (RoundMean mean in means) mean.Add(round, 1, 70_000 + drift + LongTail(random, 100));
            }
            var left = RoundMean.Contrast(0.99, (1, means[0]), (2, means[1]), (-1, means[2]), (-1, means[3]), (-1, means[4]));
            if (left.Low > 0 || left.High < 0) missed++;
        }
        Assert.InRange(missed, 1, Recordings * 15 / 1000);
    }

    /// <summary>Pareto with exponent 2.5, whose third moment does not exist.</summary>
    private static double LongTail(Random random, double scale) => scale * Math.Pow(1 - random.NextDouble(), -1 / 2.5);

    private static RoundMean Of(params (int Round, double Exits, double Sum)[] rounds)
    {
        var mean = new RoundMean();
        foreach (var (round, exits, sum) in rounds) mean.Add(round, exits, sum);
        return mean;
    }
}
