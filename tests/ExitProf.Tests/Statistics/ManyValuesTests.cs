using ExitProf.Analysis;

namespace ExitProf.Tests.Statistics;

/// <summary>What is done otherwise from some thousand values on gives the same numbers.</summary>
public sealed class ManyValuesTests
{
    [Theory]
    [InlineData(1e-3)]
    [InlineData(1)]
    [InlineData(1e300)]
    public void Many_values_are_sorted_as_few_are(double scale)
    {
        var random = new System.Random(3);
        IEnumerable<double> drawn = Enumerable.Range(0, 20_001).Select(_ => (random.NextDouble() - 0.3) * scale);
        double[] values = [.. drawn, 0, double.MaxValue, double.MinValue];
        double[] sorted = [.. values.Order()];
        DigitSort.Sort(values);
        Assert.Equal(sorted, values);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void A_sum_of_many_pairs_has_its_rank(int grain)
    {
        var random = new System.Random(4);
        double[] sorted =
            [.. Enumerable.Range(0, 4200).Select(i => Math.Round(random.NextDouble() * random.NextDouble() * 1e6 / grain) * grain).Order()];
        double[] other = [.. sorted.Take(4100).Select(v => v / 3)];
        Check(PairOrder.Within(sorted), sorted, i => sorted.AsSpan(i));
        Check(PairOrder.Between(sorted, other), sorted, _ => other);
    }

    private static void Check(PairOrder order, double[] first, Func<int, ReadOnlySpan<double>> partners)
    {
        foreach (long rank in (long[])[order.Count / 2, order.Count / 2 + 1, order.Count / 3, 1, order.Count, order.Count - 5])
        {
            double sum = order.Smallest(rank);
            long below = 0, upTo = 0;
            for (int i = 0; i < first.Length; i++)
            {
                foreach (double partner in partners(i))
                {
                    if (first[i] + partner < sum) below++;
                    if (first[i] + partner <= sum) upTo++;
                }
            }
            Assert.InRange(rank, below + 1, upTo);
        }
    }
}
