using ScottPlot;
using ScottPlot.Plottables;

namespace ExitProf.Charts;

/// <summary>Draws the shift of each quantile with its interval over the band of the margin.</summary>
internal static class QuantileShiftDrawing
{
    public static Sheet[] Draw(QuantileShift chart, Scheme scheme, float width)
    {
        var sheet = new Sheet(scheme, width, chart.Title, chart.Subtitle);
        double[] reached =
        [
            .. chart
                .Points.SelectMany(p => (double[])[p.Percent.Value, p.Percent.Low, p.Percent.High])
                .Append(0)
                .Append(chart.Margin)
                .Append(-chart.Margin)
                .Where(double.IsFinite),
        ];
        double room = Math.Max((reached.Max() - reached.Min()) * 0.06, 1e-6),
            low = reached.Min() - room,
            high = reached.Max() + room;
        float height = sheet.IsNarrow ? 210 : 250;
        IReadOnlyList<double> ticks = RoundTicks.Linear(low, high, height, 34);
        float labels = Plotted.Widest(ticks.Select(AxisText.Percent), Look.Small);
        sheet.Area(Look.Edge + labels + Look.Gap, Look.Edge + 4, 26, height, 26);
        int count = chart.Points.Length;
        sheet.Limits(-0.5, count - 0.5, low, high);
        sheet.YTicks(ticks, AxisText.Percent);
        sheet.XTicks(Enumerable.Range(0, count).Select(i => (double)i), i => chart.Points[(int)i].Name);
        sheet.Plot.Grid.XAxisStyle.IsVisible = false;
        if (double.IsFinite(chart.Margin) && chart.Margin > 0)
        {
            VerticalSpan band = sheet.Plot.Add.VerticalSpan(-chart.Margin, chart.Margin);
            (band.FillStyle.Color, band.LineStyle.Width) = (sheet.Find("traced").WithAlpha(.55), 0);
        }
        sheet.AddLine(-0.5, 0, count - 0.5, 0, "faint");
        sheet.AddCurve(chart.Points.Select((p, i) => new Coordinates(i, p.Percent.Value)), "total-line", 2);
        bool roomy = chart.Points.All(p => Typefaces.Width(p.Value, Look.Small, bold: false) + 6 < (sheet.Right - sheet.Left) / count);
        for (int i = 0; i < count; i++)
        {
            QuantilePoint point = chart.Points[i];
            if (point.Percent.Exists) sheet.AddUprightWhisker(i, point.Percent.Low, point.Percent.High, 0.06);
            sheet.AddMarker(i, point.Percent.Value, MarkerShape.FilledCircle, 9, "total");
            if (roomy) sheet.Write(sheet.X(i), sheet.Top - 10, point.Value, Look.Small, "ink", Alignment.MiddleCenter);
            sheet.Mark(point.Name, point.Tooltip, sheet.X(i - 0.4), sheet.X(i + 0.4), sheet.Top, sheet.Bottom);
        }
        sheet.LegendMarker("shift of the quantile", "total", MarkerShape.FilledCircle);
        if (double.IsFinite(chart.Margin) && chart.Margin > 0) sheet.LegendFill($"margin of the total, ±{chart.Margin:0.##} %", "traced");
        return [sheet];
    }
}
