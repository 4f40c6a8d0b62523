using ScottPlot;

namespace ExitProf.Charts;

/// <summary>Draws waterfalls: names left, figures right, the clock's units above and microseconds below.</summary>
internal sealed class WaterfallDrawing
{
    private const string PlusMinus = "± half of 99 %";
    private const float Bar = 16;
    private const float Line = Look.Body + 3;

    private readonly Waterfall chart;
    private readonly float width;
    private readonly bool narrow;
    private readonly float labels;
    private readonly float values;
    private readonly float shares;
    private readonly double low;
    private readonly double high;

    private WaterfallDrawing(Waterfall chart, float width)
    {
        (this.chart, this.width, narrow) = (chart, width, width < 600);
        var rows = chart.Panels.SelectMany(p => p.Rows).ToList();
        high = Math.Max(chart.Panels.Max(p => p.Right) * 1.01, 1);
        low = Math.Min(0, rows.Select(r => Math.Min(r.Start, r.End)).DefaultIfEmpty(0).Min());
        if (narrow) return;
        labels = Math.Min(240, Plotted.Widest(rows.SelectMany(r => VisibleText.Fold(r.Label, 24)), Look.Body, bold: true));
        shares = rows.Any(r => r.Share.Length > 0)
            ? Math.Max(Plotted.Widest(rows.Select(r => r.Share), Look.Body, bold: true), Typefaces.Width("share", Look.Small, bold: false))
            : 0;
        float head = rows.Any(HasInterval) ? Typefaces.Width(PlusMinus, Look.Small, bold: false) : 0;
        values = Math.Min(300, Math.Max(Plotted.Widest(rows.Select(r => r.Value), Look.Body, bold: true), head));
    }

    /// <summary>Where the column of the values ends.</summary>
    private float ValuesEnd => width - Look.Edge - (shares > 0 ? shares + 16 : 0);

    public static Sheet[] Draw(Waterfall chart, Scheme scheme, float width)
    {
        var drawing = new WaterfallDrawing(chart, width);
        return [.. chart.Panels.Select((panel, i) => drawing.Panel(panel, scheme, first: i == 0, last: i == chart.Panels.Length - 1))];
    }

    private Sheet Panel(WaterfallPanel panel, Scheme scheme, bool first, bool last)
    {
        var sheet = new Sheet(scheme, width, panel.Title, panel.Subtitle);
        float[] heights = [.. panel.Rows.Select(Height)];
        float total = Math.Max(heights.Sum(), 1);
        bool time = last && chart.PerMicrosecond > 0;
        if (narrow) sheet.Area(Look.Edge, Look.Edge, 22, total, time ? 24 : 8);
        else sheet.Area(Look.Edge + labels + Look.Gap, width - ValuesEnd + values + 18, 22, total, time ? 24 : 8);
        sheet.Limits(low, high, -total, 0);
        Axes(sheet, panel, first, time);
        float y = 0;
        for (int i = 0; i < panel.Rows.Length; i++)
        {
            Row(sheet, panel.Rows[i], y, heights[i]);
            y += heights[i];
        }
        Links(sheet, panel, heights);
        if (last) Legend(sheet);
        return sheet;
    }

    private void Axes(Sheet sheet, WaterfallPanel panel, bool first, bool time)
    {
        double pixels = sheet.Right - sheet.Left;
        float wide = Typefaces.Width(AxisText.Of(high), Look.Small, bold: false) + 18;
        sheet.XTicks(RoundTicks.Linear(low, high, pixels, wide).Where(t => !narrow || t > 0), AxisText.Of, top: true);
        sheet.Plot.Grid.XAxis = sheet.Plot.Axes.Top;
        sheet.Plot.Grid.XAxisStyle.IsVisible = !narrow;
        sheet.NoYTicks();
        double unit = chart.PerMicrosecond;
        if (time)
            sheet.XTicks(
                RoundTicks.Linear(low / unit, high / unit, pixels, 58).Select(t => t * unit),
                t => AxisText.Of(Math.Round(t / unit, 6)) + " µs"
            );
        else
            sheet.XTicks([], _ => "");
        float head = sheet.Top - 9;
        if (narrow)
            sheet.Write(Look.Edge, head, panel.Unit, Look.Small, "faint", Alignment.MiddleLeft);
        else
            sheet.Write(sheet.Left - Look.Gap, head, panel.Unit, Look.Small, "faint", Alignment.MiddleRight);
        if (narrow || !first)
            return;
        if (chart.Panels.SelectMany(p => p.Rows).Any(HasInterval))
            sheet.Write(ValuesEnd, head, PlusMinus, Look.Small, "faint", Alignment.MiddleRight);
        if (shares > 0)
            sheet.Write(width - Look.Edge, head, "share", Look.Small, "faint", Alignment.MiddleRight);
    }

    private float Height(WaterfallRow row) => narrow
        ? NarrowLines(row).Count * Line + (row.HasBar ? Bar + 9 : 6)
        : Math.Max(Bar + 9, VisibleText.Fold(row.Label, 24).Count * (Look.Body + 2) + 8);

