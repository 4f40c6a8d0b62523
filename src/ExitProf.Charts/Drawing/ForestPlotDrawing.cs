using ExitProf.Analysis;
using ScottPlot;
using ScottPlot.Plottables;

namespace ExitProf.Charts;

/// <summary>Draws shifts with their intervals, one below the other.</summary>
internal static class ForestPlotDrawing
{
    private const float Line = Look.Body + 3;

    public static Sheet[] Draw(ForestPlot chart, Scheme scheme, float width)
    {
        var sheet = new Sheet(scheme, width, chart.Title, chart.Subtitle);
        float labels = sheet.IsNarrow
            ? width - 2 * Look.Edge
            : Math.Min(240, Plotted.Widest(chart.Rows.SelectMany(r => VisibleText.Fold(r.Label, 24)), Look.Body, bold: true));
        float values = sheet.IsNarrow
            ? width - 2 * Look.Edge
            : Math.Min(280, Plotted.Widest(chart.Rows.Select(r => r.Value), Look.Body, bold: true));
        double reach = Math.Max(
            chart.Rows.SelectMany(Reached).Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max() * 1.05,
            1e-9
        );
        float[] heights = [.. chart.Rows.Select(r => Height(r, sheet.IsNarrow))];
        if (sheet.IsNarrow) sheet.Area(Look.Edge, Look.Edge, 6, heights.Sum(), 24);
        else sheet.Area(Look.Edge + labels + Look.Gap, Look.Edge + values + 18, 6, heights.Sum(), 24);
        sheet.Limits(-reach, reach, -heights.Sum(), 0);
        float wide = Math.Max(Typefaces.Width(AxisText.Fixed(-reach, chart.Decimals), Look.Small, bold: false) + 18, 56);
        sheet.XTicks(
            RoundTicks.Linear(-reach, reach, sheet.Right - sheet.Left, wide),
            t => AxisText.Fixed(t, chart.Decimals) + (Math.Abs(t) < reach * 1e-9 && chart.Unit.Length > 0 ? " " + chart.Unit : "")
        );
        sheet.NoYTicks();
        sheet.Plot.Grid.XAxisStyle.IsVisible = !sheet.IsNarrow;
        if (!sheet.IsNarrow) sheet.AddLine(0, 0, 0, -heights.Sum(), "faint");
        float y = 0;
        for (int i = 0; i < chart.Rows.Length; i++)
        {
            Row(sheet, chart.Rows[i], y, heights[i], labels, values);
            y += heights[i];
        }
        sheet.LegendLine("compared with 0", "ink", 1.5f);
        sheet.LegendLine("compared with the margin", "total", 6);
        if (chart.Rows.Any(r => double.IsFinite(r.Margin)))
            sheet.LegendFill("margin", "traced");
        foreach (Verdict verdict in chart.Rows.Select(r => r.Verdict).Distinct().Order())
            sheet.LegendMarker(verdict.Words(), Ink(verdict), MarkerShape.FilledDiamond);
        return [sheet];
    }

    private static double[] Reached(ForestRow row) =>
        [row.Shift.Value, row.Shift.Low, row.Shift.High, row.Equivalence.Low, row.Equivalence.High, row.Margin];

    private static float Height(ForestRow row, bool narrow) => narrow
        ? (VisibleText.Fold(row.Label, 34).Count + 1) * Line + 28
        : Math.Max(32, VisibleText.Fold(row.Label, 24).Count * (Look.Body + 2) + 10);

    private static void Row(Sheet sheet, ForestRow row, float y, float height, float labels, float values)
    {
        float middle = y + height / 2;
        string value = Typefaces.Fit(Typefaces.Drawable(row.Value), values, Look.Body, row.Strong);
        if (sheet.IsNarrow)
        {
            IReadOnlyList<string> lines = Plotted.Lines(row.Label, 34, labels, row.Strong);
            for (int i = 0; i < lines.Count; i++)
                sheet.Write(Look.Edge, sheet.Top + y + Line * (i + 0.5), lines[i], Look.Body, "ink", Alignment.MiddleLeft, row.Strong);
            sheet.Write(Look.Edge, sheet.Top + y + Line * (lines.Count + 0.5), value, Look.Body, "faint", Alignment.MiddleLeft, row.Strong);
            middle = y + Line * (lines.Count + 1) + 13;
            sheet.AddLine(0, -middle - 10, 0, -middle + 10, "faint");
        }
        else
        {
            sheet.WriteLines(
                sheet.Left - Look.Gap,
                sheet.Top + middle,
                Plotted.Lines(row.Label, 24, labels, row.Strong),
                "ink",
                Alignment.MiddleRight,
                row.Strong
            );
            sheet.Write(sheet.Width - Look.Edge, sheet.Top + middle, value, Look.Body, "ink", Alignment.MiddleRight, row.Strong);
        }
        if (double.IsFinite(row.Margin)) sheet.AddBox(-row.Margin, row.Margin, -middle - 10, -middle + 10, "traced");
        if (row.Shift.Exists) sheet.AddWhisker(row.Shift.Low, row.Shift.High, -middle, 5);
        if (row.Equivalence.Exists) sheet.AddBox(row.Equivalence.Low, row.Equivalence.High, -middle - 3, -middle + 3, "total");
        if (!double.IsFinite(row.Shift.Value)) return;
        Marker mark = sheet.Plot.Add.Marker(row.Shift.Value, -middle, MarkerShape.FilledDiamond, 13, sheet.Find(Ink(row.Verdict)));
        (mark.MarkerStyle.LineColor, mark.MarkerStyle.LineWidth) = (sheet.Find("paper"), 1);
        sheet.Mark(row.Key, $"{row.Label}: {row.Value}", sheet.Left, sheet.Right, sheet.Top + middle - 11, sheet.Top + middle + 11);
    }

    /// <summary>Colours of their own, so that none of them is taken for a stage; the words beside them say the same.</summary>
    private static string Ink(Verdict verdict) =>
        verdict switch
        {
            Verdict.Worse => "worse",
            Verdict.Better => "better",
            Verdict.Same => "same",
            _ => "open",
        };
}
