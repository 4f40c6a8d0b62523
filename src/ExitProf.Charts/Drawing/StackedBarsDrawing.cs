using ScottPlot;

namespace ExitProf.Charts;

/// <summary>Draws configurations as flat bars, with the stage's name in every segment that has room for it.</summary>
internal static class StackedBarsDrawing
{
    private const float Bar = 20;

    public static Sheet[] Draw(StackedBars chart, Scheme scheme, float width)
    {
        var sheet = new Sheet(scheme, width, chart.Title, chart.Subtitle);
        float row = sheet.IsNarrow ? 46 : 30;
        float values = Plotted.Widest(chart.Bars.Select(b => b.Value), Look.Body, bold: true);
        float labels = sheet.IsNarrow
            ? width - 2 * Look.Edge - values - Look.Gap
            : Math.Min(300, Plotted.Widest(chart.Bars.Select(b => b.Label), Look.Body));
        double high = Math.Max(
            chart.Bars.Max(b => b.Stages.Select(s => s.Right).Append(double.IsFinite(b.Whole) ? b.Whole : 0).Max()) * 1.01,
            1
        );
        if (sheet.IsNarrow)
            sheet.Area(Look.Edge, Look.Edge, 4, row * chart.Bars.Length, 24);
        else
            sheet.Area(Look.Edge + labels + Look.Gap, Look.Edge + values + 16, 4, row * chart.Bars.Length, 24);
        sheet.Limits(0, high, -row * chart.Bars.Length, 0);
        float wide = Typefaces.Width(AxisText.Of(high), Look.Small, bold: false) + 18;
        sheet.XTicks(RoundTicks.Linear(0, high, sheet.Right - sheet.Left, wide), AxisText.Of);
        sheet.NoYTicks();
        sheet.Plot.Grid.XAxisStyle.IsVisible = !sheet.IsNarrow;
        for (int i = 0; i < chart.Bars.Length; i++)
        {
            FlatBar bar = chart.Bars[i];
            float y = row * i,
                middle = sheet.IsNarrow ? y + 18 + Bar / 2 : y + row / 2,
                text = sheet.Top + (sheet.IsNarrow ? y + 9 : middle);
            string label = Typefaces.Fit(Typefaces.Drawable(bar.Label), labels, Look.Body);
            if (sheet.IsNarrow) sheet.Write(Look.Edge, text, label, Look.Body, "ink", Alignment.MiddleLeft);
            else sheet.Write(sheet.Left - Look.Gap, text, label, Look.Body, "ink", Alignment.MiddleRight);
            sheet.Write(width - Look.Edge, text, bar.Value, Look.Body, "ink", Alignment.MiddleRight, bold: true);
            Segments(sheet, bar, middle);
        }
        foreach (string fill in Plotted.GroupsOf(chart.Bars.SelectMany(b => b.Stages))) sheet.LegendFill(Plotted.GroupName(fill), fill);
        if (chart.Bars.Any(b => double.IsFinite(b.Whole))) sheet.LegendUpright(chart.WholeName, "ink", 2);
        return [sheet];
    }

    private static void Segments(Sheet sheet, FlatBar bar, float middle)
    {
        foreach (WaterfallRow stage in bar.Stages.Where(s => s.IsStage && s.HasBar))
        {
            sheet.AddBar(-middle, stage.Start, stage.End, Bar, stage.Fill);
            (float from, float to) = (sheet.X(Math.Min(stage.Start, stage.End)), sheet.X(Math.Max(stage.Start, stage.End)));
            string name = Typefaces.Drawable(stage.Label);
            string[] bands = Palette.Bands(stage.Fill);
            bool room = bands.Length == 1 && Typefaces.Width(name, Look.Tiny, bold: false) + 8 < to - from;
            // The mark of the whole must not strike through a name.
            bool struck =
                double.IsFinite(bar.Whole)
                && Math.Abs(sheet.X(bar.Whole) - (from + to) / 2) < Typefaces.Width(name, Look.Tiny, bold: false) / 2 + 3;
            if (room && !struck)
                sheet.Write(
                    (from + to) / 2,
                    sheet.Top + middle,
                    name,
                    Look.Tiny,
                    Palette.On(bands[0]),
                    Alignment.MiddleCenter
                );
            sheet.Mark(stage.Label, $"{bar.Label}. {stage.Tooltip}", from, to, sheet.Top + middle - Bar / 2, sheet.Top + middle + Bar / 2);
        }
        if (double.IsFinite(bar.Whole)) sheet.AddLine(bar.Whole, -middle - Bar / 2 - 3, bar.Whole, -middle + Bar / 2 + 3, "ink", 2);
    }
}
