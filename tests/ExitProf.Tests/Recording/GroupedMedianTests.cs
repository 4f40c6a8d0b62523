using ExitProf.Traces;
using FsCheck;
using FsCheck.Fluent;

namespace ExitProf.Tests.Recording;

public sealed class GroupedMedianTests
{
    private static readonly int[] Spreads = [1, 2, 40, 3000, 65_535, 65_536, 200_000];

    [Theory]
    [InlineData(new ulong[] { 26 }, 26)]
    [InlineData(new ulong[] { 26, 52, 78 }, 52)]
    [InlineData(new ulong[] { 52, 52, 52, 78 }, 52 + 26 / 6.0)]
    [InlineData(new ulong[] { 26, 26, 260, 260 }, 143)]
    [InlineData(new ulong[] { 25, 26, 27 }, 26)]
    [InlineData(new ulong[] { 0, 0, 0 }, 0)]
    public void The_median_lies_within_its_tick(ulong[] values, double expected) => Assert.Equal(expected, GroupedMedian.Of(values, 26), 9);

    [Fact]
    public void Nothing_has_no_median() => Assert.True(double.IsNaN(GroupedMedian.Of([], 26)));

    [Fact]
    public void It_is_the_middle_of_what_halves_the_area() => Prop.ForAll(Values(), sample =>
    {
        (ulong[] values, int grain) = sample;
        double[] centres = [.. values.Select(v => Math.Floor(((double)v + grain / 2) / grain))];
        // Each value is a box one tick wide: look for all points with half of the area on either side.
        double low = Bisect(x => Area(x) >= centres.Length / 2.0 - 1e-9), high = Bisect(x => Area(x) > centres.Length / 2.0 + 1e-9);
        Assert.Equal((low + high) / 2 * grain, GroupedMedian.Of([.. values], grain), 1e-4 * grain);

        double Area(double x) => centres.Sum(c => Math.Clamp(x - (c - 0.5), 0, 1));

        double Bisect(Func<double, bool> beyond)
        {
            double from = centres.Min() - 1, to = centres.Max() + 1;
            for (int i = 0; i < 80; i++)
            {
                double middle = (from + to) / 2;
                if (beyond(middle)) to = middle;
                else from = middle;
            }
            return to;
        }
    }).Holds();

    [Fact]
    public void Turning_the_values_round_turns_the_median_round() => Prop.ForAll(Values(), sample =>
    {
        (ulong[] values, int grain) = sample;
        ulong turn = (values.Max() / (ulong)grain + 1) * (ulong)grain;
        ulong[] ticks = [.. values.Select(v => v / (ulong)grain * (ulong)grain)];
        double median = GroupedMedian.Of([.. ticks], grain), turned = GroupedMedian.Of([.. ticks.Select(v => turn - v)], grain);
        Assert.Equal(turn - median, turned, 1e-6 * turn);
    }).Holds();

    [Fact]
    public void Whole_ticks_have_the_median_of_their_cycles()
    {
        var random = new System.Random(1);
        for (int run = 0; run < 3000; run++)
        {
            int count = run % 200, grain = random.Next(1, 30), spread = Spreads[run % Spreads.Length];
            uint[] ticks = new uint[(count + GroupedMedian.Lanes) / GroupedMedian.Lanes * GroupedMedian.Lanes];
            uint least = (uint)random.Next(3) * 100_000;
            for (int i = 0; i < count; i++) ticks[i] = least + (uint)(random.Next(4) == 0 ? spread : random.Next(spread + 1));
            ulong[] cycles = [.. ticks.Take(count).Select(t => (ulong)t * (ulong)grain)];
            Assert.Equal(GroupedMedian.Of(cycles, grain), GroupedMedian.OfTicks(ticks, count, grain));
        }
    }

    private static Arbitrary<(ulong[], int)> Values() => Arb.From(
        from grain in Gen.Elements(1, 2, 16, 26, 27)
        from spread in Gen.Elements(3, 30, 3000)
        from size in Gen.Choose(1, 60)
        from values in Gen.ArrayOf(Gen.Choose(0, spread), size)
        from off in Gen.Choose(0, 1)
        select (values.Select(v => (ulong)(v * grain + (v > 0 && grain > 2 ? off : 0))).ToArray(), grain));
}
