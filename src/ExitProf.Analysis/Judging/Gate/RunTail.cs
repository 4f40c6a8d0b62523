namespace ExitProf.Analysis;

/// <summary>
/// Judges the tail of runs. What centres miss: a fifth of the runs a hundred times as slow, or a third of them twice as slow. A tail counts
/// only as far as it lies beyond the margin: the values of the side that is asked about are moved back by it, so that a shift within the
/// margin makes no tail.
/// </summary>
internal static class RunTail
{
    /// <param name="ordered">The contrast of the same runs, which knows whether they drift or resemble their neighbours.</param>
    public static JudgedTail Of(Gate gate, double[] first, double[] second, RunContrast ordered)
    {
        double level = gate.TailAlpha / 2;
        TailPlan forNew = TailPlan.For(second.Length, first.Length, level),
            forBase = TailPlan.For(first.Length, second.Length, level);
        TailCount worse = TailCount.Of(Beyond(gate, second), Bad(gate, first), forNew),
            better = TailCount.Of(Beyond(gate, first), Bad(gate, second), forBase);
        Verdict found =
            worse.Chance <= level ? Verdict.Worse
            : better.Chance <= level ? Verdict.Better
            : Verdict.CannotTell;
        bool doubtful = ordered.Drifts || ordered.Widening.IsLarge,
            finds = forNew.Finds && forBase.Finds;
        (double from, bool less) = found == Verdict.Better ? From(gate, first, second, better) : From(gate, second, first, worse);
        return new JudgedTail(
            JudgedTail.ByCount,
            doubtful ? Verdict.CannotTell
                : found != Verdict.CannotTell ? found
                : finds ? Verdict.Same
                : Verdict.CannotTell,
            gate.TailAlpha
        )
        {
            Threshold = from,
            LessMargin = less,
            OfBase = found == Verdict.Better,
            BaseBeyond = found == Verdict.Better ? better.Own : worse.Other,
            NewBeyond = found == Verdict.Better ? better.Other : worse.Own,
            Chance = Math.Min(1, 2 * Math.Min(worse.Chance, better.Chance)),
            Serial = doubtful,
            Doubtful = doubtful && found != Verdict.CannotTell,
            More = finds ? null : More(first.Length, second.Length, level),
        };
    }

    /// <summary>
    /// The same of runs in pairs, whose order within the pair was drawn: only pairs of which one run is beyond count, and each is a fair
    /// coin.
    /// </summary>
    public static JudgedTail OfPairs(Gate gate, double[] first, double[] second, SerialWidening neighbours)
    {
        double level = gate.TailAlpha / 2;
        TailPlan plan = TailPlan.ForPairs(first.Length, level);
        (TailCount worse, TailCount better) = (
            TailCount.OfPairs(Beyond(gate, second), Bad(gate, first), plan),
            TailCount.OfPairs(Beyond(gate, first), Bad(gate, second), plan)
        );
        Verdict found =
            worse.Chance <= level ? Verdict.Worse
            : better.Chance <= level ? Verdict.Better
            : Verdict.CannotTell;
        (double from, bool less) = found == Verdict.Better ? From(gate, first, second, better) : From(gate, second, first, worse);
        return new JudgedTail(
            JudgedTail.ByPairs,
            neighbours.IsLarge ? Verdict.CannotTell
                : found != Verdict.CannotTell ? found
                : plan.Finds ? Verdict.Same
                : Verdict.CannotTell,
            gate.TailAlpha
        )
        {
            Threshold = from,
            LessMargin = less,
            OfBase = found == Verdict.Better,
            BaseBeyond = found == Verdict.Better ? better.Own : worse.Other,
            NewBeyond = found == Verdict.Better ? better.Other : worse.Own,
            Chance = Math.Min(1, 2 * Math.Min(worse.Chance, better.Chance)),
            Serial = neighbours.IsLarge,
            Doubtful = neighbours.IsLarge && found != Verdict.CannotTell,
            More =
                plan.Finds ? null
                : TailPlan.PairsToFind(level) is var pairs ? new MoreUnits(pairs - first.Length, pairs - first.Length)
                : null,
        };
    }

    private static MoreUnits More(int first, int second, double level)
    {
        int all = TailPlan.RunsToFind(Math.Max(first, second), level);
        return new MoreUnits(Math.Max(0, all - first), Math.Max(0, all - second));
    }

    /// <summary>Higher is worse.</summary>
    private static double[] Bad(Gate gate, double[] values) => gate.HigherIsBetter ? [.. values.Select(v => -v)] : values;

    /// <summary>The same, moved back by the margin.</summary>
    private static double[] Beyond(Gate gate, double[] values) => [.. Bad(gate, values).Select(v => v - gate.Margin.AmountOf(v))];

    /// <summary>
    /// From where on values count: the mildest of them as it was measured, if no other value lies beyond that; else where the margin puts
    /// it.
    /// </summary>
    private static (double Value, bool LessMargin) From(Gate gate, double[] own, double[] other, TailCount count)
    {
        double[] beyond = Beyond(gate, own), ownBad = Bad(gate, own), otherBad = Bad(gate, other);
        double[] counted = [.. ownBad.Where((_, i) => beyond[i] >= count.Threshold), .. otherBad.Where(v => v >= count.Threshold)];
        if (counted.Length == 0) return (double.NaN, false);
        double mildest = counted.Min();
        bool plain = ownBad.Count(v => v >= mildest) == count.Own && otherBad.Count(v => v >= mildest) == count.Other;
        double from = plain ? mildest : count.Threshold;
        return (gate.HigherIsBetter ? -from : from, !plain);
    }
}
