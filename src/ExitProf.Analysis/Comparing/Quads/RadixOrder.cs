using System.Numerics;

namespace ExitProf.Analysis;

/// <summary>Sorts whole numbers by their digits: durations of one kind lie close together, so that two passes over them do.</summary>
internal static class RadixOrder
{
    private const int DigitBits = 8;

    /// <summary>Below this a sort by comparison is faster.</summary>
    private const int Few = 64;

    /// <param name="scratch">At least as long.</param>
    public static void Sort(Span<ulong> values, Span<ulong> scratch)
    {
        if (values.Length < Few)
        {
            values.Sort();
            return;
        }
        (ulong least, ulong most) = (ulong.MaxValue, 0);
        foreach (ulong value in values) (least, most) = (Math.Min(least, value), Math.Max(most, value));
        Span<int> places = stackalloc int[1 << DigitBits];
        Span<ulong> from = values, to = scratch[..values.Length];
        int bits = BitOperations.Log2(most - least) + 1, passes = 0;
        for (int shift = 0; shift < bits; shift += DigitBits, passes++)
        {
            places.Clear();
            foreach (ulong value in from) places[(byte)((value - least) >> shift)]++;
            int next = 0;
            foreach (ref int place in places) (place, next) = (next, next + place);
            foreach (ulong value in from) to[places[(byte)((value - least) >> shift)]++] = value;
            Span<ulong> done = to;
            to = from;
            from = done;
        }
        if (passes % 2 != 0) from.CopyTo(values);
    }
}