    private static bool HasInterval(WaterfallRow row) => row.Value.Contains('±', StringComparison.Ordinal);

    private static string Figure(WaterfallRow row) => row.Share.Length > 0 ? $"{row.Value} · {row.Share}" : row.Value;

    /// <summary>In the narrow form the name is left and the figures are right, on one line if both fit.</summary>
    private List<string> NarrowLines(WaterfallRow row)
    {
        var lines = Plotted.Lines(row.Label, 34, width - 2 * Look.Edge, bold: true).ToList();
        double room = width - 2 * Look.Edge - Typefaces.Width(Typefaces.Drawable(Figure(row)), Look.Body, bold: true) - Look.Gap;
        if (Typefaces.Width(lines[^1], Look.Body, bold: true) > room) lines.Add("");
        return lines;
    }

    private void Row(Sheet sheet, WaterfallRow row, float y, float height)
    {
        bool strong = row.Fill == "total";
        string colour = row.HasBar ? "ink" : "faint";
        float middle = y + height / 2;
        if (narrow)
        {
            var lines = NarrowLines(row);
            for (int i = 0; i < lines.Count; i++)
                sheet.Write(Look.Edge, sheet.Top + y + Line * (i + 0.5), lines[i], Look.Body, colour, Alignment.MiddleLeft, strong);
            string figure = Typefaces.Fit(Typefaces.Drawable(Figure(row)), width - 2 * Look.Edge, Look.Body, strong);
            sheet.Write(
                width - Look.Edge,
                sheet.Top + y + Line * (lines.Count - 0.5),
                figure,
                Look.Body,
                colour,
                Alignment.MiddleRight,
                strong
            );
            middle = y + lines.Count * Line + Bar / 2 + 2;
        }
        else
        {
            sheet.WriteLines(
                sheet.Left - Look.Gap,
                sheet.Top + middle,
                Plotted.Lines(row.Label, 24, labels, strong),
                colour,
                Alignment.MiddleRight,
                strong
            );
            sheet.Write(
                ValuesEnd,
                sheet.Top + middle,
                Typefaces.Fit(Typefaces.Drawable(row.Value), values, Look.Body, strong),
                Look.Body,
                colour,
                Alignment.MiddleRight,
                strong
            );
            sheet.Write(width - Look.Edge, sheet.Top + middle, row.Share, Look.Body, colour, Alignment.MiddleRight, strong);
        }
        if (!row.HasBar)
            return;
        double from = Math.Min(row.Start, row.End),
            to = Math.Max(Math.Max(row.Start, row.End), from + (high - low) / (sheet.Right - sheet.Left) * Look.Thinnest);
        sheet.AddBar(-middle, from, to, Bar, row.Fill);
        if (row.Probe > 0) sheet.AddBox(to, to + row.Probe, -middle - Bar * 0.37, -middle + Bar * 0.37, "traced", "traced-line");
        if (row.HasWhisker) sheet.AddWhisker(row.Interval.Low, row.Interval.High, -middle, 5);
        float top = sheet.Top + (narrow ? middle - Bar / 2 - 2 : y), bottom = sheet.Top + (narrow ? middle + Bar / 2 + 2 : y + height);
        sheet.Mark(row.Label, row.Tooltip, sheet.Left, sheet.Right, top, bottom);
    }

    /// <summary>
    /// Lines from the end of each stage to the beginning of the next one, and one between the stages and what is left over.
    /// </summary>
    private void Links(Sheet sheet, WaterfallPanel panel, float[] heights)
    {
        float y = 0;
        bool divided = false;
        for (int i = 0; i + 1 < panel.Rows.Length; i++)
        {
            y += heights[i];
            (WaterfallRow row, WaterfallRow next) = (panel.Rows[i], panel.Rows[i + 1]);
            if (!divided && row.IsStage && !next.IsStage)
            {
                divided = true;
                float at = sheet.Top + y;
                sheet.Ink(pack =>
                    sheet.DrawLine(
                        pack,
                        new PixelLine(Look.Edge, at + pack.FigureRect.Top, width - Look.Edge, at + pack.FigureRect.Top),
                        "grid",
                        1
                    )
                );
            }
            if (narrow || !row.HasBar || !next.HasBar || next.Fill is "total" or "traced" || row.Fill is "total" or "traced") continue;
            sheet.AddLine(row.End, -(y - heights[i] / 2 + Bar / 2), row.End, -(y + heights[i + 1] / 2 - Bar / 2), "faint");
        }
    }

    private void Legend(Sheet sheet)
    {
        var rows = chart.Panels.SelectMany(p => p.Rows).ToList();
        foreach (string fill in Plotted.GroupsOf(rows)) sheet.LegendFill(Plotted.GroupName(fill), fill);
        if (rows.Any(r => r.Probe > 0)) sheet.LegendProbe("probes, taken off");
        if (rows.Any(r => r.Value.StartsWith('≤'))) sheet.LegendSign("upper bound", "≤");
        if (rows.FirstOrDefault(r => !r.HasBar) is { } absent) sheet.LegendSign("not there, or not measured", absent.Value);
    }
}
