using ExitProf.Analysis;
using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>A comparison for a terminal or a pipe.</summary>
public static class VerdictText
{
    private static readonly Style Strong = new(decoration: Decoration.Bold);

    /// <param name="width">Columns. A table that needs more folds its text.</param>
    /// <param name="colour">True for a terminal: ANSI sequences.</param>
    public static void Write(TextWriter writer, ComparisonSummary comparison, int width = TextReport.DefaultWidth, bool colour = false) =>
        DrawnText.Write(writer, width, colour, console => Write(console, comparison));

    private static void Write(IAnsiConsole console, ComparisonSummary comparison)
    {
        WriteVerdict(console, comparison);
        if (comparison.Hosts.Length > 0) WriteHosts(console, comparison);
        FindingsText.Write(console, comparison.Findings);
    }

    /// <summary>What the report of the trace has as well: without hosts and findings.</summary>
    internal static void WriteVerdict(IAnsiConsole console, ComparisonSummary comparison)
    {
        DrawnText.Line(console, VerdictSentences.Sentence(comparison), new Style(Colour(comparison.Verdict), decoration: Decoration.Bold));
        WriteRows(console, comparison);
        foreach (string gain in comparison.Rows.SelectMany(GainSentences.Sentences)) DrawnText.Line(console, gain);
        DrawnText.Line(console, VerdictSentences.Rule(comparison));
        DrawnText.Line(console, VerdictSentences.Method(comparison));
        if (VerdictSentences.Needs(comparison) is { Length: > 0 } needs) DrawnText.Line(console, needs);
        foreach (ComparedRow row in comparison.Rows.Where(VerdictSentences.HasStages)) WriteStages(console, row);
    }

    private static void WriteRows(IAnsiConsole console, ComparisonSummary comparison)
    {
        if (comparison.Rows.IsEmpty) return;
        Table table = StageTableText.Plain();
        table.AddColumn(StageTableText.Left("what"));
        foreach (string name in (string[])[VerdictSentences.Units(comparison), "base", "new", "shift", "in %", $"{VerdictSentences.Confidence(comparison.Gate.Confidence)} interval", $"{VerdictSentences.Confidence(comparison.Gate.SameConfidence)} interval"])
        {
            table.AddColumn(StageTableText.Right(name));
        }
        table.AddColumn(StageTableText.Left("verdict"));
        foreach (ComparedRow row in comparison.Rows)
        {
            JudgedShift t = row.Total;
            string unit = VerdictSentences.Unit(row);
            table.AddRow(
                new Text(VisibleText.Of(VerdictSentences.Name(row) + (unit.Length > 0 ? $" ({unit})" : ""))),
                new Text(VerdictSentences.Count(row)),
                new Text(VerdictSentences.Value(row, t.Base)),
                new Text(VerdictSentences.Value(row, t.New)),
                new Text(VerdictSentences.Absolute(row)),
                new Text(VerdictSentences.Percent(t.Percent.Value)),
                new Text(VerdictSentences.Range(t.Percent)),
                new Text(VerdictSentences.Range(t.Equivalence)),
                new Text(VerdictSentences.Words(t), new Style(Colour(t.Verdict), decoration: Decoration.Bold)));
        }
        console.Write(table);
    }

    private static void WriteStages(IAnsiConsole console, ComparedRow row)
    {
        console.WriteLine();
        DrawnText.Line(console, VerdictSentences.StagesOf(row));
        Table table = StageTableText.Plain();
        foreach (string name in (string[])["stage", "group"]) table.AddColumn(StageTableText.Left(name));
        foreach (string name in (string[])["base", "new", "shift", "interval"]) table.AddColumn(StageTableText.Right(name));
        table.AddColumn(StageTableText.Left("verdict"));
        foreach (ComparedStage stage in row.Stages)
        {
            IReadOnlyList<string> cells = VerdictSentences.StageCells(row, stage);
            Style verdict = stage.Shift is { } s ? new Style(Colour(s.Verdict)) : Style.Plain;
            table.AddRow([new Text(string.Join('\n', VisibleText.Fold(stage.Name, 24))), new Text(string.Join('\n', VisibleText.Fold(stage.Group, 16))), .. cells.SkipLast(1).Select(c => new Text(c)), new Text(cells[^1], verdict)]);
            foreach (ComparedStep step in VerdictSentences.ShownSteps(stage))
            {
                cells = VerdictSentences.StepCells(row, step);
                table.AddRow([new Text("  " + VisibleText.Of(step.Name)), new Text(""), .. cells.SkipLast(1).Select(c => new Text(c)), new Text(cells[^1], new Style(Colour(step.Shift.Verdict)))]);
            }
        }
        console.Write(table);
        if (VerdictSentences.StepsOf(row) is { Length: > 0 } steps) DrawnText.Line(console, steps);
    }

    private static void WriteHosts(IAnsiConsole console, ComparisonSummary comparison)
    {
        Table table = StageTableText.Plain();
        foreach (string name in (string[])["the hosts differ in", "base", "new"]) table.AddColumn(StageTableText.Left(name));
        foreach (HostDifference d in comparison.Hosts)
        {
            table.AddRow(new Text(VisibleText.Of(d.Fact), d.OtherMachine ? Strong : Style.Plain), new Text(Said(d.Base)), new Text(Said(d.New)));
        }
        console.Write(table);
    }

    private static string Said(string value) => value.Length > 0 ? VisibleText.Of(value) : "unknown";

    private static Color Colour(Verdict verdict) => verdict switch { Verdict.Worse => Color.Red, Verdict.CannotTell => Color.Yellow, _ => Color.Green };
}
