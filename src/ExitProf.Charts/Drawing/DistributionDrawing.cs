using ScottPlot;

namespace ExitProf.Charts;

/// <summary>
/// Draws cumulative distributions; the names stand right of the curves, in their order, or below them in the narrow form.
/// </summary>
internal static class DistributionDrawing
{
    /// <summary>The share of the height above which the tail begins.</summary>
    private const double Body = 0.68;

    private static readonly (double Share, string Label)[] Grid =
        [(0, "0"), (0.25, "25 %"), (0.5, "50 %"), (0.75, "75 %"), (0.9, "90 %"), (0.99, "99 %"), (0.999, "99.9 %")];

    public static Sheet[] Draw(DistributionChart chart, Scheme scheme, float width)
    {
        var curves = chart.Curves.OrderByDescending(c => c.P50).ToList();
        var sheet = new Sheet(scheme, width, chart.Title, chart.Subtitle);
        string[] names = [.. curves.Select(c => Typefaces.Fit(Typefaces.Drawable($"{c.Name} · {c.Median}"), 230, Look.Body))];
        float side = sheet.IsNarrow ? Look.Edge + 8 : Plotted.Widest(names, Look.Body) + 60;
        sheet.Area(
            Look.Edge + Typefaces.Width("99.9 %", Look.Small, bold: false) + Look.Gap,
            side,
            8,
            Math.Max(sheet.IsNarrow ? 260 : 320, sheet.IsNarrow ? 0 : curves.Count * 24 + 8),
            44
        );
        double low = Math.Log10(curves.SelectMany(c => c.Points).Min(p => p.Cycles) * 0.9);
        double high = Math.Max(Math.Log10(curves.SelectMany(c => c.Points).Max(p => p.Cycles) * 1.1), low + 0.3);
        sheet.Limits(low, high, 0, 1);
        float wide = Typefaces.Width(AxisText.Of(Math.Pow(10, Math.Floor(high))), Look.Small, bold: false) + 16;
        sheet.XTicks(
            RoundTicks.Logarithmic(Math.Pow(10, low), Math.Pow(10, high), sheet.Right - sheet.Left, wide).Select(Math.Log10),
            t => AxisText.Of(Math.Pow(10, t))
        );
        sheet.YTicks(Grid.Select(g => Height(g.Share)), t => Grid.First(g => Math.Abs(Height(g.Share) - t) < 1e-9).Label);
        sheet.Write(sheet.Right, sheet.Bottom + 34, chart.Unit, Look.Small, "faint", Alignment.MiddleRight);
        foreach (DistributionCurve curve in curves) sheet.AddCurve(Corners.Of(sheet, Points(curve)), curve.Ink, curve.Strong ? 2.8f : 2);
        sheet.Zoom = new ZoomAxis(low, high, chart.Unit, [.. curves.Select(c => (c.Name, $"{c.Name}: p50 {c.Median} {chart.Unit}"))]);
        for (int i = 0; i < curves.Count; i++) Name(sheet, curves[i], names[i], i);
        return [sheet];
    }

    private static void Name(Sheet sheet, DistributionCurve curve, string name, int index)
    {
        float thickness = curve.Strong ? 2.8f : 2;
        if (sheet.IsNarrow)
        {
            sheet.LegendLine(name, curve.Ink, thickness);
            return;
        }
        float y = sheet.Top + 14 + index * 24;
        sheet.Ink(pack =>
            sheet.DrawLine(
                pack,
                new PixelLine(sheet.Right + 16, y + pack.FigureRect.Top, sheet.Right + 40, y + pack.FigureRect.Top),
                curve.Ink,
                thickness
            )
        );
        sheet.Write(sheet.Right + 47, y, name, Look.Body, "ink", Alignment.MiddleLeft);
        sheet.Mark(curve.Name, name, sheet.Right + 14, sheet.Width - 4, y - 11, y + 11);
    }

    private static double Height(double share) => share <= 0.9 ? share / 0.9 * Body : Body + (1 - Body) * (-Math.Log10(1 - share) - 1) / 2;

    private static List<Coordinates> Points(DistributionCurve curve) =>
        [.. curve.Points.Select(p => new Coordinates(Math.Log10(p.Cycles), Height(p.Share)))];
}
