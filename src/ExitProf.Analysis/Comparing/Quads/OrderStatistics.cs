using System.Numerics;

namespace ExitProf.Analysis;

/// <summary>
/// The values of some ranks, without sorting the others: values are counted in even parts of their range, and only the parts in which a
/// rank lies are sorted.
/// </summary>
internal static class OrderStatistics
{
    private const int Parts = 256;

    /// <summary>Below this many values sorting them all is faster.</summary>
    private const int Few = 64;

    /// <summary>Moves each of these values to the place that it would have if all were sorted.</summary>
    /// <param name="values">Those of other ranks come to places that mean nothing.</param>
    /// <param name="ranks">From 0, ascending, each below the number of values.</param>
    /// <param name="scratch">At least as long as the values.</param>
    public static void Place(Span<ulong> values, ReadOnlySpan<int> ranks, Span<ulong> scratch)
    {
        if (values.Length < Few)
        {
            values.Sort();
            return;
        }
        (ulong least, ulong most) = (ulong.MaxValue, 0);
        foreach (ulong value in values)
        {
            if (value < least) least = value;
            if (value > most) most = value;
        }
        int shift = Math.Max(0, BitOperations.Log2(most - least) + 1 - BitOperations.Log2(Parts));
        Span<int> ends = stackalloc int[Parts];
        ends.Clear();
        foreach (ulong value in values) ends[(byte)((value - least) >> shift)]++;
        Span<int> next = stackalloc int[Parts];
        int sum = 0, rank = 0;
        for (int part = 0; part < Parts; part++)
        {
            int begin = sum;
            sum = ends[part] += sum;
            bool asked = rank < ranks.Length && ranks[rank] < sum;
            while (rank < ranks.Length && ranks[rank] < sum) rank++;
            next[part] = asked && ends[part] > begin ? begin : -1;
        }
        Span<ulong> sorted = scratch[..values.Length];
        foreach (ulong value in values)
        {
            ref int place = ref next[(byte)((value - least) >> shift)];
            if (place >= 0) sorted[place++] = value;
        }
        for (int part = 0, begin = 0; part < Parts; begin = ends[part++])
        {
            if (next[part] < 0) continue;
            Span<ulong> asked = sorted[begin..ends[part]];
            if (shift > 0) asked.Sort();
            asked.CopyTo(values[begin..]);
        }
    }
}
