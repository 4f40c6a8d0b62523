using ScottPlot;

namespace ExitProf.Charts;

/// <summary>Draws a latency map: a cell for each slice of time and each step of the duration.</summary>
internal static class LatencyMapDrawing
{
    /// <summary>A shade for each doubling of the share, down from a whole slice; the last has everything below.</summary>
    private static readonly double[] Shades = [0.32, 0.16, 0.08, 0.04, 0.01, 0];

    public static Sheet[] Draw(LatencyMap chart, Scheme scheme, float width)
    {
        var sheet = new Sheet(scheme, width, chart.Title, chart.Subtitle);
        double low = Math.Log10(chart.Borders[0]), high = Math.Log10(chart.Borders[^1]);
        float height = sheet.IsNarrow ? 210 : 250;
        IReadOnlyList<double> ticks = RoundTicks.Logarithmic(chart.Borders[0], chart.Borders[^1], height, 26);
        sheet.Area(Look.Edge + Plotted.Widest(ticks.Select(AxisText.Of), Look.Small) + Look.Gap, Look.Edge + 8, 26, height, 26);
        double first = chart.Slices[0].From, last = chart.Slices[^1].To;
        sheet.Limits(first, last, low, high);
        sheet.YTicks(ticks.Select(Math.Log10), t => AxisText.Of(Math.Round(Math.Pow(10, t), 6)));
        float wide = Typefaces.Width(AxisText.Of(Math.Round(last, 3)), Look.Small, bold: false) + 26;
        sheet.XTicks(
            RoundTicks.Linear(first, last, sheet.Right - sheet.Left, wide),
            t => AxisText.Of(Math.Round(t, 6)) + " s"
        );
        sheet.Plot.Grid.XAxisStyle.IsVisible = false;
        sheet.Write(Look.Edge, sheet.Top - 14, chart.Unit, Look.Small, "faint", Alignment.MiddleLeft);
        for (int shade = 0; shade < Shades.Length; shade++)
        {
            CoordinateRect[] cells = [.. Cells(chart, shade)];
            if (cells.Length > 0) sheet.Plot.Add.Plottable(new CellArea(sheet.Find(Name(shade)), cells));
        }
        foreach (LatencySlice slice in chart.Slices)
            sheet.Mark(slice.Name, slice.Tooltip, sheet.X(slice.From), sheet.X(slice.To), sheet.Top, sheet.Bottom);
        for (int shade = 0; shade < Shades.Length; shade++)
            sheet.LegendFill(shade == Shades.Length - 1 ? "fewer" : $"≥ {AxisText.Of(Shades[shade] * 100)} % of the slice", Name(shade));
        return [sheet];
    }

    private static string Name(int shade) => $"heat-{shade + 1}";

    /// <summary>Neighbouring slices of one row and one shade are one cell.</summary>
    private static IEnumerable<CoordinateRect> Cells(LatencyMap chart, int shade)
    {
        for (int row = 0; row + 1 < chart.Borders.Length; row++)
        {
            (double bottom, double top) = (Math.Log10(chart.Borders[row]), Math.Log10(chart.Borders[row + 1]));
            for (int i = 0; i < chart.Slices.Length; i++)
            {
                if (ShadeOf(chart.Slices[i].Shares[row]) != shade) continue;
                int begin = i;
                while (i + 1 < chart.Slices.Length && ShadeOf(chart.Slices[i + 1].Shares[row]) == shade) i++;
                yield return new CoordinateRect(chart.Slices[begin].From, chart.Slices[i].To, bottom, top);
            }
        }
    }

    private static int ShadeOf(double share) => share > 0 ? Array.FindIndex(Shades, least => share >= least) : -1;
}
