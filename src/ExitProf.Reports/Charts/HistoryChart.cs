using ExitProf.Analysis;

namespace ExitProf.Reports.Charts;

/// <summary>The medians that a baseline remembers, a point for each run, with the level between the steps and the commits that each step lies between.</summary>
public static class HistoryChart
{
    private const double Small = 12;
    private const double Heading = 15;

    /// <returns>Null if the row was not held against a history.</returns>
    public static SvgPicture? Draw(ComparedRow row, double width, string id)
    {
        if (row.History is not { Runs.Length: > 0 } history) return null;
        var canvas = new SvgCanvas(id);
        double y = 6;
        string title = $"{VerdictSentences.Name(row)}: {history.Runs.Length:N0} {(history.Runs.Length == 1 ? "run" : "runs")} before, in the order of time";
        foreach (string line in TextWidth.Wrap(title, width - 16, Heading, bold: true)) canvas.Text(8, y += Heading + 4, line, Heading, bold: true);
        string subtitle = $"One median for each run, in {VerdictSentences.Unit(row)}. {(history.Steps.IsEmpty ? "No step." : string.Join(" ", history.Steps.Select(Said)))}";
        foreach (string line in TextWidth.Wrap(subtitle, width - 16, Small)) canvas.Text(8, y += Small + 5, line, Small, style: "faint");

        BaselineRun[] all = [.. history.Runs, .. history.New];
        double top = y + 20, height = width < 600 ? 180 : 220, bottom = top + height;
        (double low, double high) = (all.Min(r => r.Median), all.Max(r => r.Median));
        double room = Math.Max((high - low) * 0.08, Math.Abs(high) * 1e-4);
        var scale = new Axis(low - room, high + room, 0, height, Logarithmic: false);
        double Y(double median) => bottom - scale.At(median);
        IReadOnlyList<double> ticks = scale.Ticks(34);
        string Label(double median) => VerdictSentences.Number(median, row.Decimals);
        double left = 8 + ticks.Max(t => TextWidth.Of(Label(t), Small)) + 10, right = width - 12;
        double X(int i) => left + (right - left) * (i + 0.5) / all.Length;
        foreach (double tick in ticks)
        {
            canvas.Line(left, Y(tick), right, Y(tick), "grid");
            canvas.Text(left - 8, Y(tick) + 4, Label(tick), Small, Anchor.End, style: "faint");
        }
        int begin = 0, number = 0;
        foreach (BaselineRun[] level in history.Levels)
        {
            double centre = level.Select(r => r.Median).Order().ElementAt(level.Length / 2);
            if (begin > 0)
            {
                // A step lies behind the run before it and at the latest at the run after it.
                double x = (X(begin - 1) + X(begin)) / 2;
                canvas.Line(x, top, x, bottom, "whisker");
                canvas.Text(x, top - 5, (++number).ToString(), Small, Anchor.Middle, bold: true);
            }
            canvas.Line(X(begin), Y(centre), X(begin + level.Length - 1), Y(centre), "axis");
            begin += level.Length;
        }
        double size = all.Length > 200 ? 4 : 7;
        for (int i = 0; i < all.Length; i++)
        {
            bool known = i < history.Runs.Length;
            canvas.Rect(X(i) - size / 2, Y(all[i].Median) - size / 2, size, size, known ? "class=\"bar f-total\"" : "class=\"bar f-userspace\"", Of(all[i], Label(all[i].Median)));
        }
        canvas.Text(X(0), bottom + 18, $"{all[0].Utc:yyyy-MM-dd}", Small, style: "faint");
        canvas.Text(right, bottom + 18, $"{all[^1].Utc:yyyy-MM-dd}", Small, Anchor.End, style: "faint");
        var legend = new Legend(canvas, 8, width - 8, Small);
        legend.Start(bottom + 42);
        legend.Add("run of the baseline", (x, b) => canvas.Rect(x + 5, b - 9, 7, 7, "class=\"bar f-total\""));
        legend.Add("new run", (x, b) => canvas.Rect(x + 5, b - 9, 7, 7, "class=\"bar f-userspace\""));
        legend.Add("level", (x, b) => canvas.Line(x, b - 4, x + 18, b - 4, "axis"));
        if (!history.Steps.IsEmpty) legend.Add("step", (x, b) => canvas.Line(x + 9, b - 11, x + 9, b + 1, "whisker"));
        return canvas.Finish(width, legend.Y + 12, title, subtitle);
    }

    private static string Said(HistoryStep step, int index) =>
        $"Step {index + 1}: {VerdictSentences.Percent(step.Percent.Value)} between {step.Before.Commit} ({step.Before.Utc:yyyy-MM-dd}) and {step.After.Commit} ({step.After.Utc:yyyy-MM-dd}).";

    private static string Of(BaselineRun run, string median) => $"{run.Utc:yyyy-MM-dd HH:mm} {run.Commit}: {median}";
}
