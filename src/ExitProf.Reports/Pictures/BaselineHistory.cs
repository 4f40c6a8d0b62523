using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>The medians that a baseline remembers, with the commits that each step lies between.</summary>
public static class BaselineHistory
{
    /// <returns>Null if the row was not compared with a history.</returns>
    public static HistoryChart? Of(ComparedRow row)
    {
        if (row.History is not { Runs.Length: > 0 } history) return null;
        string Text(double median) => VerdictSentences.Number(median, row.Decimals);
        string steps = history.Steps.IsEmpty ? "No step." : string.Join(" ", history.Steps.Select(Step));
        return new HistoryChart(
            $"{VerdictSentences.Name(row)}: {history.Runs.Length:N0} {(history.Runs.Length == 1 ? "run" : "runs")} before, in the order of time",
            $"One median for each run, in {VerdictSentences.Unit(row)}. {steps}",
            row.Decimals,
            [.. history.Runs.Select(r => Point(r, isNew: false)), .. history.New.Select(r => Point(r, isNew: true))],
            [.. history.Levels.Select(Level)]);

        HistoryPoint Point(BaselineRun run, bool isNew) =>
            new(run.Utc, run.Median, isNew, $"{run.Utc:yyyy-MM-dd HH:mm} {run.Commit}: {Text(run.Median)}");

        HistoryLevel Level(IReadOnlyCollection<BaselineRun> runs)
        {
            double centre = runs.Select(r => r.Median).Order().ElementAt(runs.Count / 2);
            return new HistoryLevel(runs.Count, centre, Text(centre));
        }
    }

    private static string Step(HistoryStep step, int index)
    {
        return $"Step {index + 1}: {VerdictSentences.Percent(step.Percent.Value)} between {At(step.Before)} and {At(step.After)}.";

        static string At(BaselineRun run) => $"{run.Commit} ({run.Utc:yyyy-MM-dd})";
    }
}
