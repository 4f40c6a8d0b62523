namespace ExitProf.Analysis;

/// <summary>Histograms count ticks of the clock; reports show cycles.</summary>
internal static class Distribution
{
    /// <summary>Enough for a line across a page; the tails have points of their own.</summary>
    private const int CurvePoints = 200;

    /// <param name="mean">In cycles, from exact sums: the histogram's own would have its buckets' error.</param>
    public static Quantiles Quantiles(Histogram ticks, int grain, double mean)
    {
        Span<double> at = stackalloc double[3];
        ticks.Quantiles([0.5, 0.9, 0.99], at);
        return new Quantiles(ticks.Count, mean, at[0] * grain, at[1] * grain, at[2] * grain, ticks.Min * grain, ticks.Max * grain);
    }

    public static IEnumerable<CurvePoint> Curve(Histogram ticks, int grain) =>
        ticks.Curve(CurvePoints).Select(p => new CurvePoint(p.Value * grain, p.Share));
}
