using ExitProf.Analysis;
using FsCheck;
using FsCheck.Fluent;
using Interval = ExitProf.Analysis.Interval;

namespace ExitProf.Tests.Statistics;

/// <summary>What must hold for any data.</summary>
public sealed class ShiftProperties
{
    /// <summary>Values on a grid, so that ties are common, and shifts and scalings by powers of two are exact.</summary>
    private static readonly Arbitrary<double[]> Values =
        Gen.Choose(1, 70).SelectMany(n => Gen.Choose(-400, 400).Select(i => i / 8.0).ArrayOf(n)).ToArbitrary();

    private static readonly Arbitrary<(double[], double[])> Sides = Gen.Two(Values.Generator).Select(t => (t.Item1, t.Item2)).ToArbitrary();

    [Fact]
    public void The_centre_is_what_sorting_all_walsh_averages_gives() =>
        Prop.ForAll(
                Values,
                values =>
                {
                    double[] averages =
                    [
                        .. from i in Enumerable.Range(0, values.Length)
                        from k in Enumerable.Range(i, values.Length - i)
                        select (values[i] + values[k]) / 2,
                    ];
                    Array.Sort(averages);
                    return Is(averages, SignedRank.Centre(values, 0.9), RankDistribution.SignedRankOrder(values.Length, 0.9));
                }
            )
            .Holds();

    [Fact]
    public void The_shift_is_what_sorting_all_differences_gives() => Prop.ForAll(Sides, sides =>
    {
        (double[] x, double[] y) = sides;
        double[] differences = [.. from a in x from b in y select b - a];
        Array.Sort(differences);
        return Is(differences, RankShift.Between(x, y, 0.99), RankDistribution.MannWhitneyOrder(x.Length, y.Length, 0.99));
    }).Holds();

    [Fact]
    public void Shifting_and_scaling_the_values_shifts_and_scales_the_result() => Prop.ForAll(Values, values =>
    {
        Interval centre = SignedRank.Centre(values, 0.9);
        return Same(SignedRank.Centre([.. values.Select(v => v * 4 + 7)], 0.9), centre.Map(v => v * 4 + 7));
    }).Holds();

    [Fact]
    public void Turning_the_values_round_turns_the_result_round() => Prop.ForAll(Values, values =>
        Same(SignedRank.Centre([.. values.Select(v => -v)], 0.9), Minus(SignedRank.Centre(values, 0.9)))).Holds();

    [Fact]
    public void Exchanging_the_sides_turns_the_result_round() =>
        Prop.ForAll(
                Sides,
                sides =>
                {
                    (double[] x, double[] y) = sides;
                    bool ranks = Same(RankShift.Between(y, x, 0.99), Minus(RankShift.Between(x, y, 0.99)));
                    if (x.Length < 2 || y.Length < 2)
                        return ranks;
                    Interval there = MeanShift.Welch(x, y).At(0.9),
                        back = MeanShift.Welch(y, x).At(0.9);
                    return ranks
                        && (
                            !there.Exists && !back.Exists
                            || (Math.Abs(there.Low + back.High) < 1e-9 && Math.Abs(there.High + back.Low) < 1e-9)
                        );
                }
            )
            .Holds();

    [Fact]
    public void The_order_of_runs_does_not_matter() => Prop.ForAll(Sides, sides =>
    {
        (double[] x, double[] y) = sides;
        return Same(RankShift.Between([.. x.Reverse()], [.. y.Reverse()], 0.9), RankShift.Between(x, y, 0.9))
            && Same(SignedRank.Centre([.. x.Reverse()], 0.9), SignedRank.Centre(x, 0.9));
    }).Holds();

    [Fact]
    public void The_shift_follows_the_new_side_and_the_wider_interval_holds_the_narrower() =>
        Prop.ForAll(
                Sides,
                sides =>
                {
                    (double[] x, double[] y) = sides;
                    Interval wide = RankShift.Between(x, y, 0.99),
                        narrow = RankShift.Between(x, y, 0.9);
                    bool follows = Same(RankShift.Between(x, [.. y.Select(v => v + 3)], 0.99), wide.Map(v => v + 3));
                    return follows
                        && (
                            !wide.Exists
                            || (
                                wide.Low <= narrow.Low
                                && narrow.High <= wide.High
                                && narrow.Low <= narrow.Value
                                && narrow.Value <= narrow.High
                            )
                        );
                }
            )
            .Holds();

    [Fact]
    public void Correlated_neighbours_only_ever_widen() =>
        Prop.ForAll(
                Values,
                values =>
                {
                    double widening = Autocorrelation.Widening(values);
                    Interval plain = SignedRank.Centre(values, 0.9),
                        widened = SignedRank.Correlated(values, 0.9);
                    return widening >= 1
                        && widened.Value == plain.Value
                        && (!plain.Exists || (widened.Low <= plain.Low + 1e-9 && widened.High >= plain.High - 1e-9));
                }
            )
            .Holds();

    private static bool Is(double[] sorted, Interval actual, long order)
    {
        double median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        return order == 0
            ? actual.Value == median && !actual.Exists
            : actual == new Interval(median, sorted[order - 1], sorted[^(int)order]);
    }

    private static Interval Minus(Interval i) => new(-i.Value, -i.High, -i.Low);

    private static bool Same(Interval a, Interval b) => a.Value == b.Value && a.Low.Equals(b.Low) && a.High.Equals(b.High);
}
