using System.Collections.Immutable;
using ExitProf.Analysis;

namespace ExitProf.Charts;

/// <summary>A cumulative distribution.</summary>
/// <param name="Ink">The colour of its line.</param>
/// <param name="Strong">Whether it is of whole exits.</param>
/// <param name="Median">The median in words.</param>
/// <param name="Points">In the order of the share, up to <see cref="DistributionChart.Tail"/>.</param>
public sealed record DistributionCurve(string Name, string Ink, bool Strong, double P50, string Median, ImmutableArray<CurvePoint> Points)
{
    /// <summary>
    /// Orders the points of a summary from the first positive value to the end of the axis, and to that exactly where the curve goes on.
    /// Fewer than two are no curve.
    /// </summary>
    public static ImmutableArray<CurvePoint> Clip(IEnumerable<CurvePoint> points)
    {
        var ordered = points.Where(p => p.Cycles > 0 && double.IsFinite(p.Cycles) && p.Share >= 0).OrderBy(p => p.Share).ToList();
        var clipped = ordered.TakeWhile(p => p.Share <= DistributionChart.Tail).ToImmutableArray();
        if (clipped.IsEmpty || clipped.Length == ordered.Count) return clipped;
        (CurvePoint last, CurvePoint beyond) = (clipped[^1], ordered[clipped.Length]);
        double way = (DistributionChart.Tail - last.Share) / (beyond.Share - last.Share);
        return clipped.Add(new CurvePoint(last.Cycles * Math.Pow(beyond.Cycles / last.Cycles, way), DistributionChart.Tail));
    }
}

/// <summary>
/// Cumulative distributions of the totals and of every stage. The x axis is logarithmic; so is the y axis above 90 %, a decade of the tail
/// being about as high as a quarter of the body, because what hurts people is the tail.
/// </summary>
public sealed record DistributionChart(string Title, string Unit, ImmutableArray<DistributionCurve> Curves) : IChart
{
    /// <summary>Where the y axis ends: rarer exits are too few to draw.</summary>
    public const double Tail = 0.999;

    public string Subtitle =>
        $"Share of exits that took at most this many {Unit}. Above 90 % the axis is logarithmic. The medians stand next to the names.";

    public string Description => string.Join("; ", Curves.Select(c => $"{c.Name} p50 {c.Median} {Unit}")) + ".";
}
