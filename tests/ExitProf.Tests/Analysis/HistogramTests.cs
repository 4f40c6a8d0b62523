using ExitProf.Analysis;
using FsCheck;
using FsCheck.Fluent;

namespace ExitProf.Tests.Analysis;

public sealed class HistogramTests
{
    [Fact]
    public void Several_may_look_at_one_at_the_same_time()
    {
        uint[] values = [.. Enumerable.Range(0, 40_000).Select(i => (uint)(i % 100 == 0 ? 50_000 + i : i % 700))];
        for (int round = 0; round < 50; round++)
        {
            var histogram = new Histogram();
            histogram.Add(values);
            var seen = new (long Count, double Middle, double Most)[4];
            Parallel.For(0, seen.Length, i => seen[i] = (histogram.Count, histogram.Quantile(0.5), histogram.Max));
            Assert.All(seen, s => Assert.Equal((values.Length, histogram.Quantile(0.5), 89_900.0), s));
        }
    }

    [Theory]
    [InlineData(new ulong[] { 1, 2, 3 }, 0.5, 2)]
    [InlineData(new ulong[] { 1, 2 }, 0.5, 1.5)]
    [InlineData(new ulong[] { 1, 1, 9, 9 }, 0.5, 5)]
    [InlineData(new ulong[] { 5, 5, 5, 6 }, 0.5, 5.1666666666666667)]
    [InlineData(new ulong[] { 7, 7, 7 }, 0.99, 7)]
    [InlineData(new ulong[] { 0, 0, 0, 0, 4 }, 0, 0)]
    [InlineData(new ulong[] { 0, 0, 0, 0, 4 }, 1, 4)]
    public void A_quantile_interpolates_within_its_tick(ulong[] values, double share, double expected) =>
        Assert.Equal(expected, Of(values).Quantile(share), 12);

    [Fact]
    public void The_quantiles_of_one_to_a_hundred_lie_half_a_unit_above_the_hundredths()
    {
        var histogram = Of(Enumerable.Range(1, 100).Select(i => (ulong)i));
        foreach (int p in (int[])[10, 50, 90, 99]) Assert.Equal(p + 0.5, histogram.Quantile(p / 100.0), 9);
    }

