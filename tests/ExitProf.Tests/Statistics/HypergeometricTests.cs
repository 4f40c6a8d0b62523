using ExitProf.Analysis;

namespace ExitProf.Tests.Statistics;

/// <summary>The distribution behind Fisher's exact test.</summary>
public sealed class HypergeometricTests
{
    [Fact]
    public void Chances_are_those_of_counting()
    {
        // Of 8 values 3 are drawn; all ways to choose them, by how many are among the first 4.
        int[] ways = new int[4];
        for (int set = 0; set < 256; set++)
        {
            if (int.PopCount(set) == 3) ways[int.PopCount(set & 15)]++;
        }
        for (int count = 0; count <= 3; count++)
            Assert.Equal(ways[count..].Sum() / 56.0, new Hypergeometric(8, 4, 3).AtLeast(count), 12);
        Assert.Equal(0, new Hypergeometric(8, 4, 3).AtLeast(4));
    }

    [Theory]
    [InlineData(80, 40, 8)]
    [InlineData(6_000, 3_000, 600)]
    [InlineData(200_000, 100_000, 20_010)]
    [InlineData(100_040, 40, 5_000)]
    public void What_one_side_has_the_other_has_not(int all, int own, int drawn)
    {
        var ours = new Hypergeometric(all, own, drawn);
        var others = new Hypergeometric(all, all - own, drawn);
        double before = 1;
        for (int i = 0; i <= 50; i++)
        {
            int count = (int)(Math.Min(own, drawn) * (i / 50.0));
            double chance = ours.AtLeast(count);
            Assert.InRange(chance, 0, before + 1e-12);
            Assert.Equal(1 - others.AtLeast(drawn - count + 1), chance, 9);
            before = chance;
        }
    }
}
