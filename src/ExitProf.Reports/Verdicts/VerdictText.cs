using ExitProf.Analysis;
using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>A comparison for a terminal or a pipe.</summary>
public sealed class VerdictText : IVerdictWriter
{
    private static readonly Style Strong = new(decoration: Decoration.Bold);

    string IVerdictWriter.Name => "text";

    string IVerdictWriter.Extension => ".txt";

    void IVerdictWriter.Write(Stream stream, ComparisonSummary comparison)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        Write(writer, comparison);
    }

    /// <param name="width">Columns. A table that needs more leaves columns out and says so.</param>
    /// <param name="colour">True for a terminal: ANSI sequences.</param>
    public static void Write(TextWriter writer, ComparisonSummary comparison, int width = TextReport.DefaultWidth, bool colour = false) =>
        TextPage.Write(writer, width, colour, page => Write(page, comparison));

    private static void Write(TextPage page, ComparisonSummary comparison)
    {
        WriteVerdict(page, comparison);
        if (comparison.Hosts.Length > 0) WriteHosts(page, comparison);
        FindingsText.Write(page, comparison.Findings);
    }

    /// <summary>What the report of the trace has as well: without hosts and findings.</summary>
    internal static void WriteVerdict(TextPage page, ComparisonSummary comparison)
    {
        page.Line(VerdictSentences.Sentence(comparison), new Style(Colour(comparison.Verdict), decoration: Decoration.Bold));
        WriteRows(page, comparison);
        foreach (string gain in comparison.Rows.SelectMany(GainSentences.Sentences)) page.Line(gain);
        foreach (string tail in VerdictSentences.Tails(comparison)) page.Line(tail);
        page.Line(VerdictSentences.Rule(comparison));
        page.Line(VerdictSentences.Method(comparison));
        if (VerdictSentences.Needs(comparison) is { Length: > 0 } needs) page.Line(needs);
        foreach (ComparedRow row in comparison.Rows.Where(VerdictSentences.HasStages)) WriteStages(page, row);
    }

    private static void WriteRows(TextPage page, ComparisonSummary comparison)
    {
        if (comparison.Rows.IsEmpty)
            return;
        TextTable table = new TextTable("what")
            .Right(VerdictSentences.Units(comparison), leaves: 2)
            .Right("base")
            .Right("new")
            .Right("shift", leaves: 4)
            .Right("in %");
        // The last column leaves first where there is no room.
        foreach ((int i, string head) in VerdictSentences.IntervalHeads(comparison).Index()) table.Right(head, leaves: i == 0 ? 3 : 1);
        table.Left("verdict");
        foreach (ComparedRow row in comparison.Rows)
        {
            JudgedShift t = row.Total;
            string unit = VerdictSentences.Unit(row);
            table.Row(Style.Plain,
            [
                VerdictSentences.Name(row) + (unit.Length > 0 ? $" ({unit})" : ""),
                VerdictSentences.Count(row),
                VerdictSentences.Value(row, t.Base),
                VerdictSentences.Value(row, t.New),
                VerdictSentences.Absolute(row),
                VerdictSentences.Percent(t.Percent.Value),
                .. VerdictSentences.IntervalCells(comparison, row).Select(c => (TextCell)c),
                new TextCell(VerdictSentences.Words(t), new Style(Colour(t.Verdict), decoration: Decoration.Bold), t.Verdict.Words()),
            ]);
        }
        table.Write(page);
    }

    private static void WriteStages(TextPage page, ComparedRow row)
    {
        page.Blank();
        page.Line(VerdictSentences.StagesOf(row));
        TextTable table = new TextTable("stage")
            .Left("group", leaves: 1)
            .Right("base", leaves: 3)
            .Right("new", leaves: 4)
            .Right("shift")
            .Right("interval", leaves: 2)
            .Left("verdict");
        foreach (ComparedStage stage in row.Stages)
        {
            IReadOnlyList<string> cells = VerdictSentences.StageCells(row, stage);
            Style verdict = stage.Shift is { } s ? new Style(Colour(s.Verdict)) : Style.Plain;
            table.Row(
                Style.Plain,
                [
                    StageTableText.Name(stage.Name),
                    StageTableText.Name(stage.Group),
                    .. cells.SkipLast(1).Select(c => (TextCell)c),
                    new TextCell(cells[^1], verdict),
                ]
            );
            foreach (ComparedStep step in VerdictSentences.ShownSteps(stage))
            {
                cells = VerdictSentences.StepCells(row, step);
                table.Row(
                    Style.Plain,
                    [
                        "  " + step.Name,
                        "",
                        .. cells.SkipLast(1).Select(c => (TextCell)c),
                        new TextCell(cells[^1], new Style(Colour(step.Shift.Verdict))),
                    ]
                );
            }
        }
        table.Write(page);
        if (VerdictSentences.StepsOf(row) is { Length: > 0 } steps) page.Line(steps);
    }

    private static void WriteHosts(TextPage page, ComparisonSummary comparison)
    {
        TextTable table = new TextTable("the hosts differ in").Left("base").Left("new");
        foreach (HostDifference d in comparison.Hosts)
            table.Row(Style.Plain, new TextCell(d.Fact, d.OtherMachine ? Strong : Style.Plain), Said(d.Base), Said(d.New));
        table.Write(page);
    }

    private static string Said(string value) => value.Length > 0 ? value : "unknown";

    private static Color Colour(Verdict verdict) =>
        verdict switch
        {
            Verdict.Worse => Color.Red,
            Verdict.CannotTell => Color.Yellow,
            _ => Color.Green,
        };
}