    [Fact]
    public void Quantiles_stay_within_a_bucket_of_the_sorted_values() => Prop.ForAll(Values(), values =>
    {
        var histogram = Of(values);
        ulong[] sorted = [.. values.Order()];
        foreach (double share in (double[])[0.01, 0.25, 0.5, 0.9, 0.99])
        {
            double low = sorted[Math.Max(0, (int)Math.Floor(share * sorted.Length - 1e-9) - 1)];
            double high = sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(share * sorted.Length + 1e-9))];
            double got = histogram.Quantile(share);
            Assert.InRange(got, low - 0.5 - low / 4096, high + 0.5 + high / 4096);
        }
        Assert.Equal(sorted[0], histogram.Min);
        Assert.Equal(sorted[^1], histogram.Max);
        Assert.Equal(sorted.Length, histogram.Count);
    }).Holds();

    [Fact]
    public void The_common_value_is_that_of_most_values_or_the_middle_one()
    {
        Assert.Equal((7.0, 3L), Of([7, 900, 7, 1, 7]).Common());
        // 5 is the most frequent one, but not of half of them.
        Assert.Equal((8.0, 1L), Of([5, 5, 8, 11, 12]).Common());
        Assert.Equal((double.NaN, 0L), Of([]).Common());
    }

    [Fact]
    public void The_common_value_of_few_is_exact_however_large_and_of_many_it_is_the_first_of_its_bucket()
    {
        Assert.Equal((9_641.0, 3L), Of([9_641, 9_640, 9_641, 9_620, 9_830, 9_641]).Common());
        var parts = Of([9_641, 9_640, 9_641]);
        parts.Merge(Of([9_620, 9_830, 9_641]));
        Assert.Equal((9_641.0, 3L), parts.Common());
        Assert.Equal((70_003.0, 2L), Of([70_003, 3, 70_003]).Common());
        Assert.Equal((9_640.0, 20_000L), Of([.. Enumerable.Repeat(9_641UL, 20_000), 9_000]).Common());
    }

    [Fact]
    public void A_merged_histogram_is_that_of_all_values() => Prop.ForAll(Values(), Values(), (left, right) =>
    {
        var merged = Of(left);
        merged.Merge(Of(right));
        var union = Of([.. left, .. right]);
        Assert.Equal(union.Curve(50), merged.Curve(50));
        Assert.Equal((union.Count, union.Min, union.Max), (merged.Count, merged.Min, merged.Max));
    }).Holds();

    [Fact]
    public void A_saved_histogram_is_the_same_before_and_after_more_comes_to_it() => Prop.ForAll(Values(), Values(), (first, more) =>
    {
        foreach (int times in (int[])[1, 60])
        {
            var all = Of(Enumerable.Repeat(first, times).SelectMany(v => v));
            Histogram restored = SavedAndRestored(all);
            Assert.Equal((all.Count, all.Min, all.Max), (restored.Count, restored.Min, restored.Max));
            Assert.Equal(all.Curve(50), restored.Curve(50));
            Assert.Equal(Bucket(all), Bucket(restored));

            var merged = Of(more);
            merged.Merge(restored);
            restored.Merge(Of(more));
            Histogram asKept = SavedAndRestored(all), other = SavedAndRestored(Of(more));
            asKept.Merge(other);
            Assert.Equal(Of(more).Curve(50), other.Curve(50));
            foreach (ulong value in more) all.Add(value);
            Assert.Equal(all.Curve(50), merged.Curve(50));
            Assert.Equal(all.Curve(50), restored.Curve(50));
            Assert.Equal((all.Count, all.Min, all.Max), (merged.Count, merged.Min, merged.Max));
            Assert.Equal((all.Count, all.Min, all.Max), (restored.Count, restored.Min, restored.Max));
            Assert.Equal(all.Curve(50), asKept.Curve(50));
            Assert.Equal((all.Count, all.Min, all.Max, Bucket(all)), (asKept.Count, asKept.Min, asKept.Max, Bucket(asKept)));
        }
    }).QuickCheckThrowOnFailure();

    /// <summary>The first value of the bucket of the common one: what is saved knows no more.</summary>
    private static double Bucket(Histogram of)
    {
        const double Exact = 8_192;
        double value = of.Common().Value, width = Math.Max(1, Math.Pow(2, Math.Floor(Math.Log2(Math.Max(1, value)))) * 2 / Exact);
        return Math.Floor(value / width) * width;
    }

    [Fact]
    public void A_curve_ascends_from_the_smallest_to_the_largest_value() => Prop.ForAll(Values(), values =>
    {
        var curve = Of(values).Curve(20);
        Assert.Equal((values.Min(), 0.0), ((ulong)curve[0].Value, curve[0].Share));
        Assert.Equal((values.Max(), 1.0), ((ulong)curve[^1].Value, curve[^1].Share));
        foreach (var (before, after) in curve.Zip(curve.Skip(1)))
        {
            Assert.True(before.Share < after.Share);
            Assert.True(before.Value <= after.Value);
        }
    }).Holds();

    [Fact]
    public void Buckets_join_without_a_gap_where_their_width_doubles()
    {
        foreach (ulong edge in (ulong[])[511, 512, 8191, 8192, 16383, 16384, 1UL << 40, (1UL << 40) - 1, ulong.MaxValue >> 1])
        {
            var histogram = Of([edge]);
            Assert.Equal((double)edge, histogram.Min);
            Assert.InRange(histogram.Quantile(0.5), edge * (1 - 1 / 4096.0), edge * (1 + 1 / 4096.0));
        }
    }

    [Fact]
    public void Counters_do_not_overflow_at_32_bits()
    {
        var histogram = new Histogram();
        histogram.Add(3, uint.MaxValue);
        histogram.Add(3, uint.MaxValue);
        Assert.Equal(2L * uint.MaxValue, histogram.Count);
    }

    [Fact]
    public void Values_that_are_added_together_are_counted_as_those_that_come_one_by_one()
    {
        var random = new System.Random(1);
        foreach (int most in (int[])[10, 4095, 4097, 8191, 8192, 8193, 70_000, 1 << 24, (1 << 24) + 1, int.MaxValue])
        {
            var together = new Histogram();
            var one = new Histogram();
            for (int run = 0; run < 60; run++)
            {
                int shift = random.Next(8);
                uint[] values = [.. Enumerable.Range(0, random.Next(1500)).Select(_ => (uint)random.Next(most) >> random.Next(shift + 1))];
                together.Add(values);
                foreach (uint value in values) one.Add((ulong)value);
            }
            Assert.Equal(one.Counted(), together.Counted());
            Assert.Equal((one.Min, one.Max, one.Count), (together.Min, together.Max, together.Count));
        }
    }

    [Fact]
    public void Nothing_has_no_quantile()
    {
        var histogram = new Histogram();
        Assert.True(double.IsNaN(histogram.Quantile(0.5)) && double.IsNaN(histogram.Min) && double.IsNaN(histogram.Max));
        Assert.Empty(histogram.Curve(10));
    }

    private static Histogram Of(IEnumerable<ulong> values)
    {
        var histogram = new Histogram();
        foreach (ulong value in values) histogram.Add(value);
        return histogram;
    }

    /// <summary>At least one value, from all orders of magnitude that ticks have.</summary>
    private static Arbitrary<ulong[]> Values() =>
        Arb.From(
            from size in Gen.Choose(1, 200)
            from values in Gen.ArrayOf(
                from bits in Gen.Choose(0, 40)
                from value in Gen.Choose(0, int.MaxValue)
                select (ulong)value * 1021 & ((1UL << bits) - 1),
                size
            )
            select values
        );

    private static Histogram SavedAndRestored(Histogram histogram)
    {
        using var bytes = new MemoryStream();
        using (var to = new SumsWriter(bytes)) histogram.Save(to);
        var restored = new Histogram();
        Assert.Equal(histogram.Count, restored.Restore(new SumsReader(bytes.ToArray())));
        return restored;
    }
}
