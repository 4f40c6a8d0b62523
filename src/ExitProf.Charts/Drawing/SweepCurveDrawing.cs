using ExitProf.Analysis;
using ScottPlot;
using ScottPlot.Plottables;

namespace ExitProf.Charts;

/// <summary>Draws a sweep: one panel for the whole exit and one for each part.</summary>
internal static class SweepCurveDrawing
{
    /// <summary>Values that span more than this are drawn on a logarithmic axis, if all of them can be.</summary>
    private const double LinearSpan = 16;

    private const int FitPoints = 30;
    private const float Height = 190;

    public static Sheet[] Draw(SweepCurve chart, Scheme scheme, float width) =>
        [.. chart.Panels.Select((panel, i) => Panel(chart, panel, scheme, width, first: i == 0, last: i == chart.Panels.Length - 1))];

    private static Sheet Panel(SweepCurve chart, SweepPanel panel, Scheme scheme, float width, bool first, bool last)
    {
        double least = panel.Points[0].Value, most = panel.Points[^1].Value;
        bool logarithmic = least > 0 && most / least > LinearSpan;
        double At(double value) => logarithmic ? Math.Log10(value) : value;
        var sheet = new Sheet(scheme, width, first ? chart.Title : "", panel.Caption);
        (double low, double high) = Reach(panel);
        double pad = (At(most) - At(least)) * 0.03;
        IReadOnlyList<double> ticks = RoundTicks.Linear(low, high, Height, 34);
        // The panels of a sweep are above each other, value above value.
        float labels = chart.Panels.Max(p =>
            Reach(p) is var (from, to) ? Plotted.Widest(RoundTicks.Linear(from, to, Height, 34).Select(AxisText.Signed), Look.Small) : 0
        );
        sheet.Area(Look.Edge + labels + Look.Gap, 28, 6, Height, last ? 44 : 24);
        sheet.Limits(At(least) - pad, At(most) + pad, low, high);
        sheet.YTicks(ticks, AxisText.Signed);
        sheet.XTicks(panel.Points.Select(p => At(p.Value)), t => AxisText.Of(Math.Round(logarithmic ? Math.Pow(10, t) : t, 6)));
        sheet.Plot.Grid.XAxisStyle.IsVisible = false;
        if (last)
            sheet.Write(
                sheet.Right,
                sheet.Bottom + 34,
                Typefaces.Fit(Typefaces.Drawable(chart.Setting), sheet.Right - sheet.Left, Look.Small),
                Look.Small,
                "faint",
                Alignment.MiddleRight
            );
        if (panel.Line is { } line)
            Fit(sheet, panel, line, At, logarithmic);
        else
            sheet.AddCurve(panel.Points.Select(p => new Coordinates(At(p.Value), p.Shift.Mean)), panel.Fill + "-line", 2);
        foreach (SweepPoint point in panel.Points)
        {
            (Estimate shift, double x) = (point.Shift, At(point.Value));
            if (double.IsFinite(shift.Low) && double.IsFinite(shift.High)) sheet.AddUprightWhisker(x, shift.Low, shift.High, 0);
            sheet.AddMarker(x, shift.Mean, MarkerShape.FilledCircle, 8, panel.Fill);
            sheet.Mark(point.Tooltip.Split(':')[0], point.Tooltip, sheet.X(x) - 7, sheet.X(x) + 7, sheet.Top, sheet.Bottom);
        }
        return sheet;
    }

    /// <summary>The ends of the y axis.</summary>
    private static (double Low, double High) Reach(SweepPanel panel)
    {
        IEnumerable<double> all = panel.Points.SelectMany(p => (double[])[p.Shift.Mean, p.Shift.Low, p.Shift.High]);
        if (panel.Line is { } line)
        {
            double centre = panel.Points.Average(p => p.Value),
                mean = panel.Points.Average(p => p.Shift.Mean);
            all = all.Concat(
                ((double[])[line.Each.Low, line.Each.Mean, line.Each.High]).SelectMany(each =>
                    (double[])[mean + each * (panel.Points[0].Value - centre), mean + each * (panel.Points[^1].Value - centre)]
                )
            );
        }
        double[] reached = [.. all.Where(double.IsFinite)];
        double room = Math.Max((reached.Max() - reached.Min()) * 0.06, 1);
        return (reached.Min() - room, reached.Max() + room);
    }

    /// <summary>The line through the points' centre with the band of its slope's interval.</summary>
    private static void Fit(Sheet sheet, SweepPanel panel, FittedLine line, Func<double, double> at, bool logarithmic)
    {
        double least = panel.Points[0].Value,
            most = panel.Points[^1].Value;
        double centre = panel.Points.Average(p => p.Value),
            mean = panel.Points.Average(p => p.Shift.Mean);
        double[] values =
        [
            .. Enumerable
                .Range(0, FitPoints + 1)
                .Select(i => i / (double)FitPoints)
                .Select(w => logarithmic ? least * Math.Pow(most / least, w) : least + (most - least) * w),
        ];
        if (double.IsFinite(line.Each.Low) && double.IsFinite(line.Each.High))
        {
            FillY band = sheet.Plot.Add.FillY(
                [.. values.Select(at)],
                [.. values.Select(v => mean + line.Each.Low * (v - centre))],
                [.. values.Select(v => mean + line.Each.High * (v - centre))]
            );
            (band.FillColor, band.LineWidth, band.MarkerSize) = (sheet.Find(panel.Fill).WithAlpha(.18), 0, 0);
        }
        sheet.AddCurve(values.Select(v => new Coordinates(at(v), mean + line.Each.Mean * (v - centre))), panel.Fill + "-line", 2);
        sheet.LegendLine(line.Text, panel.Fill + "-line", 2);
    }
}
