namespace ExitProf.Analysis;

/// <summary>Judges two counts that have no spread: the difference is the difference, and one of each side is enough.</summary>
internal static class ExactShift
{
    private const string Method = "exact";

    /// <summary>What has no spread is as it is: the interval has no width.</summary>
    private const double Sure = 1;

    /// <param name="gate">Fewer are always better.</param>
    public static JudgedShift Of(Gate gate, double first, double second)
    {
        double shift = second - first, margin = gate.Margin.AmountOf(first), percent = first > 0 ? shift / first * 100 : double.NaN;
        Verdict verdict = Math.Abs(shift) <= margin ? Verdict.Same : shift > 0 ? Verdict.Worse : Verdict.Better;
        var relative = new Interval(percent, percent, percent);
        return new JudgedShift(
            Method, first, second, new Interval(shift, shift, shift), relative, relative, Sure, Sure, verdict,
                verdict != Verdict.Same, null)
        {
            Margin = margin,
        };
    }
}
