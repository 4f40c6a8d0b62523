using System.Text.Json;
using ExitProf.Analysis;

namespace ExitProf.Tests.Statistics;

/// <summary>Against SciPy (Reference/make.py), and against published examples and tables.</summary>
public sealed class ReferenceTests
{
    /// <summary>
    /// Hamilton depression scale factor IV before and after a tranquillizer (Hollander and Wolfe, table 3.1; R's example of wilcox.test).
    /// </summary>
    private static readonly double[] Before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30];
    private static readonly double[] After = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];

    /// <summary>
    /// Permeability of the human chorioamnion at term and at 12 to 26 weeks (Hollander and Wolfe, table 4.1; R's example of wilcox.test).
    /// </summary>
    private static readonly double[] AtTerm = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    private static readonly double[] Earlier = [1.15, 0.88, 0.90, 0.74, 1.21];

    /// <summary>Extra hours of sleep under two drugs (Student 1908; R's example of t.test).</summary>
    private static readonly double[] FirstDrug = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
    private static readonly double[] SecondDrug = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

    [Fact]
    public void Estimates_and_intervals_are_scipys()
    {
        using JsonDocument reference = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Statistics/Reference/scipy.json"))
        );
        int cases = 0;
        foreach (JsonElement expected in reference.RootElement.GetProperty("cases").EnumerateArray())
        {
            double[] x = Numbers("x"), y = Numbers("y");
            double confidence = expected.GetProperty("confidence").GetDouble();
            string method = expected.GetProperty("method").GetString()!;
            (Interval actual, double relative) = method switch
            {
                "signed-rank" => (SignedRank.Centre(x, confidence), 1e-12),
                "mann-whitney" => (RankShift.Between(x, y, confidence), 1e-12),
                _ => (MeanShift.Welch(x, y).At(confidence), 1e-6),
            };
            string which = $"{method} {x.Length} {y.Length} {confidence}";
            Near("value", actual.Value);
            Near("low", actual.Low);
            Near("high", actual.High);
            cases++;

            void Near(string name, double value)
            {
                double wanted = expected.GetProperty(name).GetDouble();
                Assert.True(
                    Math.Abs(value - wanted) <= relative * Math.Max(1, Math.Abs(wanted)),
                    $"{which}: {name} {value} instead of {wanted}"
                );
            }

            double[] Numbers(string name) => [.. expected.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];
        }
        Assert.Equal(25, cases);
    }

    [Fact]
    public void Published_pairs_have_the_intervals_that_all_assignments_of_signs_give()
    {
        using JsonDocument reference = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Statistics/Reference/pairs.json"))
        );
        JsonElement[] cases = [.. reference.RootElement.GetProperty("cases").EnumerateArray()];
        Assert.Equal(9, cases.Length);
        foreach (JsonElement expected in cases)
        {
            Interval centre = SignedRank.Centre(
                [.. expected.GetProperty("differences").EnumerateArray().Select(v => v.GetDouble())],
                expected.GetProperty("confidence").GetDouble()
            );
            Assert.Equal(expected.GetProperty("value").GetDouble(), centre.Value, 9);
            Assert.Equal(expected.GetProperty("low").GetDouble(), centre.Low, 9);
            Assert.Equal(expected.GetProperty("high").GetDouble(), centre.High, 9);
        }
    }

    [Fact]
    public void The_tranquillizers_effect_is_the_published_one()
    {
        double[] differences = [.. After.Zip(Before, (a, b) => a - b)];
        // P(T+ >= 40) = 0.020 for n = 9: a confidence of 96.1 %.
        Interval centre = SignedRank.Centre(differences, 0.96);
        Assert.Equal(-0.460, centre.Value, 9);
        Assert.Equal(-0.786, centre.Low, 9);
        Assert.Equal(-0.010, centre.High, 9);
        // V = 40, p = 0.01953 one-sided.
        Assert.Equal(0.01953, RankDistribution.SignedRank(9)[40..].Sum(), 5);
    }

    [Fact]
    public void The_permeabilitys_shift_is_the_published_one()
    {
        Interval shift = RankShift.Between(AtTerm, Earlier, 0.96);
        Assert.Equal(-0.305, shift.Value, 9);
        Assert.Equal(-0.76, shift.Low, 9);
        Assert.Equal(0.15, shift.High, 9);
        // W = 35, p = 0.1272 one-sided.
        Assert.Equal(0.1272, RankDistribution.MannWhitney(10, 5)[35..].Sum(), 4);
    }

    [Fact]
    public void The_sleep_datas_interval_is_the_published_one()
    {
        MeanShift shift = MeanShift.Welch(SecondDrug, FirstDrug);
        Assert.Equal(17.776, shift.Freedom, 3);
        Assert.Equal(-1.8608, shift.Value / shift.Error, 4);
        Interval interval = shift.At(0.95);
        Assert.Equal(-3.3654832, interval.Low, 6);
        Assert.Equal(0.2054832, interval.High, 6);
    }

    /// <summary>
    /// Two-sided critical values of tables of Wilcoxon's signed-rank sum: the highest sum that is significant is one less than the order.
    /// </summary>
    [Theory]
    [InlineData(6, 0.95, 0)]
    [InlineData(8, 0.99, 0)]
    [InlineData(10, 0.95, 8)]
    [InlineData(10, 0.99, 3)]
    [InlineData(15, 0.95, 25)]
    [InlineData(20, 0.95, 52)]
    [InlineData(20, 0.99, 37)]
    [InlineData(25, 0.99, 68)]
    [InlineData(50, 0.95, 434)]
    [InlineData(50, 0.99, 373)]
    public void Signed_rank_orders_are_the_tables_critical_values(int count, double confidence, int critical) =>
        Assert.Equal(critical + 1, RankDistribution.SignedRankOrder(count, confidence));

    /// <summary>Two-sided critical values of tables of U.</summary>
    [Theory]
    [InlineData(5, 5, 0.95, 2)]
    [InlineData(8, 8, 0.95, 13)]
    [InlineData(8, 8, 0.99, 7)]
    [InlineData(10, 10, 0.95, 23)]
    [InlineData(10, 10, 0.99, 16)]
    [InlineData(20, 20, 0.95, 127)]
    [InlineData(20, 20, 0.99, 105)]
    [InlineData(8, 12, 0.95, 22)]
    public void Mann_whitney_orders_are_the_tables_critical_values(int first, int second, double confidence, int critical)
    {
        Assert.Equal(critical + 1, RankDistribution.MannWhitneyOrder(first, second, confidence));
        Assert.Equal(critical + 1, RankDistribution.MannWhitneyOrder(second, first, confidence));
    }

    [Fact]
    public void Distributions_add_up_to_1_and_are_counts_of_equally_likely_cases()
    {
        foreach (int n in (int[])[1, 2, 7, 50]) Assert.Equal(1, RankDistribution.SignedRank(n).Sum(), 12);
        Assert.Equal(1, RankDistribution.MannWhitney(50, 50).Sum(), 12);
        // 2^3 signs, and 10 ways to place two values among five.
        Assert.Equal([1, 1, 1, 2, 1, 1, 1], RankDistribution.SignedRank(3).Select(p => Math.Round(p * 8, 9)));
        Assert.Equal([1, 1, 2, 2, 2, 1, 1], RankDistribution.MannWhitney(2, 3).Select(p => Math.Round(p * 10, 9)));
    }

    [Fact]
    public void Where_the_exact_distribution_ends_the_normal_one_gives_nearly_the_same_orders()
    {
        // By the exact distribution, which is cut off for its cost only.
        double[] exact = RankDistribution.SignedRank(51);
        foreach (double confidence in (double[])[0.9, 0.99])
        {
            double tail = 0;
            long order = 0;
            while (tail + exact[order] <= (1 - confidence) / 2) tail += exact[order++];
            Assert.InRange(RankDistribution.SignedRankOrder(51, confidence), order - 4, order + 1);
        }
    }

    [Fact]
    public void Least_values_are_those_that_reach_the_confidence()
    {
        Assert.Equal(8, SignedRank.LeastValues(0.99));
        Assert.Equal(10, SignedRank.LeastValues(0.998));
        Assert.Equal(5, SignedRank.LeastValues(0.9));
        Assert.False(SignedRank.Centre([1, 2, 3, 4, 5, 6, 7], 0.99).Exists);
        Assert.Equal(new Interval(4.5, 1, 8), SignedRank.Centre([1, 2, 3, 4, 5, 6, 7, 8], 0.99));
        Assert.False(RankShift.Between([1, 2], [3, 4], 0.99).Exists);
    }
}
