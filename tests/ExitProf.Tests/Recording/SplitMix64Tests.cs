using ExitProf.Traces;

namespace ExitProf.Tests.Recording;

public sealed class SplitMix64Tests
{
    /// <summary>The first values that the authors' own C code (splitmix64.c, Vigna 2015) gives for this seed.</summary>
    [Fact]
    public void The_values_are_those_of_the_published_code()
    {
        var random = new SplitMix64(1234567);
        ulong[] expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        Assert.Equal(expected, expected.Select(_ => random.Next()));
    }

    [Fact]
    public void The_upper_half_of_a_seed_counts() => Assert.NotEqual(new SplitMix64(7).Next(), new SplitMix64(7 | 1UL << 40).Next());

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public void Every_number_below_a_bound_comes_about_as_often(int bound)
    {
        const int Each = 10_000;
        var random = new SplitMix64(42);
        int[] seen = new int[bound];
        for (int i = 0; i < bound * Each; i++) seen[random.Below(bound)]++;
        // Five standard deviations of a binomial count.
        Assert.All(seen, count => Assert.InRange(count, Each - 500, Each + 500));
    }

    [Fact]
    public void A_shuffle_gives_every_order_of_three_items_about_as_often()
    {
        const int Each = 2_000;
        var random = new SplitMix64(5);
        var seen = new Dictionary<string, int>();
        for (int i = 0; i < 6 * Each; i++)
        {
            char[] items = ['a', 'b', 'c'];
            random.Shuffle(items.AsSpan());
            string order = new(items);
            seen[order] = seen.GetValueOrDefault(order) + 1;
        }
        Assert.Equal(6, seen.Count);
        Assert.All(seen.Values, count => Assert.InRange(count, Each - 220, Each + 220));
    }

    [Fact]
    public void A_bound_below_one_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new SplitMix64(1).Below(0));
}
