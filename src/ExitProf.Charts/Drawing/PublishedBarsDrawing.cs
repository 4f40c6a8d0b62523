using ScottPlot;

namespace ExitProf.Charts;

/// <summary>Draws two bars for each stage: what it takes here, and what was published.</summary>
internal static class PublishedBarsDrawing
{
    private const float Bar = 15;

    public static Sheet[] Draw(PublishedBars chart, Scheme scheme, float width)
    {
        var sheet = new Sheet(scheme, width, chart.Title, chart.Subtitle);
        float row = sheet.IsNarrow ? 56 : 42;
        float texts = Plotted.Widest(chart.Bars.SelectMany(b => (string[])[b.HereText, b.ThereText]), Look.Small) + 8;
        float labels = sheet.IsNarrow
            ? width - 2 * Look.Edge
            : Math.Min(240, Plotted.Widest(chart.Bars.SelectMany(b => VisibleText.Fold(b.Label, 24)), Look.Body));
        double high = Math.Max(
            chart.Bars.SelectMany(b => (double[])[b.Here, b.There]).Where(double.IsFinite).DefaultIfEmpty(0).Max(),
            0.01
        );
        sheet.Area(sheet.IsNarrow ? Look.Edge : Look.Edge + labels + Look.Gap, texts + Look.Edge, 4, row * chart.Bars.Length, 24);
        sheet.Limits(0, high, -row * chart.Bars.Length, 0);
        sheet.XTicks(RoundTicks.Linear(0, high, sheet.Right - sheet.Left, 60), t => AxisText.Of(Math.Round(100 * t, 6)) + " %");
        sheet.NoYTicks();
        sheet.Plot.Grid.XAxisStyle.IsVisible = !sheet.IsNarrow;
        for (int i = 0; i < chart.Bars.Length; i++)
        {
            PublishedBar bar = chart.Bars[i];
            float y = row * i,
                middle = sheet.IsNarrow ? y + 18 + Bar + 1 : y + row / 2;
            if (sheet.IsNarrow)
                sheet.Write(
                    Look.Edge,
                    sheet.Top + y + 9,
                    Typefaces.Fit(Typefaces.Drawable(bar.Label), labels, Look.Body),
                    Look.Body,
                    "ink",
                    Alignment.MiddleLeft
                );
            else
                sheet.WriteLines(
                    sheet.Left - Look.Gap,
                    sheet.Top + middle,
                    Plotted.Lines(bar.Label, 24, labels),
                    "ink",
                    Alignment.MiddleRight
                );
            Share(sheet, middle - Bar / 2 - 0.5f, bar.Here, bar.Fill, bar.HereText);
            Share(sheet, middle + Bar / 2 + 0.5f, bar.There, "traced", bar.ThereText);
            sheet.Mark(
                bar.Label,
                $"{bar.Label}: {bar.HereText} here, {bar.ThereText} in {chart.Source}",
                sheet.Left,
                sheet.Right,
                sheet.Top + middle - Bar - 1,
                sheet.Top + middle + Bar + 1
            );
        }
        sheet.LegendFill("here, in the colour of the stage", "host-restore");
        sheet.LegendFill(chart.Source, "traced");
        return [sheet];
    }

    private static void Share(Sheet sheet, float middle, double share, string fill, string text)
    {
        double to = double.IsFinite(share) ? Math.Max(0, share) : 0;
        if (to > 0) sheet.AddBar(-middle, 0, to, Bar, fill);
        sheet.Write(sheet.X(to) + 6, sheet.Top + middle, text, Look.Small, "ink", Alignment.MiddleLeft);
    }
}
