using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports.Charts;

/// <summary>
/// The classic table's bars beside ours, stage by stage, as shares of each whole: the machines are decades apart, so the cycles stand beside the bars and
/// the shares are what can be compared.
/// </summary>
internal static class PublishedStages
{
    private const double Size = 13;
    private const double Small = 12;
    private const double Bar = 13;

    /// <returns>Null if the figure does not name stages, or none was measured.</returns>
    public static SvgPicture? Draw(Subject subject, PublishedFigure figure, double width, string id)
    {
        var theirs = Deltas(figure);
        StageSummary[] rows = [.. subject.Configuration.Stages.Where(s => s.State != StageState.Absent && double.IsFinite(subject.Net(s)))];
        if (theirs.Count == 0 || rows.Length == 0) return null;
        double published = theirs.Values.Sum(), measured = rows.Sum(subject.Net);
        var canvas = new SvgCanvas(id);
        string title = $"{VisibleText.Of(subject.Trace.Header.Scenario)}, stage by stage, and {figure.Source}";
        double y = 6;
        foreach (string line in TextWidth.Wrap(title, width - 16, 15, bold: true)) canvas.Text(8, y += 19, line, 15, bold: true);
        string what = $"Shares of each whole: {Figures.Cycles(measured)} cycles here (corrected stages), {Figures.Cycles(published)} in {figure.Year}.";
        foreach (string line in TextWidth.Wrap(what, width - 16, Small)) canvas.Text(8, y += Small + 5, line, Small, style: "faint");
        y += 10;

        double values = TextWidth.Of("100 %, 1,000,000 cycles", Small) + 10;
        var axis = new Axis(0, rows.Max(s => Math.Max(subject.Net(s) / measured, Theirs(s) / published)), 8, width - 8 - values, Logarithmic: false);
        var said = new List<string>();
        foreach (StageSummary stage in rows)
        {
            canvas.Text(8, y += Size + 6, TextWidth.Fit(stage.Name, width - 16, Size), Size);
            y += 5;
            Draw(subject.Net(stage), measured, canvas.Fill(WaterfallPanel.Groups(stage)));
            Draw(Theirs(stage), published, "class=\"bar f-traced\"");
            said.Add($"{stage.Name}: {Value(subject.Net(stage), measured)} here, {Value(Theirs(stage), published)} in {figure.Year}");
        }
        var legend = new Legend(canvas, 8, width - 8, Small);
        legend.Start(y + Small + 10);
        legend.Add("here", (x, b) => canvas.Rect(x, b - 10, 18, 11, canvas.Fill("host-restore")));
        legend.Add(figure.Source, (x, b) => canvas.Rect(x, b - 10, 18, 11, "class=\"bar f-traced\""));
        return canvas.Finish(width, legend.Y + 12, title, string.Join("; ", said) + ".");

        double Theirs(StageSummary stage) => stage.Stages.Sum(s => theirs.GetValueOrDefault(s));

        void Draw(double cycles, double whole, string fill)
        {
            double to = axis.At(Math.Max(0, cycles / whole));
            canvas.Rect(axis.From, y, to - axis.From, Bar, fill);
            canvas.Text(to + 6, y + Bar - 2, Value(cycles, whole), Small);
            y += Bar + 2;
        }
    }

    private static string Value(double cycles, double whole) => $"{100 * cycles / whole:0} %, {Figures.Cycles(cycles)} cycles";

    /// <summary>The text counts up to the end of each stage.</summary>
    private static Dictionary<Stage, double> Deltas(PublishedFigure figure)
    {
        var deltas = new Dictionary<Stage, double>();
        double before = 0;
        foreach (Stage stage in StageNames.All)
        {
            if (figure.Values.FirstOrDefault(v => v.Of == stage.Name()) is not { } value) return [];
            deltas.Add(stage, value.Value - before);
            before = value.Value;
        }
        return deltas;
    }
}
