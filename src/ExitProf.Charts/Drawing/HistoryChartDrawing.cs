using ScottPlot;

namespace ExitProf.Charts;

/// <summary>Draws the runs of a baseline in the order of time, with levels and steps.</summary>
internal static class HistoryChartDrawing
{
    private const int Many = 200;
    private const float LineHeight = 14;

    public static Sheet[] Draw(HistoryChart chart, Scheme scheme, float width)
    {
        var sheet = new Sheet(scheme, width, chart.Title, chart.Subtitle);
        double least = chart.Points.Min(p => p.Median), most = chart.Points.Max(p => p.Median);
        double room = Math.Max((most - least) * 0.08, Math.Max(Math.Abs(most) * 1e-4, 1e-9)), low = least - room, high = most + room;
        float height = sheet.IsNarrow ? 190 : 230;
        string Text(double value) => AxisText.Fixed(value, chart.Decimals);
        IReadOnlyList<double> ticks = RoundTicks.Linear(low, high, height, 34);
        float left = Look.Edge + Plotted.Widest(ticks.Select(Text), Look.Small) + Look.Gap;
        int lines = Lines(chart, width - left - Look.Edge - 8);
        sheet.Area(left, Look.Edge + 8, 22, height, 26 + (lines - 1) * LineHeight);
        // Half a mark at either end must not be cut.
        double end = chart.Points.Length * Look.Gap / (sheet.Right - sheet.Left);
        sheet.Limits(-0.5 - end, chart.Points.Length - 0.5 + end, low, high);
        sheet.YTicks(ticks, Text);
        sheet.XTicks([], _ => "");
        sheet.Plot.Grid.XAxisStyle.IsVisible = false;
        WriteAxis(sheet, chart, lines);
        Levels(sheet, chart, low, high);
        float size = chart.Points.Length > Many ? 5 : 8;
        for (int i = 0; i < chart.Points.Length; i++)
        {
            HistoryPoint point = chart.Points[i];
            if (point.New) sheet.AddMarker(i, point.Median, MarkerShape.FilledDiamond, size + 4, "userspace");
            else sheet.AddMarker(i, point.Median, MarkerShape.FilledCircle, size, "total");
            sheet.Mark(point.Tooltip, point.Tooltip, sheet.X(i - 0.5), sheet.X(i + 0.5), sheet.Top, sheet.Bottom);
        }
        sheet.LegendMarker(chart.Of, "total", MarkerShape.FilledCircle);
        if (chart.Points.Any(p => p.New)) sheet.LegendMarker("new run", "userspace", MarkerShape.FilledDiamond);
        sheet.LegendLine("level", "handler-line", 2);
        if (chart.Levels.Length > 1) sheet.LegendUpright("step", "ink", 1.5f);
        return [sheet];
    }

    /// <summary>Names that are too wide for their point take turns on several lines.</summary>
    private static int Lines(HistoryChart chart, float width)
    {
        if (!HasLabels(chart)) return 1;
        float each = Plotted.Widest(chart.Points.Select(p => p.Label), Look.Small) + Look.Gap;
        return Math.Max(1, (int)Math.Ceiling(each * chart.Points.Length / width));
    }

    private static bool HasLabels(HistoryChart chart) => chart.Points.Any(p => p.Label.Length > 0);

    private static void WriteAxis(Sheet sheet, HistoryChart chart, int lines)
    {
        float first = sheet.Bottom + 14;
        if (HasLabels(chart))
        {
            for (int i = 0; i < chart.Points.Length; i++)
                sheet.Write(sheet.X(i), first + i % lines * LineHeight, chart.Points[i].Label, Look.Small, "faint", Alignment.MiddleCenter);
            return;
        }
        sheet.Write(sheet.Left, first, $"{chart.Points[0].Utc:yyyy-MM-dd}", Look.Small, "faint", Alignment.MiddleLeft);
        if (chart.Points.Length > 1)
            sheet.Write(sheet.Right, first, $"{chart.Points[^1].Utc:yyyy-MM-dd}", Look.Small, "faint", Alignment.MiddleRight);
    }

    /// <summary>Steps have numbers and levels their medians, both in the line above the points, where no point hides them.</summary>
    private static void Levels(Sheet sheet, HistoryChart chart, double low, double high)
    {
        int begin = 0;
        for (int i = 0; i < chart.Levels.Length; i++)
        {
            HistoryLevel level = chart.Levels[i];
            if (i > 0)
            {
                // A step lies after the run before it and at the latest at the run after it.
                sheet.AddLine(begin - 0.5, low, begin - 0.5, high, "ink", 1.5f);
                sheet.Write(sheet.X(begin - 0.5), sheet.Top - 9, $"{i}", Look.Small, "ink", Alignment.MiddleCenter, bold: true);
            }
            double end = begin + level.Runs - 1;
            sheet.AddLine(begin - 0.4, level.Median, end + 0.4, level.Median, "handler-line", 2);
            float room = sheet.X(end + 0.5) - sheet.X(begin - 0.5) - 2 * Look.Gap;
            if (Typefaces.Width(level.Text, Look.Small, bold: false) <= room)
                sheet.Write(sheet.X((begin + end) / 2), sheet.Top - 9, level.Text, Look.Small, "handler-line", Alignment.MiddleCenter);
            begin += level.Runs;
        }
    }
}
