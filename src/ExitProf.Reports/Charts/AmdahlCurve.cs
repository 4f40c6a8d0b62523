using System.Text;
using ExitProf.Analysis;

namespace ExitProf.Reports.Charts;

/// <summary>
/// How much of its own work a guest gets done when it exits more and more often, as a share of what it does without an exit, and Amdahl's line for
/// exits of one cost: 1 / (1 + exits per unit × cycles of an exit ÷ cycles of a unit).
/// </summary>
internal static class AmdahlCurve
{
    private const double Small = 12;
    private const double Height = 240;
    private const int Steps = 60;

    /// <returns>Null unless there is a unit without exits and two with.</returns>
    public static SvgPicture? Draw(IReadOnlyList<Subject> subjects, double width, string id)
    {
        WorkSummary[] points = [.. subjects.Select(s => s.Configuration.Work).OfType<WorkSummary>().OrderBy(w => w.Unit.Exits)];
        if (points.Length < 3 || points[0].Unit.Exits != 0 || points[1].Unit.Exits == 0) return null;
        double own = points[0].Cycles.Mean, cost = Cost(points);
        var canvas = new SvgCanvas(id);
        string title = $"{VisibleText.Of(subjects[0].Trace.Header.Scenario)}: guest work against exits";
        double y = 6;
        foreach (string line in TextWidth.Wrap(title, width - 16, 15, bold: true)) canvas.Text(8, y += 19, line, 15, bold: true);
        string what = $"Work per second, in per cent of that without exits ({WorkSentences.Rate(points[0].WorkPerSecond(subjects[0].Trace.Header.Clock.Hertz))} million instructions a second); line: Amdahl's, with {Figures.Cycles(cost)} cycles an exit.";
        foreach (string line in TextWidth.Wrap(what, width - 16, Small)) canvas.Text(8, y += Small + 5, line, Small, style: "faint");
        double top = y + 18, bottom = top + Height;
        var across = new Axis(PerMillion(points[1]) / 2, PerMillion(points[^1]) * 1.3, 48, width - 16, Logarithmic: true);
        var up = new Axis(0, 1, bottom, top, Logarithmic: false);
        foreach (double share in (double[])[0, 0.25, 0.5, 0.75, 1])
        {
            canvas.Line(across.From, up.At(share), across.To, up.At(share), share == 0 ? "axis" : "grid");
            canvas.Text(across.From - 6, up.At(share) + 4, $"{100 * share:0} %", Small, Anchor.End, style: "faint");
        }
        foreach (double tick in across.Ticks(44)) canvas.Text(across.At(tick), bottom + 16, tick.ToString("#,0.##"), Small, Anchor.Middle, style: "faint");
        canvas.Text(width - 16, bottom + 34, "exits per million instructions", Small, Anchor.End, style: "faint");

        var line2 = new StringBuilder();
        for (int i = 0; i <= Steps; i++)
        {
            double rate = across.Low * Math.Pow(across.High / across.Low, i / (double)Steps);
            double exits = rate * points[0].Unit.Instructions / 1e6;
            line2.Append(i == 0 ? 'M' : 'L').Append(SvgPicture.N(across.At(rate))).Append(' ').Append(SvgPicture.N(up.At(1 / (1 + exits * cost / own))));
        }
        canvas.Path(line2.ToString(), "l-handler", 2, "5 4", "Amdahl's line");
        var said = new List<string>();
        foreach (WorkSummary point in points.Skip(1))
        {
            double share = own / point.Cycles.Mean * point.Unit.Instructions / points[0].Unit.Instructions;
            string value = $"{PerMillion(point):#,0.##} exits per million instructions: {100 * share:0.0} % of the work";
            canvas.Rect(across.At(PerMillion(point)) - 4, up.At(share) - 4, 8, 8, canvas.Fill("userspace"), value);
            said.Add(value);
        }
        return canvas.Finish(width, bottom + 44, title, string.Join("; ", said) + ".");
    }

    /// <summary>Of an exit in place, from the units with the most: there the difference is largest against its interval.</summary>
    private static double Cost(WorkSummary[] points) => (points[^1].Cycles.Mean - points[0].Cycles.Mean) / points[^1].Unit.Exits;

    private static double PerMillion(WorkSummary work) => work.Unit.Exits * 1e6 / work.Unit.Instructions;
}
