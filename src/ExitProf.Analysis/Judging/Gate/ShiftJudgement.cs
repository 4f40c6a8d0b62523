namespace ExitProf.Analysis;

/// <summary>Turns a contrast into a verdict on the centre.</summary>
internal static class ShiftJudgement
{
    /// <param name="tests">Over how many verdicts both error rates are divided.</param>
    /// <param name="reliable">False if nothing is to be concluded.</param>
    /// <param name="stage">True of a stage, which has no tail to share alpha with.</param>
    public static JudgedShift Of(Gate gate, ISideContrast contrast, ShiftScale scale, int tests, bool reliable, bool stage = false)
    {
        double confidence = 1 - (1 - (stage ? gate.StageConfidence : gate.Confidence)) / tests,
            looser = 1 - (1 - gate.SameConfidence) / tests;
        Interval shift = scale.Absolute(contrast.At(confidence)),
            equivalence = scale.Absolute(contrast.At(looser));
        Verdict verdict = reliable ? gate.Judge(equivalence, shift, scale.Margin) : Verdict.CannotTell;
        // A percentage has no meaning for a total with values of 0 or below; for a stage among others it has.
        bool inAmounts = !stage && !scale.Logarithms;
        return new JudgedShift(
            shift.Exists ? contrast.Method : JudgedShift.None,
            scale.Centre,
            scale.Centre + shift.Value,
            shift,
            inAmounts ? new Interval(double.NaN, double.NaN, double.NaN) : scale.Percent(shift),
            inAmounts ? equivalence : scale.Percent(equivalence),
            confidence,
            looser,
            verdict,
            reliable && (shift.Above(scale.Margin) || shift.Below(-scale.Margin)),
            verdict == Verdict.CannotTell && reliable ? InUnits(contrast.More(gate, scale.ContrastMargin, tests), scale) : null)
        {
            Margin = scale.Margin,
            InAmounts = inAmounts,
        };
    }

    private static MoreUnits? InUnits(MoreUnits? more, ShiftScale scale) => more is { } known && scale.Logarithms
        ? known with { LargestSpread = known.LargestSpread * scale.Centre }
        : more;
}
