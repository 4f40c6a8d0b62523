using ExitProf.Analysis;

namespace ExitProf.Tests.Statistics;

/// <summary>
/// What the verdict on quads does on data like those of a shared machine: blocks that drift, resemble their neighbours, have long tails or
/// come from two modes. Seeded: the counts are always the same. Bounds on counts are what a binomial count of that size stays within in 999
/// of 1,000 cases.
/// </summary>
public sealed class QuadTests
{
    private const int Comparisons = 1_000;
    private const double Exit = 65_000;

    public enum Noise
    {
        /// <summary>Each block on its own, by 1 %.</summary>
        Independent,

        /// <summary>Neighbouring blocks have 0.8 in common, as they were measured to have.</summary>
        Correlated,

        /// <summary>A walk that never comes back, of 2 % a block.</summary>
        Drift,

        /// <summary>Student's t with two degrees of freedom.</summary>
        HeavyTails,

        /// <summary>The machine changes between two speeds, 12 % apart, every twenty blocks or so.</summary>
        TwoModes,
    }

    [Theory]
    [InlineData(Noise.Independent)]
    [InlineData(Noise.Correlated)]
    [InlineData(Noise.Drift)]
    [InlineData(Noise.HeavyTails)]
    [InlineData(Noise.TwoModes)]
    public void Of_windows_of_alike_sides_about_one_in_a_hundred_excludes_0(Noise noise)
    {
        var random = new Random(31);
        var blocks = new Blocks(random, noise);
        int excluding = Enumerable
            .Range(0, Comparisons)
            .Count(_ =>
                Judge(Gate.Usual, blocks, 0, GateCalibration.UsualWindowQuads) is var shift
                && (shift.Percent.Above(0) || shift.Percent.Below(0))
            );
        Assert.InRange(excluding, 1, 19);
    }

    [Theory]
    [InlineData(Noise.Independent, 0.01)]
    [InlineData(Noise.Correlated, 0.01)]
    [InlineData(Noise.Drift, 0.05)]
    [InlineData(Noise.HeavyTails, 0.02)]
    [InlineData(Noise.TwoModes, 0.01)]
    public void A_change_is_found(Noise noise, double change)
    {
        var blocks = new Blocks(new Random(12), noise);
        int worse = Enumerable
            .Range(0, 200)
            .Count(_ => Judge(new Gate(Margin.OfShare(0.001), 0.01, false), blocks, change, 100).Verdict == Verdict.Worse);
        Assert.True(worse >= 195, $"{worse} of 200");
    }

    [Fact]
    public void Alike_sides_are_the_same_and_a_change_as_large_as_the_margin_is_not()
    {
        var blocks = new Blocks(new Random(13), Noise.Correlated);
        int same = Enumerable.Range(0, 400).Count(_ => Judge(Gate.Usual, blocks, 0, 40).Verdict == Verdict.Same);
        int atMargin = Enumerable.Range(0, 400).Count(_ => Judge(Gate.Usual, blocks, 0.0202, 40).Verdict == Verdict.Same);
        Assert.True(same >= 396, $"{same} of 400");
        Assert.InRange(atMargin, 0, 36);
    }

    [Fact]
    public void Five_looks_together_give_no_more_false_alarms_than_one()
    {
        // Each look has a fifth of alpha; that they share their data only makes it fewer.
        Gate gate = new(Margin.OfShare(0), 0.05, false) { Looks = 5 };
        var blocks = new Blocks(new Random(14), Noise.Correlated);
        int alarms = 0;
        // A slice: 320 quads each take time.
        for (int i = 0; i < Comparisons / 2; i++)
        {
            (double[] contrasts, double[] first, double[] second) = blocks.Quads(20 * 16, 0);
            alarms += new[] { 20, 40, 80, 160, 320 }.Any(n =>
                JudgedShift.OfPairs(gate, contrasts[..n], first, 0).Verdict is Verdict.Worse or Verdict.Better
            )
                ? 1
                : 0;
        }
        Assert.InRange(alarms, 1, 41);
    }

    [Fact]
    public void The_shift_is_that_which_was_planted()
    {
        JudgedShift shift = Judge(Gate.Usual, new Blocks(new Random(15), Noise.TwoModes), 0.01, 2_000);
        Assert.InRange(shift.Percent.Value, 0.9, 1.1);
        Assert.InRange(shift.Absolute.Value / shift.Base, 0.009, 0.011);
        Assert.True(shift.Percent.Low < 1 && shift.Percent.High > 1);
    }

    [Theory]
    [InlineData(8, false)]
    [InlineData(9, true)]
    public void Nine_quads_carry_the_centres_part_of_alpha(int quads, bool exists) =>
        Assert.Equal(exists, Judge(Gate.Usual, new Blocks(new Random(16), Noise.Independent), 0, quads).Absolute.Exists);

