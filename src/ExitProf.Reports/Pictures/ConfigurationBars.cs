namespace ExitProf.Reports;

/// <summary>Many configurations on one scale: for sweeps with more values than anybody would scroll through.</summary>
internal static class ConfigurationBars
{
    public static StackedBars Of(IReadOnlyList<Subject> subjects)
    {
        string scenarios = string.Join(", ", subjects.Select(s => VisibleText.Of(s.Trace.Header.Scenario)).Distinct());
        string machines = string.Join("; ", subjects.Select(s => TraceSentences.Machine(s.Trace)).Distinct());
        return new StackedBars(
            $"Stages of {subjects.Count} configurations of {scenarios} on one scale",
            $"{machines}. Corrected stages in {subjects[0].Unit}, from left to right as an exit walks through them.",
            subjects[0].Unit,
            subjects.All(s => s.CostIsUntraced) ? "untraced mean" : "mean",
            [.. subjects.Select(Bar)]);
    }

    private static FlatBar Bar(Subject subject)
    {
        WaterfallPanel panel = StageWaterfall.Of(subject);
        double whole = panel.Rows.FirstOrDefault(r => r.Fill == "total")?.Length ?? panel.Rows[^1].Length;
        return new FlatBar(subject.Label, Figures.Cycles(subject.Cost), whole, [.. panel.Rows.Where(r => r.IsStage && r.HasBar)]);
    }
}
