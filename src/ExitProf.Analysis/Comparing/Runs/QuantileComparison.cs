namespace ExitProf.Analysis;

/// <summary>
/// How far each quantile of whole exits moved. A run gives one value of each, so that the intervals are as honest as that of the total; the
/// error rate is divided by the number of quantiles, so that the curve as a whole errs no more often than the gate allows.
/// </summary>
internal static class QuantileComparison
{
    /// <summary>The least exits of a run, so that ten lie beyond the last thousandth.</summary>
    private const long LeastExitsOfFarTail = 10_000;

    /// <summary>Enough to see a shift of the body, of the tail, or of one mode of two.</summary>
    internal static readonly double[] Shares = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

    /// <param name="ordered">True if the runs of each side are in the order in which they were made.</param>
    public static IEnumerable<ComparedQuantile> Of(Gate gate, Run[] old, Run[] changed, bool oneClock, bool paired, bool ordered)
    {
        if (old.Concat(changed).Any(r => r.Curve.Count < 2)) yield break;
        double confidence = 1 - gate.Alpha / Shares.Length;
        foreach (double share in Shares)
        {
            double[] first = [.. old.Select(Logarithm)], second = [.. changed.Select(Logarithm)];
            if (!first.Concat(second).All(double.IsFinite)) continue;
            // The quantiles of a clock that ticks can be all alike: then no interval can be given, and the point stands without one.
            Interval shift = Contrast(first, second, confidence, paired, ordered, gate.Modes).At(confidence);
            double centre = Math.Exp(first.Average());
            yield return new ComparedQuantile(
                share,
                centre,
                centre * Math.Exp(shift.Value),
                shift.Map(s => (Math.Exp(s) - 1) * 100),
                confidence
            );

            double Logarithm(Run run) => Math.Log(run.Quantile(share, oneClock));
        }
    }

    /// <summary>Compares interleaved sides: a group of quads gives one value of each.</summary>
    /// <param name="loop">Cycles of an emulated guest's own loop, taken off; 0 if there is none.</param>
    /// <param name="grain">Of the clock, in cycles.</param>
    public static IEnumerable<ComparedQuantile> Of(Gate gate, QuadQuantiles groups, double loop, double grain)
    {
        if (groups.New.Count == 0) yield break;
        double confidence = 1 - (1 - gate.StageConfidence) / Shares.Length;
        for (int i = 0; i < Shares.Length; i++)
        {
            double[] first = [.. groups.Base.Select(g => Math.Log(g[i] - loop))],
                second = [.. groups.New.Select(g => Math.Log(g[i] - loop))];
            if (!first.Concat(second).All(double.IsFinite))
                continue;
            double centre = Math.Exp(first.Average());
            Interval shift = new PairedContrast([.. first.Zip(second, (a, b) => b - a)])
                .At(confidence)
                .Map(s => Math.Exp(s) - 1)
                .AtLeast(grain / Math.Sqrt(groups.Exits) / centre);
            yield return new ComparedQuantile(Shares[i], centre, centre * (1 + shift.Value), shift.Map(s => s * 100), confidence);
        }
    }

    /// <summary>The far quantiles of the exits of each run, for the verdict on the tail.</summary>
    public static JudgedTail? Tail(Gate gate, Run[] old, Run[] changed, bool oneClock, bool paired, bool ordered)
    {
        if (old.Concat(changed).Any(r => r.Curve.Count < 2)) return null;
        bool far = old.Concat(changed).All(r => r.Exits >= LeastExitsOfFarTail);
        var tails = new List<(double, double, ISideContrast)>();
        foreach (double share in (double[])[0.99, .. far ? [0.999] : (double[])[]])
        {
            double[] first = [.. old.Select(Logarithm)],
                second = [.. changed.Select(Logarithm)];
            double confidence = 1 - gate.TailAlpha / (far ? 2 : 1);
            if (first.Concat(second).All(double.IsFinite))
                tails.Add((share, Math.Exp(first.Average()), Contrast(first, second, confidence, paired, ordered, gate.Modes)));

            double Logarithm(Run run) => Math.Log(run.Quantile(share, oneClock));
        }
        return QuantileTail.Of(gate, tails);
    }

    private static ISideContrast Contrast(double[] first, double[] second, double confidence, bool paired, bool ordered, double modes) =>
        paired
            ? new PairedContrast([.. first.Zip(second, (a, b) => b - a)])
            : new RunContrast(first, second, confidence, ordered, modes) { OfLogarithms = true };

    /// <summary>Between the points of a curve in a straight line.</summary>
    internal static double At(IReadOnlyList<CurvePoint> curve, double share)
    {
        int next = 1;
        while (next < curve.Count - 1 && curve[next].Share < share) next++;
        (CurvePoint low, CurvePoint high) = (curve[next - 1], curve[next]);
        return low.Cycles + (high.Cycles - low.Cycles) * Math.Clamp((share - low.Share) / (high.Share - low.Share), 0, 1);
    }
}
