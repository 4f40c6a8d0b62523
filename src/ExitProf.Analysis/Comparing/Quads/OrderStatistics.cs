using System.Numerics;

namespace ExitProf.Analysis;

/// <summary>
/// The values of some ranks, without sorting the others: values are counted in even parts of their range, and only the parts in which a
/// rank lies are sorted. A few hundred are sorted digit by digit, which takes less than comparing them.
/// </summary>
internal static class OrderStatistics
{
    private const int Parts = 256;

    /// <summary>Below this many values sorting them all is faster.</summary>
    private const int Few = 64;

    /// <summary>So many of the largest values are found in one pass.</summary>
    private const int FewAtEnd = 16;

    /// <summary>Up to this number are sorted by the bytes of what they are above the least.</summary>
    private const int FewForDigits = 1024;

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
        if (values.Length - ranks[0] <= FewAtEnd)
        {
            PlaceLast(values, values.Length - ranks[0]);
            return;
        }
        (ulong least, ulong most) = (ulong.MaxValue, 0);
        foreach (ulong value in values)
        {
            if (value < least) least = value;
            if (value > most) most = value;
        }
        if (values.Length <= FewForDigits && most - least <= uint.MaxValue)
        {
            SortByDigits(values, scratch[..values.Length], least, most);
            return;
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

    private static void SortByDigits(Span<ulong> values, Span<ulong> scratch, ulong least, ulong most)
    {
        Span<int> next = stackalloc int[Parts];
        Span<ulong> from = values, to = scratch;
        int digits = 0;
        for (int shift = 0; (most - least) >> shift != 0; shift += 8, digits++)
        {
            next.Clear();
            foreach (ulong value in from) next[(byte)((value - least) >> shift)]++;
            int sum = 0;
            foreach (ref int place in next)
            {
                int count = place;
                place = sum;
                sum += count;
            }
            foreach (ulong value in from) to[next[(byte)((value - least) >> shift)]++] = value;
            Span<ulong> sorted = to;
            to = from;
            from = sorted;
        }
        if (digits % 2 != 0) from.CopyTo(values);
    }

    /// <summary>Exchanges the largest values, in ascending order, for those at the end.</summary>
    private static void PlaceLast(Span<ulong> values, int count)
    {
        Span<ulong> last = values[^count..];
        last.Sort();
        foreach (ref ulong value in values[..^count])
        {
            if (value <= last[0]) continue;
            ulong larger = value;
            value = last[0];
            int place = 1;
            for (; place < count && last[place] < larger; place++) last[place - 1] = last[place];
            last[place - 1] = larger;
        }
    }
}
