using ScottPlot;

namespace ExitProf.Charts;

/// <summary>Draws an icicle: the whole on top, its parts below, each with its name where there is room.</summary>
internal static class IcicleDrawing
{
    private const float Row = 34;

    /// <summary>Between two cells, on each side.</summary>
    private const float Seam = 0.5f;

    /// <summary>
    /// The first row of calls below the stages and what they call at once. From here on, what is too thin to be pointed at is left out:
    /// there may be hundreds.
    /// </summary>
    private const int Deep = 3;

    public static Sheet[] Draw(Icicle chart, Scheme scheme, float width)
    {
        var sheet = new Sheet(scheme, width, chart.Title, chart.Subtitle);
        float labels = sheet.IsNarrow ? 0 : Plotted.Widest(chart.Levels, Look.Small) + Look.Gap;
        double whole = Math.Max(chart.Cells.Max(c => c.From + c.Length), 1e-9);
        double pixels = (width - labels - 2 * Look.Edge) / whole;
        IcicleCell[] cells = [.. chart.Cells.Where(c => c.Level < Deep || c.Length * pixels >= Look.Touch)];
        int rows = cells.Max(c => c.Level) + 1;
        float height = Row * rows;
        sheet.Area(Look.Edge + labels, Look.Edge, 4, height, 24);
        sheet.Limits(0, whole, -height, 0);
        float wide = Typefaces.Width(AxisText.Of(whole), Look.Small, bold: false) + 18;
        sheet.XTicks(
            RoundTicks.Linear(0, whole, sheet.Right - sheet.Left, wide),
            t => AxisText.Of(Math.Round(t, 6)) + (t == 0 && chart.Unit.Length > 0 ? " " + chart.Unit : "")
        );
        sheet.NoYTicks();
        sheet.Plot.Grid.XAxisStyle.IsVisible = false;
        if (!sheet.IsNarrow)
        {
            for (int i = 0; i < rows; i++)
                sheet.Write(
                    sheet.Left - Look.Gap,
                    sheet.Top + Row * (i + 0.5),
                    chart.Levels[i],
                    Look.Small,
                    "faint",
                    Alignment.MiddleRight
                );
        }
        foreach (IcicleCell cell in cells) Cell(sheet, cell, whole);
        foreach ((string fill, string text) in chart.Legend) sheet.LegendFill(text, fill);
        return [sheet];
    }

    private static void Cell(Sheet sheet, IcicleCell cell, double whole)
    {
        double seam = whole * Seam / (sheet.Right - sheet.Left), from = cell.From + seam;
        double to = Math.Max(cell.From + cell.Length - seam, from + whole * Look.Thinnest / (sheet.Right - sheet.Left));
        double middle = Row * (cell.Level + 0.5);
        sheet.AddBar(-middle, from, to, Row - 2 * Seam, cell.Fill);
        (float left, float right) = (sheet.X(from), sheet.X(to));
        string[] bands = Palette.Bands(cell.Fill);
        float room = right - left - 8;
        if (bands.Length == 1 && room > 0) Texts(sheet, cell, (left + right) / 2, sheet.Top + middle, room, Palette.On(bands[0]));
        sheet.Mark(cell.Key, cell.Tooltip, left, right, sheet.Top + (float)middle - Row / 2, sheet.Top + (float)middle + Row / 2);
    }

    /// <summary>The name above its figure; the name alone, cut, where there is room for a few letters; nothing below that.</summary>
    private static void Texts(Sheet sheet, IcicleCell cell, double x, double y, float room, string colour)
    {
        const float fewest = 26;
        string name = Typefaces.Drawable(cell.Name), value = Typefaces.Drawable(cell.Value);
        float wide = Typefaces.Width(name, Look.Small, bold: false);
        if (wide > room && room < fewest) return;
        bool both = Typefaces.Width(value, Look.Small, bold: false) <= room;
        sheet.Write(x, both ? y - 7 : y, Typefaces.Fit(name, room, Look.Small), Look.Small, colour, Alignment.MiddleCenter);
        if (both) sheet.Write(x, y + 7, value, Look.Small, colour, Alignment.MiddleCenter);
    }
}
