using ScottPlot;

namespace ExitProf.Charts;

/// <summary>Draws the share of work that is left at each rate of exits, over Amdahl's line.</summary>
internal static class AmdahlCurveDrawing
{
    private const int Points = 40;

    public static Sheet[] Draw(AmdahlCurve chart, Scheme scheme, float width)
    {
        var sheet = new Sheet(scheme, width, chart.Title, chart.Subtitle);
        sheet.Area(Look.Edge + Typefaces.Width("100 %", Look.Small, bold: false) + Look.Gap, 30, 6, 260, 44);
        double low = chart.Points[0].ExitsPerMillion / 2, high = chart.Points[^1].ExitsPerMillion * 1.3;
        sheet.Limits(Math.Log10(low), Math.Log10(high), -0.05, 1.08);
        sheet.XTicks(
            RoundTicks.Logarithmic(low, high, sheet.Right - sheet.Left, 44).Select(Math.Log10),
            t => AxisText.Of(Math.Round(Math.Pow(10, t), 6))
        );
        sheet.YTicks([0, 0.25, 0.5, 0.75, 1], t => $"{100 * t:0} %");
        double[] rates = [.. Enumerable.Range(0, Points + 1).Select(i => low * Math.Pow(high / low, i / (double)Points))];
        sheet.AddCurve(rates.Select(r => new Coordinates(Math.Log10(r), 1 / (1 + r * chart.Loss))), "handler-line", 2);
        foreach (WorkPoint point in chart.Points)
        {
            double x = Math.Log10(point.ExitsPerMillion);
            sheet.AddMarker(x, point.Share, MarkerShape.FilledCircle, 10, "userspace");
            string value = $"{100 * point.Share:0.0} %";
            float wide = Typefaces.Width(value, Look.Small, bold: false);
            bool beside = sheet.X(x) + 9 + wide < sheet.Width - 4;
            sheet.Write(
                sheet.X(x) + (beside ? 9 : -9),
                sheet.Y(point.Share) + (beside ? -10 : 14),
                value,
                Look.Small,
                "ink",
                beside ? Alignment.MiddleLeft : Alignment.MiddleRight
            );
            sheet.Mark(
                AxisText.Of(point.ExitsPerMillion),
                point.Tooltip,
                sheet.X(x) - 11,
                sheet.X(x) + 11,
                sheet.Y(point.Share) - 11,
                sheet.Y(point.Share) + 11
            );
        }
        sheet.Write(sheet.Right, sheet.Bottom + 34, "exits per million instructions", Look.Small, "faint", Alignment.MiddleRight);
        sheet.LegendMarker("measured", "userspace", MarkerShape.FilledCircle);
        sheet.LegendLine("Amdahl's line", "handler-line", 2);
        return [sheet];
    }
}
