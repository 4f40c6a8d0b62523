namespace ExitProf.Analysis;

/// <summary>
/// Order statistics of all sums of pairs, without making the pairs: a sum is found by narrowing the range of values and counting the pairs
/// below, which one walk along the sorted values does. Rounding keeps sums in order, so that the result is the same to the bit as by
/// sorting them all.
/// </summary>
/// <remarks>What one search has counted, the next begins with: the ends of an interval lie close to its centre.</remarks>
internal sealed class PairOrder
{
    /// <summary>
    /// After this number of steps by interpolation one halves the range: no distribution takes more than some hundred steps.
    /// </summary>
    private const int StepsByInterpolation = 4;

    /// <summary>
    /// Where there are more values, some of them, evenly spread over the order, are searched first: what they say is off by a few
    /// thousandths of all pairs, so that only the last few walks are along all values.
    /// </summary>
    private const int Many = 4096, Sample = 512;

    private readonly double[] first;
    private readonly double[] second;
    private readonly bool one;

    /// <summary>Null where there are few values.</summary>
    private readonly PairOrder? sample;

    /// <summary>Ascending; the first and the last are the ends of the whole range.</summary>
    private readonly List<Cut> cuts;

    private PairOrder(double[] first, double[] second, bool one)
    {
        this.first = first;
        this.second = second;
        this.one = one;
        Count = one ? (long)first.Length * (first.Length + 1) / 2 : (long)first.Length * second.Length;
        cuts =
        [
            new Cut(0, double.NegativeInfinity, first[0] + second[0]),
            new Cut(Count, first[^1] + second[^1], double.PositiveInfinity),
        ];
        if (Math.Min(first.Length, second.Length) <= Many) return;
        double[] some = Spread(first);
        sample = new PairOrder(some, one ? some : Spread(second), one);
    }

    /// <summary>How many pairs there are.</summary>
    public long Count { get; }

    /// <summary>x_i + x_k for all i ≤ k: twice the Walsh averages.</summary>
    /// <param name="sorted">Ascending.</param>
    public static PairOrder Within(double[] sorted) => new(sorted, sorted, true);

    /// <summary>x_i + y_k for all i and k.</summary>
    public static PairOrder Between(double[] sortedFirst, double[] sortedSecond) => new(sortedFirst, sortedSecond, false);

    public double Median => (Smallest((Count + 1) / 2) + Smallest(Count / 2 + 1)) / 2;

    /// <param name="rank">From 1 to <see cref="Count"/>.</param>
    public double Smallest(long rank)
    {
        if (sample is not null) NarrowBySample(sample, rank);
        int next = cuts.FindIndex(c => c.Count >= rank);
        (Cut below, Cut above) = (cuts[next - 1], cuts[next]);
        // How far the rank lies from either end, in pairs; that of an end that stays is halved, so that the other one comes nearer to it
        // (the Illinois method).
        double toLow = rank - 0.5 - below.Count, toHigh = above.Count - (rank - 0.5);
        bool? lowered = null;
        for (int step = 1; below.NextSum < above.LastSum; step++)
        {
            double low = below.NextSum, high = above.LastSum;
            double share = step % (StepsByInterpolation + 1) == 0 ? 0.5 : toLow / (toLow + toHigh);
            double limit = low + (high - low) * share;
            if (!(limit >= low)) limit = low;
            // The sum looked for is one of low … high, and both are sums.
            if (limit >= high) limit = Math.BitDecrement(high);
            Cut cut = CountUpTo(limit);
            bool lowers = cut.Count >= rank;
            if (lowers)
            {
                above = cut;
                cuts.Insert(next, cut);
                toHigh = cut.Count - (rank - 0.5);
                if (lowered == true) toLow /= 2;
            }
            else
            {
                below = cut;
                cuts.Insert(next++, cut);
                toLow = rank - 0.5 - cut.Count;
                if (lowered == false) toHigh /= 2;
            }
            lowered = lowers;
        }
        return above.LastSum;
    }

    private void NarrowBySample(PairOrder sample, long rank)
    {
        long about = (long)((double)rank / Count * sample.Count), off = 2 * sample.Count / Sample;
        foreach (long place in (ReadOnlySpan<long>)[about - off, about + off])
        {
            double limit = sample.Smallest(Math.Clamp(place, 1, sample.Count));
            int next = cuts.FindIndex(c => c.Count >= rank);
            if (limit >= cuts[next - 1].NextSum && limit < cuts[next].LastSum) cuts.Insert(next, CountUpTo(limit));
        }
    }

    private static double[] Spread(double[] sorted)
    {
        var some = new double[Sample];
        for (int i = 0; i < Sample; i++) some[i] = sorted[(int)((i + 0.5) * sorted.Length / Sample)];
        return some;
    }

    private Cut CountUpTo(double limit)
    {
        double last = double.NegativeInfinity, following = double.PositiveInfinity;
        long count = 0;
        double[] left = first, right = second;
        int end = right.Length;
        for (int i = 0; i < left.Length; i++)
        {
            double own = left[i];
            while (end > 0 && own + right[end - 1] > limit) end--;
            // Of pairs within one set each is counted once: with the partner at or behind its first value.
            int from = one ? i : 0;
            if (end > from)
            {
                count += end - from;
                if (own + right[end - 1] is var sum && sum > last) last = sum;
                if (end < right.Length && own + right[end] is var above && above < following) following = above;
                continue;
            }
            // The sums that follow are those of values above, and above all of them is this one's lowest.
            if (own + right[from] is var lowest && lowest < following) following = lowest;
            break;
        }
        return new Cut(count, last, following);
    }

    /// <param name="Count">The number of sums up to <paramref name="LastSum"/>.</param>
    /// <param name="NextSum">The sum that follows; what lies between the two is no sum.</param>
    private readonly record struct Cut(long Count, double LastSum, double NextSum);
}
