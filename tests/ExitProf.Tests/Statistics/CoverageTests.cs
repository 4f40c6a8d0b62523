using ExitProf.Analysis;

namespace ExitProf.Tests.Statistics;

/// <summary>
/// How often intervals miss the truth, on data like those of a shared machine. Seeded: the counts are always the same. The bounds are what
/// a binomial count of that size stays within in 999 of 1,000 cases.
/// </summary>
public sealed class CoverageTests
{
    private const int Experiments = 2_000;

    public enum Shape
    {
        Normal,

        /// <summary>Student's t with two degrees of freedom: its variance is infinite.</summary>
        HeavyTails,

        /// <summary>One exit in five is of another mode.</summary>
        TwoModes,
    }

    [Theory]
    [InlineData(Shape.Normal, 20)]
    [InlineData(Shape.HeavyTails, 20)]
    [InlineData(Shape.TwoModes, 20)]
    [InlineData(Shape.HeavyTails, 60)]
    public void The_interval_of_contrasts_misses_as_often_as_it_says(Shape shape, int quads)
    {
        // Neither more than 1 % nor far below. A contrast is a difference: symmetric whatever the shape.
        int missed = Missed(
            quads,
            random => [.. Enumerable.Range(0, quads).Select(_ => Draw(random, shape) - Draw(random, shape))],
            values => SignedRank.Correlated(values, 0.99)
        );
        Assert.InRange(missed, 3, 36);
    }

    [Fact]
    public void Drift_that_outlasts_a_quad_cancels_in_its_contrast()
    {
        int missed = Missed(4711, random =>
        {
            double drift = 0;
            return [.. Enumerable.Range(0, 20).Select(_ => Quad(random, ref drift))];
        }, values => SignedRank.Correlated(values, 0.99));
        Assert.InRange(missed, 3, 36);

        static double Quad(Random random, ref double drift)
        {
            Span<double> blocks = stackalloc double[4];
            foreach (ref double block in blocks)
            {
                drift = 0.98 * drift + Normal(random);
                block = drift + 0.5 * Normal(random);
            }
            double contrast = (blocks[1] + blocks[2] - blocks[0] - blocks[3]) / 2;
            return random.Next(2) == 0 ? contrast : -contrast;
        }
    }

    [Fact]
    public void Correlated_contrasts_need_the_widening()
    {
        int plain = Missed(7, Series, values => SignedRank.Centre(values, 0.99));
        int widened = Missed(7, Series, values => SignedRank.Correlated(values, 0.99));
        Assert.True(plain > 100, $"{plain} without widening");
        Assert.InRange(widened, 0, plain / 2);

        static double[] Series(Random random)
        {
            double last = Normal(random);
            return [.. Enumerable.Range(0, 60).Select(_ => last = 0.4 * last + Normal(random))];
        }
    }

    [Theory]
    [InlineData(Shape.Normal)]
    [InlineData(Shape.HeavyTails)]
    [InlineData(Shape.TwoModes)]
    public void The_shift_of_runs_misses_as_often_as_it_says(Shape shape)
    {
        int missed = Missed(
            31,
            random => Runs(random, shape, 10),
            values => RankShift.Between(values.AsSpan(0, 10), values.AsSpan(10), 0.9)
        );
        Assert.InRange(missed, Experiments / 20, Experiments / 8);
    }

    [Fact]
    public void Welchs_shift_of_a_few_runs_misses_as_often_as_it_says()
    {
        int missed = Missed(
            32,
            random => Runs(random, Shape.Normal, 5),
            values => MeanShift.Welch(values.AsSpan(0, 5), values.AsSpan(5)).At(0.9)
        );
        Assert.InRange(missed, Experiments * 7 / 100, Experiments * 13 / 100);
    }

    /// <summary>Size and power of the verdict: runs that scatter by 1 %, the margin 2 %, alpha 1 %.</summary>
    [Theory]
    [InlineData(0.0, Verdict.Same, 0.9)]
    [InlineData(0.02, Verdict.Same, 0.0)]
    [InlineData(0.05, Verdict.Worse, 0.99)]
    [InlineData(-0.05, Verdict.Better, 0.99)]
    public void Verdicts_have_the_size_and_power_that_they_promise(double shift, Verdict expected, double atLeast)
    {
        const int Few = 500;
        var random = new Random(20100809);
        int found = 0, opposite = 0;
        for (int i = 0; i < Few; i++)
        {
            double[] first = [.. Enumerable.Range(0, 10).Select(_ => 100 * Math.Exp(0.01 * Normal(random)))];
            double[] second = [.. Enumerable.Range(0, 10).Select(_ => 100 * (1 + shift) * Math.Exp(0.01 * Normal(random)))];
            Verdict verdict = JudgedShift.OfTotal(Gate.Usual, first, second, 0).Verdict;
            if (verdict == expected) found++;
            if (verdict == (shift > 0 ? Verdict.Better : Verdict.Worse)) opposite++;
        }
        Assert.True(found >= atLeast * Few, $"{found} of {Few}");
        // At the margin itself "same" is wrong in 5 % at most.
        if (shift == 0.02) Assert.InRange(found, 1, 45);
        Assert.InRange(opposite, 0, 8);
    }

    [Fact]
    public void The_price_of_a_verdict_is_right_in_four_of_five_cases()
    {
        const int Before = 200, Margin = 5;
        double[] even = [.. Enumerable.Range(0, Before).Select(i => 100 * (i + 0.5) / Before)];
        int all = Before + new RunContrast(even, even, Gate.Usual.Confidence).More(Gate.Usual, Margin, 1)!.Value.Base;
        var random = new Random(99);
        int decided = 0;
        for (int i = 0; i < 200; i++)
            decided += new RunContrast(Even(), Even(), Gate.Usual.Confidence).At(Gate.EquivalenceConfidence).Inside(Margin) ? 1 : 0;
        Assert.InRange(all, 500, 640);
        Assert.InRange(decided, 145, 180);

        double[] Even() => [.. Enumerable.Range(0, all).Select(_ => 100 * random.NextDouble())];
    }

    private static int Missed(int seed, Func<Random, double[]> draw, Func<double[], Interval> estimate)
    {
        var random = new Random(seed);
        int missed = 0;
        for (int i = 0; i < Experiments; i++)
        {
            Interval interval = estimate(draw(random));
            if (interval.Above(0) || interval.Below(0)) missed++;
        }
        return missed;
    }

    private static double[] Runs(Random random, Shape shape, int aSide) =>
        [.. Enumerable.Range(0, 2 * aSide).Select(_ => Draw(random, shape))];

    private static double Draw(Random random, Shape shape) => shape switch
    {
        Shape.Normal => Normal(random),
        Shape.HeavyTails => Normal(random) / Math.Sqrt(-Math.Log(1 - random.NextDouble())),
        _ => Normal(random) + (random.Next(5) == 0 ? 12 : 0),
    };

    /// <summary>Box and Muller.</summary>
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
