using ExitProf.Analysis;
using Perfolizer.Mathematics.Distributions.ContinuousDistributions;
using Perfolizer.Mathematics.ScaleEstimators;
using Perfolizer.Mathematics.SignificanceTesting;
using Perfolizer.Mathematics.SignificanceTesting.Base;
using Perfolizer.Mathematics.SignificanceTesting.MannWhitney;
using Perfolizer.Metrology;
using Pragmastat;

namespace ExitProf.Tests.Packages;

/// <summary>
/// What Perfolizer gets wrong, so that nobody uses it for that; a test that fails after an update says that a trap is gone.
/// </summary>
public sealed class PerfolizerTests
{
    [Fact]
    public void Nothing_that_ships_uses_what_is_wrong_or_needs_memory_for_all_pairs()
    {
        string[] wrong = [nameof(MannWhitneyTest), nameof(ShamosEstimator), nameof(BrunnerMunzelTest)];
        Assert.DoesNotContain(SourceTree.Files("src", "*.cs"), f => wrong.Any(File.ReadAllText(f).Contains));
    }

    [Theory]
    [InlineData(600, 0)]
    [InlineData(1_030, double.NaN)]
    [InlineData(5_000, 0)]
    public void Mann_Whitney_still_overflows_in_large_samples(int n, double wrong)
    {
        // Brunner and Munzel's p: 0.0028 for 600, 0.00010 for 1,030, 1.8e-17 for 5,000.
        (Sample x, Sample y) = Shifted(n);
        Assert.Equal(wrong, (double)MannWhitneyTest.Instance.Perform(x, y, AlternativeHypothesis.TwoSides, Threshold.Zero).PValue);
    }

    [Theory]
    [InlineData(300, 0.03212)]
    [InlineData(600, 0.00283)]
    [InlineData(1_030, 0.00010)]
    public void Brunner_Munzel_does_not(int n, double p)
    {
        (Sample x, Sample y) = Shifted(n);
        Assert.Equal(p, (double)BrunnerMunzelTest.Instance.Perform(x, y, AlternativeHypothesis.TwoSides, Threshold.Zero).PValue, 5);
    }

    [Fact]
    public void Brunner_Munzel_still_has_no_degrees_of_freedom_for_samples_that_do_not_overlap()
    {
        var apart = BrunnerMunzelTest.Instance.Perform(
            new Sample(1, 2, 3, 4, 5),
            new Sample(11, 12, 13, 14, 15),
            AlternativeHypothesis.TwoSides,
            Threshold.Zero
        );
        Assert.Equal(0, (double)apart.PValue);
        Assert.True(double.IsNaN(apart.Df));
        Assert.True(double.IsInfinity(apart.W));
    }

    [Fact]
    public void The_Hodges_Lehmann_shift_no_longer_needs_memory_for_all_pairs_and_is_ours()
    {
        var random = new Random(11);
        double[] x = Numbers(3_000, 1), y = Numbers(3_000, 1.5);
        long before = GC.GetAllocatedBytesForCurrentThread();
        double theirs = Toolkit.Shift(new Sample(y), new Sample(x));
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(RankShift.Between(x, y, 0.99).Value, theirs, 9);
        Assert.True(bytes < 3_000L * 3_000 * sizeof(double) / 10, $"{bytes:N0} bytes");

        double[] Numbers(int count, double scale) => [.. Enumerable.Range(0, count).Select(_ => scale * random.NextDouble())];
    }

    [Fact]
    public void Shamos_still_keeps_the_differences_of_all_pairs()
    {
        const int n = 600;
        var sample = new Sample([.. Enumerable.Range(0, n).Select(i => (double)i)]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = ShamosEstimator.Instance.Scale(sample);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before >= n * (n - 1) / 2 * sizeof(double));
    }

    /// <summary>The quantiles of one and two degrees of freedom have closed forms.</summary>
    [Fact]
    public void Students_quantiles_are_right_as_far_out_as_the_gate_asks_but_not_beyond()
    {
        Assert.Equal(1, Two(1e-8) / TwoExactly(1e-8), 6);
        Assert.Equal(1, One(5e-4) / OneExactly(5e-4), 6);
        // 5 % and 11 % too wide.
        Assert.Equal(1.05, Two(1e-10) / TwoExactly(1e-10), 2);
        Assert.Equal(1.11, One(1e-5) / OneExactly(1e-5), 2);

        static double One(double tail) => new StudentDistribution(1).Quantile(1 - tail);
        static double Two(double tail) => new StudentDistribution(2).Quantile(1 - tail);
        static double OneExactly(double tail) => Math.Tan(Math.PI * (0.5 - tail));
        static double TwoExactly(double tail) => (1 - 2 * tail) / Math.Sqrt(2 * tail * (1 - tail));
    }

    /// <summary>Abramowitz and Stegun, table 26.5; Wichura's algorithm AS 241.</summary>
    [Theory]
    [InlineData(0.025, 1.959964)]
    [InlineData(0.005, 2.575829)]
    [InlineData(1e-4, 3.719016)]
    [InlineData(1e-6, 4.753424)]
    [InlineData(1e-9, 5.997807)]
    [InlineData(1e-12, 7.034484)]
    public void Normal_quantiles_are_right_to_four_digits_and_no_more(double tail, double published)
    {
        double off = Math.Abs(NormalDistribution.Standard.Quantile(tail) / -published - 1);
        Assert.InRange(off, 1e-7, 2e-4);
    }

    /// <summary>The new side is later by a twentieth of what the values span.</summary>
    private static (Sample X, Sample Y) Shifted(int n) =>
        (
            new Sample([.. Enumerable.Range(0, n).Select(i => (double)i)]),
            new Sample([.. Enumerable.Range(0, n).Select(i => i + 0.5 + n * 0.05)])
        );
}
