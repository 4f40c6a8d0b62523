using System.Collections.Immutable;
using System.Text;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports.Charts;

/// <summary>
/// Cumulative distributions of the totals and of every stage. The x axis is logarithmic; so is the y axis above 90 %, a decade of the tail being as
/// high as a quarter of the body, because what hurts people is the tail.
/// </summary>
public static class Distribution
{
    private const double Size = 12;
    private const double Tail = 0.999;

    /// <summary>The share of the height above which the tail begins.</summary>
    private const double Body = 0.68;

    private static readonly (double Share, string Label)[] Grid =
        [(0, "0"), (0.25, "25 %"), (0.5, "50 %"), (0.75, "75 %"), (0.9, "90 %"), (0.99, "99 %"), (0.999, "99.9 %")];

    private static readonly string[] Dashes = ["", "6 3", "2 2.5"];

    private sealed record Curve(string Name, string Style, string Dash, double Width, double P50, ImmutableArray<CurvePoint> Points);

    /// <returns>Null if there is nothing to draw.</returns>
    public static SvgPicture? Draw(Subject subject, double width, string id)
    {
        var curves = Curves(subject).Select(c => c with { Points = Clip(c.Points) }).Where(c => c.Points.Length > 1).ToList();
        if (curves.Count == 0) return null;

        var canvas = new SvgCanvas(id);
        double y = 6;
        string title = $"{subject.Label}: distribution of the exits";
        foreach (string line in TextWidth.Wrap(title, width - 16, 15, bold: true)) canvas.Text(8, y += 19, line, 15, bold: true);
        foreach (string line in TextWidth.Wrap("Share of exits that took at most so many " + subject.Unit + ". Above 90 % the axis is logarithmic.", width - 16, Size)) canvas.Text(8, y += 17, line, Size, style: "faint");

        double top = y + 16;
        double bottom = top + (width < 600 ? 260 : 300);
        var cycles = curves.SelectMany(c => c.Points).Select(p => p.Cycles).ToList();
        double low = cycles.Min() * 0.9;
        double high = Math.Max(cycles.Max() * 1.1, low * 2);
        var x = new Axis(low, high, 8 + TextWidth.Of("99.9 %", Size) + 10, width - 12, Logarithmic: true);
        double Y(double share) => bottom - (bottom - top) * (share <= 0.9 ? share / 0.9 * Body : Body + (1 - Body) * (-Math.Log10(1 - share) - 1) / 2);

        foreach ((double share, string label) in Grid)
        {
            canvas.Line(x.From, Y(share), x.To, Y(share), share == 0 ? "axis" : "grid");
            canvas.Text(x.From - 8, Y(share) + 4, label, Size, Anchor.End, style: "faint");
        }
        foreach (double tick in x.Ticks(TextWidth.Of(Figures.Cycles(high), Size) + 16))
        {
            canvas.Line(x.At(tick), top, x.At(tick), bottom + 4, "grid");
            double half = TextWidth.Of(Figures.Cycles(tick), Size) / 2;
            canvas.Text(Math.Clamp(x.At(tick), x.From + half - 8, width - 4 - half), bottom + 18, Figures.Cycles(tick), Size, Anchor.Middle, style: "faint");
        }
        canvas.Text(x.To, bottom + 35, subject.Unit, Size, Anchor.End, style: "faint");
        foreach (Curve curve in curves) canvas.Path(Line(curve.Points, x, Y), curve.Style, curve.Width, curve.Dash, $"{curve.Name}: p50 {Figures.Cycles(curve.P50)} {subject.Unit}");

        var legend = new Legend(canvas, 8, width - 8, Size);
        legend.Start(bottom + 56);
        foreach (Curve curve in curves)
        {
            legend.Add($"{curve.Name}, p50 {Figures.Cycles(curve.P50)}", (left, b) => canvas.Path($"M{SvgPicture.N(left)} {SvgPicture.N(b - 4)}h18", curve.Style, curve.Width + 0.5, curve.Dash));
        }
        string description = string.Join("; ", curves.Select(c => $"{c.Name} p50 {Figures.Cycles(c.P50)} {subject.Unit}")) + ".";
        return canvas.Finish(width, legend.Y + 12, title, description);
    }

    private static IEnumerable<Curve> Curves(Subject subject)
    {
        ConfigurationSummary c = subject.Configuration;
        foreach (var group in c.Stages.Where(s => s.State != StageState.Absent).GroupBy(s => s.Stages[0].Group()))
        {
            // Stages of one group share its colour; their dashes tell them apart.
            int i = 0;
            foreach (StageSummary stage in group)
            {
                yield return new Curve(stage.Name, "l-" + group.Key, Dashes[i++ % Dashes.Length], 1.8, stage.Cycles.P50, stage.Curve);
            }
        }
        yield return new Curve("traced total", "l-traced", "", 2.6, c.Total.P50, c.TracedCurve);
        if (c.Untraced is { } untraced) yield return new Curve("untraced total", "l-total", "", 2.6, untraced.Total.P50, c.UntracedCurve);
    }

    /// <summary>In order of the share, from the first positive value to the end of the axis, and exactly to that where the curve goes on.</summary>
    private static ImmutableArray<CurvePoint> Clip(ImmutableArray<CurvePoint> points)
    {
        var ordered = points.Where(p => p.Cycles > 0 && double.IsFinite(p.Cycles) && p.Share >= 0).OrderBy(p => p.Share).ToList();
        var clipped = ordered.TakeWhile(p => p.Share <= Tail).ToImmutableArray();
        if (clipped.IsEmpty || clipped.Length == ordered.Count) return clipped;
        (CurvePoint last, CurvePoint beyond) = (clipped[^1], ordered[clipped.Length]);
        double way = (Tail - last.Share) / (beyond.Share - last.Share);
        return clipped.Add(new CurvePoint(last.Cycles * Math.Pow(beyond.Cycles / last.Cycles, way), Tail));
    }

    private static string Line(ImmutableArray<CurvePoint> points, Axis x, Func<double, double> y)
    {
        var path = new StringBuilder();
        (double lastX, double lastY) = (double.NegativeInfinity, double.NegativeInfinity);
        foreach (CurvePoint point in points)
        {
            (double px, double py) = (x.At(point.Cycles), y(point.Share));
            // Nobody sees half a pixel.
            if (Math.Abs(px - lastX) + Math.Abs(py - lastY) < 0.5) continue;
            path.Append(path.Length == 0 ? 'M' : 'L').Append(SvgPicture.N(px)).Append(' ').Append(SvgPicture.N(py));
            (lastX, lastY) = (px, py);
        }
        return path.ToString();
    }
}
