namespace ExitProf.Reports.Charts;

/// <summary>Many waterfalls on one scale, each laid flat into one bar: for sweeps with more values than anybody would scroll through.</summary>
public static class StackedBars
{
    private const double Size = 13;
    private const double Small = 12;
    private const double Bar = 16;

    public static SvgPicture Draw(IReadOnlyList<Subject> subjects, double width, string id)
    {
        var canvas = new SvgCanvas(id);
        var panels = subjects.Select(WaterfallPanel.Of).ToList();
        var axis = new Axis(0, Math.Max(panels.Max(p => p.Right) * 1.01, 1), 8, width - 8, Logarithmic: false);
        var ticks = axis.Ticks(TextWidth.Of(Figures.Cycles(axis.High) + "00", Small) + 14);

        double y = 6;
        string scenarios = string.Join(", ", subjects.Select(s => VisibleText.Of(s.Trace.Header.Scenario)).Distinct());
        foreach (string line in TextWidth.Wrap($"{scenarios}: {subjects.Count} configurations on one scale", width - 16, 15, bold: true)) canvas.Text(8, y += 19, line, 15, bold: true);
        foreach (string machine in subjects.Select(s => TraceSentences.Machine(s.Trace)).Distinct())
        {
            foreach (string line in TextWidth.Wrap(machine, width - 16, Small)) canvas.Text(8, y += Small + 5, line, Small, style: "faint");
        }
        string what = $"Corrected stages in {subjects[0].Unit}, from left to right as an exit walks through them.";
        foreach (string line in TextWidth.Wrap(what, width - 16, Small)) canvas.Text(8, y += Small + 5, line, Small, style: "faint");
        y += Small + 8;
        foreach (double tick in ticks)
        {
            double half = TextWidth.Of(Figures.Cycles(tick), Small) / 2;
            canvas.Text(Math.Clamp(axis.At(tick), 4 + half, width - 4 - half), y, Figures.Cycles(tick), Small, Anchor.Middle, style: "faint");
        }
        canvas.Line(axis.From, y + 5, axis.To, y + 5, "axis");
        y += 5;
        double top = y;
        double bottom = y + panels.Count * (Size + Bar + 16);
        foreach (double tick in ticks) canvas.Line(axis.At(tick), top, axis.At(tick), bottom, "grid");
        for (int i = 0; i < panels.Count; i++)
        {
            y += Size + 5;
            string value = Figures.Cycles(subjects[i].Cost);
            double room = TextWidth.Of(value, Size, bold: true) + 14;
            canvas.Text(8, y, TextWidth.Fit(subjects[i].Label, width - 16 - room, Size), Size);
            canvas.Text(width - 8, y, value, Size, Anchor.End, bold: true);
            DrawBar(canvas, axis, panels[i], y + 5);
            y += Bar + 11;
        }
        y = bottom + 24;
        var legend = new Legend(canvas, 8, width - 8, Small);
        legend.Start(y);
        var groups = panels.SelectMany(p => p.Rows).Where(r => r.IsStage && r.HasBar).Select(r => r.Fill).Distinct().ToList();
        foreach (string group in groups) legend.Add(group.Replace("+", " + ", StringComparison.Ordinal), (x, b) => canvas.Rect(x, b - 10, 18, 11, canvas.Fill(group)));
        legend.Add(subjects.All(s => s.CostIsUntraced) ? "untraced mean" : "mean", (x, b) => canvas.Line(x + 9, b - 11, x + 9, b + 2, "whisker"));

        string title = $"Stages of {subjects.Count} configurations of {scenarios} on one scale";
        return canvas.Finish(width, legend.Y + 12, title, string.Join("; ", subjects.Select(s => $"{s.Label} {Figures.Cycles(s.Cost)} {s.Unit}")) + ".");

        void DrawBar(SvgCanvas canvas, Axis axis, WaterfallPanel panel, double y)
        {
            foreach (WaterfallRow row in panel.Rows.Where(r => r.IsStage && r.HasBar))
            {
                double start = axis.At(row.Start);
                canvas.Rect(start, y, axis.At(row.End) - start, Bar, canvas.Fill(row.Fill), row.Tooltip);
            }
            double cost = panel.Rows.FirstOrDefault(r => r.Fill == "total")?.Cycles ?? panel.Rows.Last().Cycles;
            if (double.IsFinite(cost)) canvas.Line(axis.At(cost), y - 3, axis.At(cost), y + Bar + 3, "whisker");
        }
    }
}
