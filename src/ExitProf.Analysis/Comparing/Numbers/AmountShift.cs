namespace ExitProf.Analysis;

/// <summary>
/// A shift of values of which some are 0 or below: a percentage of them has no meaning, and neither has a logarithm. They are judged in their unit, and
/// of a margin only the amount counts.
/// </summary>
internal static class AmountShift
{
    public static bool IsNeeded(IEnumerable<double> first, IEnumerable<double> second) => first.Concat(second).Any(v => v <= 0);

    /// <param name="narrowest">No interval is narrower, in the unit of the values.</param>
    /// <param name="reliable">False if nothing is to be concluded from the values.</param>
    public static JudgedShift Of(Gate gate, double[] first, double[] second, double narrowest, bool reliable)
    {
        var runs = new RunContrast(first, second);
        double margin = gate.Margin.Amount;
        Interval shift = runs.At(gate.Confidence).AtLeast(narrowest), equivalence = runs.At(gate.SameConfidence).AtLeast(narrowest);
        Verdict verdict = reliable ? gate.Judge(equivalence, shift, margin) : Verdict.CannotTell;
        return new JudgedShift(
            !runs.HasInterval ? JudgedShift.None : runs.ByRanks ? JudgedShift.ByRanks : JudgedShift.ByPlainWelch,
            Centre(first, runs.ByRanks),
            Centre(second, runs.ByRanks),
            shift,
            new Interval(double.NaN, double.NaN, double.NaN),
            equivalence,
            gate.Confidence,
            gate.SameConfidence,
            verdict,
            reliable && (shift.Above(margin) || shift.Below(-margin)),
            verdict == Verdict.CannotTell && reliable ? runs.MoreRuns(gate, margin, tests: 1) : null)
        {
            Margin = margin,
            InAmounts = true,
        };
    }

    private static double Centre(double[] values, bool byRanks) => byRanks ? SignedRank.Centre(values, Gate.EquivalenceConfidence).Value : values.Average();
}
