using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>The classic table's stages beside ours.</summary>
internal static class PublishedStages
{
    /// <returns>Null if the figure does not name stages, or none was measured.</returns>
    public static PublishedBars? Of(Subject subject, PublishedFigure figure)
    {
        var theirs = Deltas(figure);
        StageSummary[] rows = [.. subject.Configuration.Stages.Where(s => s.State != StageState.Absent && double.IsFinite(subject.Net(s)))];
        if (theirs.Count == 0 || rows.Length == 0) return null;
        double published = theirs.Values.Sum(), measured = rows.Sum(subject.Net);
        return new PublishedBars(
            $"{VisibleText.Of(subject.Trace.Header.Scenario)}, stage by stage, and {figure.Source}",
            $"Shares of each whole: {Figures.Cycles(measured)} {subject.Unit} here (corrected stages), {Figures.Cycles(published)} cycles in {figure.Year}.",
            figure.Source,
            [.. rows.Select(Bar)]);

        PublishedBar Bar(StageSummary stage)
        {
            double here = subject.Net(stage),
                there = stage.Stages.Sum(s => theirs.GetValueOrDefault(s));
            return new PublishedBar(
                stage.Name,
                StageWaterfall.Groups(stage),
                here / measured,
                Value(here, measured, subject.Unit),
                there / published,
                Value(there, published, "cycles")
            );
        }
    }

    private static string Value(double cycles, double whole, string unit) => $"{100 * cycles / whole:0} %, {Figures.Cycles(cycles)} {unit}";

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
