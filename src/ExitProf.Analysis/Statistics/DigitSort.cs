using System.Runtime.InteropServices;

namespace ExitProf.Analysis;

/// <summary>
/// Sorts many numbers digit by digit: comparing tens of thousands of contrasts guesses wrong at every second comparison, and a trace of
/// two sides has dozens of such columns.
/// </summary>
internal static class DigitSort
{
    /// <summary>Below this many comparing them is faster.</summary>
    private const int Many = 4096;

    private const int DigitBits = 11, Digits = 6, Values = 1 << DigitBits;

    /// <summary>Sorts in ascending order.</summary>
    /// <param name="values">None is NaN.</param>
    public static void Sort(double[] values)
    {
        if (values.Length < Many)
        {
            Array.Sort(values);
            return;
        }
        Span<ulong> from = MemoryMarshal.Cast<double, ulong>(values.AsSpan()), to = new ulong[values.Length];
        int[] next = new int[Digits * Values];
        foreach (ref ulong value in from)
        {
            value = Rising(value);
            for (int digit = 0; digit < Digits; digit++) next[digit * Values + Digit(value, digit)]++;
        }
        for (int digit = 0; digit < Digits; digit++)
        {
            Span<int> places = next.AsSpan(digit * Values, Values);
            // Numbers of one magnitude have their first digits in common.
            if (places[Digit(from[0], digit)] == from.Length) continue;
            Distribute(from, to, digit, places);
            Span<ulong> sorted = to;
            to = from;
            from = sorted;
        }
        Span<ulong> own = MemoryMarshal.Cast<double, ulong>(values.AsSpan());
        if (own != from) from.CopyTo(own);
        foreach (ref ulong value in own) value = Falling(value);
    }

    private static void Distribute(ReadOnlySpan<ulong> from, Span<ulong> to, int digit, Span<int> places)
    {
        int sum = 0;
        foreach (ref int place in places) (place, sum) = (sum, sum + place);
        foreach (ulong value in from) to[places[Digit(value, digit)]++] = value;
    }

    private static int Digit(ulong value, int digit) => (int)(value >> (digit * DigitBits)) & (Values - 1);

    /// <summary>The bits of a number such that they are in its order: those of a negative one fall as it rises.</summary>
    private static ulong Rising(ulong bits) => bits ^ ((ulong)((long)bits >> 63) | 1UL << 63);

    private static ulong Falling(ulong bits) => bits ^ ((bits >> 63) - 1 | 1UL << 63);
}
