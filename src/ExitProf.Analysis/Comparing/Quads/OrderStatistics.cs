using System.Numerics;
using System.Runtime.CompilerServices;

namespace ExitProf.Analysis;

/// <summary>
/// The values of some ranks, without sorting the others: values are counted in even parts of their range, and only the parts in which a
/// rank lies are sorted. Those of a few hundred are counted in parts of the octaves above the least, because one long exit would leave all
/// the others in the first even part.
/// </summary>
internal static class OrderStatistics
{
    private const int Parts = 256;

    /// <summary>Below this many values sorting them all is faster.</summary>
    private const int Few = 64;

    /// <summary>So many of the largest values are found in one pass.</summary>
    private const int FewAtEnd = 16;

    /// <summary>Up to this number are counted by octaves.</summary>
    private const int FewForOctaves = 1024;

    /// <summary>The exponent of a float and three bits of its fraction: eight parts for each octave of 32 bits, and one for 0.</summary>
    private const int FloatBits = 20, FirstOctave = (127 << 3) - 1, OctaveParts = 8 * 33 + 1;

    /// <summary>Up to so many are put into their places one by one.</summary>
    private const int FewInPart = 24;

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
        if (values.Length <= FewForOctaves && most - least <= uint.MaxValue)
        {
            PlaceByOctaves(values, ranks, scratch[..values.Length], least);
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

    private static void PlaceByOctaves(Span<ulong> values, ReadOnlySpan<int> ranks, Span<ulong> sorted, ulong least)
    {
        Span<int> next = stackalloc int[OctaveParts];
        next.Clear();
        foreach (ulong value in values) next[Octave(value - least)]++;
        int sum = 0;
        foreach (ref int place in next) (place, sum) = (sum, sum + place);
        foreach (ulong value in values) sorted[next[Octave(value - least)]++] = value;
        // A part now ends where its next value would have stood.
        for (int i = 0; i < ranks.Length;)
        {
            int part = Octave(sorted[ranks[i]] - least), begin = part == 0 ? 0 : next[part - 1];
            Span<ulong> asked = sorted[begin..next[part]];
            if (asked.Length > FewInPart) asked.Sort();
            else SortFew(asked);
            asked.CopyTo(values[begin..]);
            while (i < ranks.Length && ranks[i] < next[part]) i++;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Octave(ulong above) =>
        Math.Max(0, (int)(BitConverter.SingleToUInt32Bits((long)above) >> FloatBits) - FirstOctave);

    private static void SortFew(Span<ulong> values)
    {
        for (int i = 1; i < values.Length; i++)
        {
            ulong value = values[i];
            int place = i;
            for (; place > 0 && values[place - 1] > value; place--) values[place] = values[place - 1];
            values[place] = value;
        }
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
