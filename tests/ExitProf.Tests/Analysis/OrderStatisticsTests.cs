using ExitProf.Analysis;

namespace ExitProf.Tests.Analysis;

public sealed class OrderStatisticsTests
{
    [Fact]
    public void Values_of_some_ranks_are_those_of_all_values_in_order()
    {
        var random = new System.Random(1);
        for (int run = 0; run < 2000; run++)
        {
            int count = random.Next(1, run % 10 == 0 ? 4000 : 400);
            long spread = 1L << random.Next(1, 40);
            ulong[] values = [.. Enumerable.Range(0, count).Select(_ => 5 + (ulong)random.NextInt64(spread))];
            int from = random.Next(2) == 0 ? 0 : Math.Max(0, count - 1 - random.Next(20));
            int[] ranks = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(from, count)).Order()];
            ulong[] sorted = [.. values.Order()];
            OrderStatistics.Place(values, ranks, new ulong[count]);
            foreach (int rank in ranks) Assert.Equal(sorted[rank], values[rank]);
        }
    }
}
