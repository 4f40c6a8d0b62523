using ScottPlot;

namespace ExitProf.Charts;

/// <summary>Draws the medians of blocks over time: a square for each, a line through the rounds, a thin line between two rounds.</summary>
internal static class BlockMediansDrawing
{
    private const float Point = 3.4f;

    public static Sheet[] Draw(BlockMedians chart, Scheme scheme, float width)
    {
        var sheet = new Sheet(scheme, width, chart.Title, chart.Subtitle);
        BlockMedian[] all = [.. chart.Series.SelectMany(s => s.Points)];
        (double low, double high) = Reach(all);
        int beyond = all.Count(p => p.Value < low || p.Value > high);
        float height = sheet.IsNarrow ? 190 : 230;
        IReadOnlyList<double> ticks = RoundTicks.Linear(low, high, height, 34);
        sheet.Area(Look.Edge + Plotted.Widest(ticks.Select(AxisText.Of), Look.Small) + Look.Gap, Look.Edge + 8, 26, height, 26);
        double first = chart.Rounds[0].From, last = Math.Max(chart.Rounds[^1].To, first + 1e-9);
        sheet.Limits(first, last, low, high);
        sheet.YTicks(ticks, AxisText.Of);
        float wide = Typefaces.Width(AxisText.Of(Math.Round(last, 3)), Look.Small, bold: false) + 26;
        sheet.XTicks(
            RoundTicks.Linear(first, last, sheet.Right - sheet.Left, wide),
            t => AxisText.Of(Math.Round(t, 6)) + " s"
        );
        sheet.Plot.Grid.XAxisStyle.IsVisible = false;
        sheet.Write(
            Look.Edge,
            sheet.Top - 14,
            Typefaces.Fit(Typefaces.Drawable(chart.Unit), sheet.Right - Look.Edge, Look.Small),
            Look.Small,
            "faint",
            Alignment.MiddleLeft
        );
        foreach (MedianRound round in chart.Rounds.Skip(1)) sheet.AddLine(round.From, low, round.From, high, "grid");
        foreach (MedianSeries series in chart.Series) Points(sheet, series, low, high);
        AddCentres(sheet, chart, low, high);
        foreach (MedianRound round in chart.Rounds)
            sheet.Mark(round.Name, round.Tooltip, sheet.X(round.From), sheet.X(round.To), sheet.Top, sheet.Bottom);
        foreach (MedianSeries series in chart.Series) sheet.LegendFill(series.Name, series.Fill);
        if (beyond > 0) sheet.LegendSign($"{beyond:N0} beyond the axis, drawn at its edge", "…");
        if (chart.Rounds.Length > 1)
        {
            sheet.LegendLine("centre of each round", "ink", 1.5f);
            sheet.LegendUpright("border of rounds", "grid", 1);
        }
        return [sheet];
    }

    private static void AddCentres(Sheet sheet, BlockMedians chart, double low, double high)
    {
        Coordinates[] centres =
        [
            .. chart.Rounds.Where(r => double.IsFinite(r.Value))
                .Select(r => new Coordinates((r.From + r.To) / 2, Math.Clamp(r.Value, low, high))),
        ];
        if (centres.Length > 1) sheet.AddCurve(centres, "ink", 1.5f);
    }

    private static void Points(Sheet sheet, MedianSeries series, double low, double high)
    {
        AxisLimits limits = sheet.Plot.Axes.GetLimits();
        double across = (limits.Right - limits.Left) * Point / 2 / (sheet.Right - sheet.Left);
        double up = (high - low) * Point / 2 / (sheet.Bottom - sheet.Top);
        sheet.Plot.Add.Plottable(new CellArea(sheet.Find(series.Fill), [.. series.Points.Select(Square)]));

        CoordinateRect Square(BlockMedian point)
        {
            double value = Math.Clamp(point.Value, low + up, high - up);
            return new CoordinateRect(point.Seconds - across, point.Seconds + across, value - up, value + up);
        }
    }

    /// <summary>
    /// The ends of the y axis: never so near that noise of the clock's grain looks like drift, and not so far that one outlier makes a
    /// level line of all others.
    /// </summary>
    private static (double Low, double High) Reach(BlockMedian[] all)
    {
        double[] sorted = [.. all.Select(p => p.Value).Order()];
        (double tenth, double last) = (sorted[sorted.Length / 10], sorted[sorted.Length - 1 - sorted.Length / 10]);
        double far = 2 * (last - tenth);
        double least = Math.Max(sorted[0], tenth - far), most = Math.Min(sorted[^1], last + far);
        double room = Math.Max((most - least) * 0.08, Math.Max(Math.Abs(most) * 0.005, 1e-9));
        return (least - room, most + room);
    }
}
