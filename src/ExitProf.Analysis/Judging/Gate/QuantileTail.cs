namespace ExitProf.Analysis;

/// <summary>
/// Judges a far quantile that every run, file or group of quads has one value of: the tail of the exits or numbers within it.
/// </summary>
internal static class QuantileTail
{
    /// <summary>The worst of several quantiles, which share the tail's part of alpha.</summary>
    /// <param name="quantiles">Of each its share (0.99), its centre on the base, and the contrast of its logarithms, new minus
    /// base.</param>
    public static JudgedTail? Of(Gate gate, IReadOnlyList<(double Share, double Base, ISideContrast Contrast)> quantiles)
    {
        JudgedTail? worst = null;
        foreach ((double share, double centre, ISideContrast contrast) in quantiles)
        {
            double alpha = gate.TailAlpha / quantiles.Count;
            Interval shift = contrast.At(1 - alpha).Map(s => Math.Exp(s) - 1);
            double margin = gate.Margin.ShareOf(centre);
            Verdict verdict = !shift.Exists ? Verdict.CannotTell
                : shift.Above(margin) ? gate.HigherIsBetter ? Verdict.Better : Verdict.Worse
                : shift.Below(-margin) ? gate.HigherIsBetter ? Verdict.Worse : Verdict.Better
                : Verdict.Same;
            var tail = new JudgedTail(JudgedTail.ByQuantile, verdict, alpha)
            {
                Quantile = share,
                Base = centre,
                Percent = shift.Map(s => s * 100),
            };
            // A quantile farther out may lack an interval: what the nearer one says stands.
            if (
                worst is null
                || verdict == Verdict.Worse && worst.Verdict != Verdict.Worse
                || verdict == Verdict.Better && worst.Verdict is Verdict.Same or Verdict.CannotTell
            )
                worst = tail;
        }
        return worst;
    }
}
