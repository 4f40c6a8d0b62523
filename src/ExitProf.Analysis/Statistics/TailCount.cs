namespace ExitProf.Analysis;

/// <summary>How many of the worst values of two sides together are of one of them.</summary>
/// <param name="Threshold">From this value on a value counts.</param>
/// <param name="Chance">One-sided, by Fisher's exact test; times the number of depths that were looked at.</param>
internal readonly record struct TailCount(double Threshold, int Own, int Other, double Chance)
{
    private static readonly TailCount None = new(double.NaN, 0, 0, 1);

    /// <param name="own">Values of the side whose tail is looked for; higher is worse.</param>
    /// <returns>At the depth that is the least likely to be chance.</returns>
    public static TailCount Of(double[] own, double[] other, TailPlan plan) => Least(own, other, plan, threshold =>
    {
        int beyond = own.Count(v => v >= threshold), others = other.Count(v => v >= threshold);
        return new TailCount(threshold, beyond, others,
            new Hypergeometric(own.Length + other.Length, own.Length, beyond + others).AtLeast(beyond));
    });

    /// <summary>The same of pairs: of those with both values among the worst nothing is learnt.</summary>
    public static TailCount OfPairs(double[] own, double[] other, TailPlan plan) => Least(own, other, plan, threshold =>
    {
        int only = 0, otherOnly = 0;
        for (int i = 0; i < own.Length; i++)
        {
            if (own[i] >= threshold && other[i] < threshold) only++;
            if (other[i] >= threshold && own[i] < threshold) otherOnly++;
        }
        return new TailCount(threshold, own.Count(v => v >= threshold), other.Count(v => v >= threshold),
            FairCoins.AtLeast(only + otherOnly, only));
    });

    private static TailCount Least(double[] own, double[] other, TailPlan plan, Func<double, TailCount> at)
    {
        if (plan.Depths.IsEmpty) return None;
        double[] all = [.. own, .. other];
        Array.Sort(all);
        TailCount least = plan.Depths.Select(depth => at(LastOfWorst(all, depth))).MinBy(count => count.Chance);
        return least with { Chance = Math.Min(1, least.Chance * plan.Depths.Length) };
    }

    /// <summary>
    /// The value of the last of the worst. Where others are equal to it, all of them count, or none of them if that is nearer to what was
    /// planned: which one it is depends on the values of both sides together, so that the test stays exact.
    /// </summary>
    private static double LastOfWorst(double[] sorted, int worst)
    {
        double last = sorted[^worst];
        int with = sorted.Length - Array.FindIndex(sorted, v => v == last),
            without = sorted.Length - 1 - Array.FindLastIndex(sorted, v => v == last);
        return without > 0 && (double)worst / without < (double)with / worst ? sorted[^without] : last;
    }
}
