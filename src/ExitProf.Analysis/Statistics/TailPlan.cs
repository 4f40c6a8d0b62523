using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace ExitProf.Analysis;

/// <summary>
/// How a comparison looks for a tail in one of its sides: it takes the N worst values of both sides together and asks by an exact test
/// whether more of them are of this side than chance deals out. Made from the numbers of values alone, before any value is seen.
/// </summary>
/// <remarks>
/// A deep quantile forgives values of the other side among the worst, a shallow one needs fewer runs. Taken is the deepest, up to a tenth
/// of all values, that finds a tail of <see cref="Share"/> with <see cref="WellFound"/>; where none does, the one that finds it most often.
/// Where half of that, a quarter and so on down to a hundredth of all values could be a tail of their own, these are looked at too, and
/// each has its part of the level: a twentieth of a thousand runs is no fifth of them, and still a tail.
/// </remarks>
/// <param name="Depths">How many of the worst values are looked at, the most first; none if no number of them would be a tail.</param>
/// <param name="Power">The chance to find a tail of <see cref="Share"/> of the side's values that lies above all others.</param>
internal sealed record TailPlan(ImmutableArray<int> Depths, double Power)
{
    /// <summary>The share of a side's values: the tail that a comparison that says "same" has to be able to find.</summary>
    public const double Share = 0.2;

    /// <summary>The chance to find it from which on a comparison has looked for a tail.</summary>
    public const double Found = 0.8;

    private const double WellFound = 0.93;
    private const double DeepestShare = 0.1;

    /// <summary>Rarer than this among all values is no tail of the runs but an accident of one.</summary>
    private const double ShallowestShare = 0.01;

    /// <summary>More runs than these nobody makes to judge a tail.</summary>
    private const int MostRuns = 1_000_000;

    /// <summary>Plans depend on numbers of runs only, and making one of thousands takes milliseconds.</summary>
    private static readonly ConcurrentDictionary<(int Own, int Other, double Level, bool Paired), TailPlan> Known = new();

    public bool Finds => Power >= Found;

    /// <param name="own">Values of the side whose tail is looked for.</param>
    /// <param name="level">Of the one-sided test: Fisher's.</param>
    public static TailPlan For(int own, int other, double level) => Known.GetOrAdd((own, other, level, false), Made);

    /// <summary>The plan for pairs with one value of each side: the test is the sign test.</summary>
    public static TailPlan ForPairs(int pairs, double level) => Known.GetOrAdd((pairs, pairs, level, true), Made);

    /// <summary>How many runs on each side would find such a tail, if the larger one stays at least as large as it is.</summary>
    public static int RunsToFind(int larger, double level) => Smallest(runs =>
    {
        int other = Math.Max(runs, larger);
        return For(runs, other, level).Finds && For(other, runs, level).Finds;
    });

    /// <summary>How many pairs would.</summary>
    public static int PairsToFind(double level) => Smallest(pairs => ForPairs(pairs, level).Finds);

    private static int Smallest(Func<int, bool> finds)
    {
        int fails = 0, found = 1;
        while (found < MostRuns && !finds(found)) (fails, found) = (found, found * 2);
        while (found - fails > 1)
        {
            int middle = fails + (found - fails) / 2;
            if (finds(middle)) found = middle;
            else fails = middle;
        }
        return found;
    }

    private static TailPlan Made((int Own, int Other, double Level, bool Paired) key)
    {
        int deepest = (int)((key.Own + key.Other) * DeepestShare), looks = Looks(key, deepest);
        if (looks > 1)
        {
            var part = key with { Level = key.Level / looks };
            int[] depths = [.. Enumerable.Range(0, looks).Select(i => deepest >> i)];
            return new TailPlan([.. depths], depths.Max(depth => PowerOf(key.Own, Critical(part, depth))));
        }
        int shallowest = Shallowest(key);
        if (shallowest == 0) return new TailPlan([], 0);
        TailPlan? best = null;
        foreach (int worst in From(Math.Max(deepest, shallowest), shallowest))
        {
            var plan = new TailPlan([worst], PowerOf(key.Own, Critical(key, worst)));
            if (plan.Power >= WellFound) return plan;
            if (best is null || plan.Power > best.Power) best = plan;
        }
        return best!;
    }

    /// <summary>How many depths are looked at: by halves, as long as all values of the next one could be a tail at its part of the
    /// level.</summary>
    private static int Looks((int Own, int Other, double Level, bool Paired) key, int deepest)
    {
        int looks = 1;
        while (
            deepest >> looks >= (key.Own + key.Other) * ShallowestShare
            && Shallowest(key with { Level = key.Level / (looks + 1) }) is > 0 and var least
            && deepest >> looks >= least
        )
            looks++;
        return looks;
    }

    /// <summary>From the deepest on; of thousands not every one.</summary>
    private static IEnumerable<int> From(int deepest, int shallowest)
    {
        for (int worst = deepest; worst >= shallowest; worst -= Math.Max(1, worst / 20)) yield return worst;
    }

    /// <returns>The fewest values that, all of one side, are a tail; 0 if even all values of the side are none.</returns>
    private static int Shallowest((int Own, int Other, double Level, bool Paired) key)
    {
        for (int worst = 1; worst <= key.Own; worst++)
        {
            if (AtLeast(key, worst, worst) <= key.Level) return worst;
        }
        return 0;
    }

    /// <summary>From how many of the worst on that are of this side it has a tail.</summary>
    private static int Critical((int Own, int Other, double Level, bool Paired) key, int worst)
    {
        int low = 0, high = worst + 1;
        while (low < high)
        {
            int middle = low + (high - low) / 2;
            if (AtLeast(key, worst, middle) <= key.Level) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    private static double AtLeast((int Own, int Other, double Level, bool Paired) key, int worst, int count) =>
        key.Paired ? FairCoins.AtLeast(worst, count) : new Hypergeometric(key.Own + key.Other, key.Own, worst).AtLeast(count);

    /// <summary>
    /// The tail has a binomial number of values. Those of the side that are not in its tail are not counted on: moved back by the margin
    /// they lie below the others, which then fill what the tail leaves of the worst.
    /// </summary>
    private static double PowerOf(int own, int critical)
    {
        double power = 0, spread = Math.Sqrt(own * Share * (1 - Share));
        int to = Math.Min(own, (int)(own * Share + 9 * spread) + 1);
        for (int tail = critical; tail <= to; tail++)
            power += Math.Exp(Hypergeometric.LogChoose(own, tail) + tail * Math.Log(Share) + (own - tail) * Math.Log(1 - Share));
        return Math.Min(power, 1);
    }
}
