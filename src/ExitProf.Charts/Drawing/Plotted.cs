using ScottPlot;
using ScottPlot.Plottables;

namespace ExitProf.Charts;

/// <summary>What the charts are made of: bars, lines, whiskers, marks and their samples in the legend.</summary>
internal static class Plotted
{
    /// <summary>A horizontal bar; a merged stage has a band for each of its groups.</summary>
    public static void AddBar(this Sheet sheet, double row, double from, double to, double thickness, string fill)
    {
        string[] bands = Palette.Bands(fill);
        double band = thickness / bands.Length;
        Bar[] bars = [.. bands.Select((colour, i) => new Bar
        {
            Position = row + thickness / 2 - band * (i + 0.5),
            ValueBase = Math.Min(from, to),
            Value = Math.Max(from, to),
            Size = band,
            Orientation = Orientation.Horizontal,
            FillColor = sheet.Find(colour),
            LineWidth = 0,
        })];
        sheet.Plot.Add.Bars(bars);
    }

    public static void AddLine(this Sheet sheet, double x1, double y1, double x2, double y2, string colour, float width = 1)
    {
        LinePlot line = sheet.Plot.Add.Line(x1, y1, x2, y2);
        (line.LineColor, line.LineWidth, line.MarkerSize) = (sheet.Find(colour), width, 0);
    }

    public static void AddCurve(this Sheet sheet, IEnumerable<Coordinates> points, string colour, float width)
    {
        Scatter line = sheet.Plot.Add.ScatterLine(points.ToArray());
        (line.LineColor, line.LineWidth, line.MarkerSize) = (sheet.Find(colour), width, 0);
    }

    public static void AddBox(this Sheet sheet, double left, double right, double bottom, double top, string fill, string? outline = null)
    {
        Rectangle box = sheet.Plot.Add.Rectangle(left, right, bottom, top);
        (box.FillColor, box.LineWidth) = (sheet.Find(fill), outline is null ? 0 : 0.75f);
        if (outline is not null) box.LineColor = sheet.Find(outline);
    }

    public static void AddMarker(this Sheet sheet, double x, double y, MarkerShape shape, float size, string colour) =>
        sheet.Plot.Add.Marker(x, y, shape, size, sheet.Find(colour));

    /// <summary>An interval along a row.</summary>
    public static void AddWhisker(this Sheet sheet, double low, double high, double row, double cap)
    {
        sheet.AddLine(low, row, high, row, "ink", 1.5f);
        sheet.AddLine(low, row - cap, low, row + cap, "ink", 1.5f);
        sheet.AddLine(high, row - cap, high, row + cap, "ink", 1.5f);
    }

    /// <summary>An interval of a point.</summary>
    public static void AddUprightWhisker(this Sheet sheet, double x, double low, double high, double cap, string colour = "ink")
    {
        sheet.AddLine(x, low, x, high, colour, 1.5f);
        if (cap <= 0) return;
        sheet.AddLine(x - cap, low, x + cap, low, colour, 1.5f);
        sheet.AddLine(x - cap, high, x + cap, high, colour, 1.5f);
    }

    public static void LegendFill(this Sheet sheet, string text, string fill) => sheet.Legend(text, (pack, area) =>
    {
        string[] bands = Palette.Bands(fill);
        float band = area.Height / bands.Length;
        for (int i = 0; i < bands.Length; i++)
        {
            var slice = new PixelRect(area.Left, area.Right, area.Top + band * (i + 1), area.Top + band * i);
            ScottPlot.Drawing.FillRectangle(pack.Canvas, slice, pack.Paint, new FillStyle(sheet.Find(bands[i])));
        }
    });

    public static void LegendProbe(this Sheet sheet, string text) => sheet.Legend(text, (pack, area) =>
    {
        ScottPlot.Drawing.FillRectangle(pack.Canvas, area, pack.Paint, new FillStyle(sheet.Find("traced")));
        ScottPlot.Drawing.DrawRectangle(pack.Canvas, area, pack.Paint, new LineStyle { Color = sheet.Find("traced-line"), Width = 0.75f });
    });

    public static void LegendLine(this Sheet sheet, string text, string colour, float width) => sheet.Legend(text, (pack, area) =>
        sheet.DrawLine(pack, new PixelLine(area.Left, area.VerticalCenter, area.Right, area.VerticalCenter), colour, width));

    public static void LegendUpright(this Sheet sheet, string text, string colour, float width) => sheet.Legend(text, (pack, area) =>
        sheet.DrawLine(pack, new PixelLine(area.HorizontalCenter, area.Top, area.HorizontalCenter, area.Bottom), colour, width));

    public static void LegendMarker(this Sheet sheet, string text, string colour, MarkerShape shape) => sheet.Legend(text, (pack, area) =>
        ScottPlot.Drawing.DrawMarker(pack.Canvas, pack.Paint, area.Center, new MarkerStyle(shape, 9, sheet.Find(colour))));

    /// <summary>A sign that stands for itself.</summary>
    public static void LegendSign(this Sheet sheet, string text, string sign) => sheet.Legend(text, (pack, area) =>
        Label(sign, Look.Small, sheet.Find("faint"), Alignment.MiddleCenter).Render(pack.Canvas, area.Center, pack.Paint));

    public static LabelStyle Label(string text, float size, Color colour, Alignment alignment) => new()
    {
        Text = text,
        FontName = Typefaces.Family,
        FontSize = size,
        ForeColor = colour,
        Alignment = alignment,
        BorderWidth = 0,
    };

    public static void DrawLine(this Sheet sheet, RenderPack pack, PixelLine line, string colour, float width) =>
        ScottPlot.Drawing.DrawLine(pack.Canvas, pack.Paint, line, new LineStyle { Color = sheet.Find(colour), Width = width });

    /// <summary>The names of the groups that a chart shows, in the order of an exit.</summary>
    public static IEnumerable<string> GroupsOf(IEnumerable<WaterfallRow> rows) =>
        rows.Where(r => r.IsStage && r.HasBar)
            .Select(r => r.Fill)
            .Distinct()
            .OrderBy(g => Palette.Groups.ToList().IndexOf(g.Split('+')[0]))
            .ThenBy(g => g.Length);

    /// <summary>"handler + pio-search (merged)".</summary>
    public static string GroupName(string fill)
    {
        string[] parts = fill.Split('+');
        return parts.Length == 1
            ? fill
            : string.Join(" + ", parts) + (Palette.Bands(fill).Length == 1 ? " (not separable here)" : " (merged)");
    }

    /// <summary>A merged name broken after its plus signs, each line cut to what fits.</summary>
    public static IReadOnlyList<string> Lines(string label, int columns, float width, bool bold = false) =>
        [.. VisibleText.Fold(label, columns).Select(l => Typefaces.Fit(Typefaces.Drawable(l), width, Look.Body, bold))];

    /// <summary>The widest of some texts.</summary>
    public static float Widest(IEnumerable<string> texts, float size, bool bold = false) =>
        texts.Select(t => Typefaces.Width(Typefaces.Drawable(t), size, bold)).DefaultIfEmpty(0).Max();
}
