namespace ExitProf.Analysis;

/// <summary>
/// Order statistics of all sums of pairs, without making the pairs: a sum is found by halving the range of values and counting the pairs
/// below, which one walk along the sorted values does. Rounding keeps sums in order, so that the result is the same to the bit as by
/// sorting them all.
/// </summary>
internal readonly ref struct PairOrder
{
    private readonly ReadOnlySpan<double> first;
    private readonly ReadOnlySpan<double> second;
    private readonly bool one;

    private PairOrder(ReadOnlySpan<double> first, ReadOnlySpan<double> second, bool one)
    {
        this.first = first;
        this.second = second;
        this.one = one;
        Count = one ? (long)first.Length * (first.Length + 1) / 2 : (long)first.Length * second.Length;
    }

    /// <summary>How many pairs there are.</summary>
    public long Count { get; }

    /// <summary>x_i + x_k for all i ≤ k: twice the Walsh averages.</summary>
    /// <param name="sorted">Ascending.</param>
    public static PairOrder Within(ReadOnlySpan<double> sorted) => new(sorted, sorted, true);

    /// <summary>x_i + y_k for all i and k.</summary>
    public static PairOrder Between(ReadOnlySpan<double> sortedFirst, ReadOnlySpan<double> sortedSecond) =>
        new(sortedFirst, sortedSecond, false);

    public double Median => (Smallest((Count + 1) / 2) + Smallest(Count / 2 + 1)) / 2;

    /// <param name="rank">From 1 to <see cref="Count"/>.</param>
    public double Smallest(long rank)
    {
        double low = first[0] + second[0], high = first[^1] + second[^1];
        // The sum looked for is always one of low … high, and both are sums.
        while (low < high)
        {
            double middle = low + (high - low) / 2;
            if (middle >= high) middle = low;
            long count = CountUpTo(middle, out double highestUpTo, out double lowestAbove);
            if (count >= rank) high = highestUpTo;
            else low = lowestAbove;
        }
        return low;
    }

    /// <param name="highestUpTo">The highest sum up to the limit; −∞ if there is none.</param>
    /// <param name="lowestAbove">The lowest sum above the limit; +∞ if there is none.</param>
    private long CountUpTo(double limit, out double highestUpTo, out double lowestAbove)
    {
        (highestUpTo, lowestAbove) = (double.NegativeInfinity, double.PositiveInfinity);
        long count = 0;
        int end = second.Length;
        for (int i = 0; i < first.Length; i++)
        {
            while (end > 0 && first[i] + second[end - 1] > limit) end--;
            // Of pairs within one set each is counted once: with the partner at or behind its first value.
            int from = one ? i : 0;
            if (end > from)
            {
                count += end - from;
                highestUpTo = Math.Max(highestUpTo, first[i] + second[end - 1]);
            }
            if (Math.Max(end, from) is var next && next < second.Length) lowestAbove = Math.Min(lowestAbove, first[i] + second[next]);
        }
        return count;
    }
}