    [Theory]
    [InlineData(11, false)]
    [InlineData(12, true)]
    public void Twelve_quads_carry_one_of_five_looks(int quads, bool exists) =>
        Assert.Equal(exists, Judge(Gate.Usual with { Looks = 5 }, new Blocks(new Random(17), Noise.Independent), 0, quads).Absolute.Exists);

    [Fact]
    public void Contrasts_without_spread_are_known_to_the_grain_if_their_number_carries_the_verdict()
    {
        JudgedShift shift = JudgedShift.OfPairs(Gate.Usual, [.. Enumerable.Repeat(0.01, 50)], [1000, 1000], 0, grain: 1);
        Assert.Equal(Verdict.Same, shift.Verdict);
        Assert.InRange(shift.Absolute.High - shift.Absolute.Low, 1.999, 2.001);
        Assert.Equal(
            Verdict.CannotTell,
            JudgedShift.OfPairs(Gate.Usual, [.. Enumerable.Repeat(0.01, 8)], [1000, 1000], 0, grain: 1).Verdict
        );
        Assert.Equal(Verdict.Worse, JudgedShift.OfPairs(Gate.Usual, [.. Enumerable.Repeat(0.1, 9)], [1000, 1000], 0, grain: 1).Verdict);
    }

    [Fact]
    public void The_clocks_grain_bounds_what_is_told()
    {
        double[] nothing = [.. Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? 1e-12 : -1e-12)];
        JudgedShift shift = JudgedShift.OfPairs(Gate.Usual, nothing, [1000, 1000], narrowest: 26);
        Assert.InRange(shift.Absolute.High - shift.Absolute.Low, 25.9, 26.1);
    }

    [Fact]
    public void The_price_of_a_verdict_is_right_in_four_of_five_cases()
    {
        var blocks = new Blocks(new Random(18), Noise.Independent);
        Gate gate = new(Margin.OfShare(0.003), 0.01, false);
        int priced = 0, decided = 0;
        for (int i = 0; i < 300; i++)
        {
            // Of a large sample, so that the price is of the noise and not of luck.
            (double[] contrasts, _, _) = blocks.Quads(400, 0);
            double centre = contrasts.Average();
            if (new PairedContrast([.. contrasts.Select(c => (c - centre) * 10)]).More(gate, Math.Log(1.03), 1)?.Base is not { } more)
                continue;
            priced++;
            decided += Judge(gate with { Margin = Margin.OfShare(0.003) }, blocks, 0, 400 + more).Verdict == Verdict.Same ? 1 : 0;
        }
        Assert.Equal(300, priced);
        Assert.InRange(decided, 210, 300);
    }

    [Fact]
    public void A_gate_that_fires_too_often_or_never_is_not_calibrated()
    {
        GateCalibration some = new(default, "", "", "", "", "", 0.01, 20, 1000, 0, 0.01, 0.02);
        Assert.Equal(
            [false, true, true, true, false, false],
            ((int[])[0, 1, 10, 19, 20, 60]).Select(n => (some with { Excluding = n }).Good)
        );
        Assert.True((some with { Windows = 20 }).Good);
        Assert.Equal(0.01 / Math.Sqrt(500) * (2.5758 + 0.8416), some.SmallestChange(10), 6);
    }

    private static JudgedShift Judge(Gate gate, Blocks blocks, double change, int quads)
    {
        (double[] contrasts, double[] first, double[] second) = blocks.Quads(quads, change);
        return JudgedShift.OfPairs(gate, contrasts, first, 0);
    }

    /// <summary>Block medians in the order of time.</summary>
    private sealed class Blocks(Random random, Noise noise)
    {
        private double state;
        private bool slow;

        public (double[] Contrasts, double[] First, double[] Second) Quads(int quads, double change)
        {
            var contrasts = new double[quads];
            var first = new double[2 * quads];
            var second = new double[2 * quads];
            for (int i = 0; i < quads; i++)
            {
                bool baseOutside = random.Next(2) == 0;
                int a = 2 * i, b = 2 * i;
                for (int place = 0; place < 4; place++)
                {
                    bool outside = place is 0 or 3;
                    double median = Next();
                    if (outside == baseOutside) first[a++] = median;
                    else second[b++] = median * (1 + change);
                }
                contrasts[i] = (Math.Log(second[b - 2]) + Math.Log(second[b - 1]) - Math.Log(first[a - 2]) - Math.Log(first[a - 1])) / 2;
            }
            return (contrasts, first, second);
        }

        private double Next()
        {
            state = noise switch
            {
                Noise.Correlated => 0.8 * state + 0.01 * Normal(),
                // Drawn back, or it would leave every scale in the end; over a quad it is a walk.
                Noise.Drift => 0.999 * state + 0.02 * Normal(),
                _ => 0,
            };
            if (noise == Noise.TwoModes && random.Next(20) == 0) slow = !slow;
            double own = noise == Noise.HeavyTails ? 0.01 * Normal() / Math.Sqrt(-Math.Log(1 - random.NextDouble())) : 0.01 * Normal();
            return Exit * Math.Exp(state + own + (slow ? Math.Log(1.12) : 0));
        }

        private double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
