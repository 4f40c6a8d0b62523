using ScottPlot;

namespace ExitProf.Charts;

/// <summary>Draws a bar for each reason, parted into its sub-keys.</summary>
internal static class ReasonBarsDrawing
{
    private const float Bar = 20;

    public static Sheet[] Draw(ReasonBars chart, Scheme scheme, float width)
    {
        var sheet = new Sheet(scheme, width, chart.Title, chart.Subtitle);
        float row = sheet.IsNarrow ? 46 : 30;
        float values = Math.Min(300, Plotted.Widest(chart.Bars.Select(b => b.Value), Look.Body));
        float labels = sheet.IsNarrow
            ? width - 2 * Look.Edge - values - Look.Gap
            : Math.Min(260, Plotted.Widest(chart.Bars.Select(b => b.Label), Look.Body));
        double high = Math.Max(chart.Bars.Max(b => b.Share) * 1.01, 1e-6);
        if (sheet.IsNarrow) sheet.Area(Look.Edge, Look.Edge, 4, row * chart.Bars.Length, 24);
        else sheet.Area(Look.Edge + labels + Look.Gap, Look.Edge + values + 16, 4, row * chart.Bars.Length, 24);
        sheet.Limits(0, high, -row * chart.Bars.Length, 0);
        sheet.XTicks(RoundTicks.Linear(0, high, sheet.Right - sheet.Left, 64), t => AxisText.Of(Math.Round(100 * t, 6)) + " %");
        sheet.NoYTicks();
        sheet.Plot.Grid.XAxisStyle.IsVisible = !sheet.IsNarrow;
        for (int i = 0; i < chart.Bars.Length; i++)
        {
            ReasonBar bar = chart.Bars[i];
            float y = row * i,
                middle = sheet.IsNarrow ? y + 18 + Bar / 2 : y + row / 2,
                text = sheet.Top + (sheet.IsNarrow ? y + 9 : middle);
            string label = Typefaces.Fit(Typefaces.Drawable(bar.Label), labels, Look.Body);
            string value = Typefaces.Fit(Typefaces.Drawable(bar.Value), values, Look.Body);
            if (sheet.IsNarrow) sheet.Write(Look.Edge, text, label, Look.Body, "ink", Alignment.MiddleLeft);
            else sheet.Write(sheet.Left - Look.Gap, text, label, Look.Body, "ink", Alignment.MiddleRight);
            sheet.Write(width - Look.Edge, text, value, Look.Body, "ink", Alignment.MiddleRight);
            Parts(sheet, bar, middle);
        }
        foreach ((string fill, string text) in chart.Legend) sheet.LegendFill(text, fill);
        return [sheet];
    }

    private static void Parts(Sheet sheet, ReasonBar bar, float middle)
    {
        double thinnest = Look.Thinnest / (sheet.Right - sheet.Left) * sheet.Plot.Axes.GetLimits().Right;
        sheet.AddBar(-middle, 0, Math.Max(bar.Share, thinnest), Bar, bar.Fill);
        (float top, float bottom) = (sheet.Top + middle - Bar / 2, sheet.Top + middle + Bar / 2);
        sheet.Mark(bar.Label, bar.Tooltip, sheet.X(0), sheet.X(bar.Share), top, bottom);
        double at = 0;
        foreach (ReasonSegment segment in bar.Segments)
        {
            (float from, float to) = (sheet.X(at), sheet.X(at + segment.Share));
            at += segment.Share;
            // What is thinner than a pointer has no name and no border; the bar's own tip is there.
            if (to - from < Look.Touch) continue;
            sheet.AddLine(at, -middle - Bar / 2, at, -middle + Bar / 2, "paper", 1.5f);
            string name = Typefaces.Drawable(segment.Name);
            if (Typefaces.Width(name, Look.Small, bold: false) + 8 < to - from)
                sheet.Write(
                    (from + to) / 2,
                    sheet.Top + middle,
                    name,
                    Look.Small,
                    Palette.On(bar.Fill),
                    Alignment.MiddleCenter
                );
            sheet.Mark($"{bar.Label} {segment.Name}", segment.Tooltip, from, to, top, bottom);
        }
    }
}
