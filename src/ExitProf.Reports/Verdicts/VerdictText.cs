using ExitProf.Analysis;
using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>A comparison for a terminal or a pipe.</summary>
public sealed class VerdictText : IVerdictWriter
{
    private static readonly Style Strong = new(decoration: Decoration.Bold);

    /// <summary>In which order columns of figures leave where there is no room, the last one first; 0 stays.</summary>
    private static readonly int[] Leaves = [2, 0, 0, 4, 0, 3, 1], StageLeaves = [3, 4, 0, 2];

    string IVerdictWriter.Name => "text";

    string IVerdictWriter.Extension => ".txt";

    void IVerdictWriter.Write(Stream stream, VerdictPage page)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        Write(writer, page);
    }

    public static void Write(TextWriter writer, ComparisonSummary comparison) => Write(writer, new VerdictPage(comparison));

    /// <param name="width">Columns. A table that needs more leaves columns out and says so.</param>
    /// <param name="colour">True for a terminal: ANSI sequences.</param>
    public static void Write(TextWriter writer, VerdictPage verdict, int width = TextPage.DefaultWidth, bool colour = false) =>
        TextPage.Write(writer, width, colour, page => Write(page, verdict));

    private static void Write(TextPage page, VerdictPage verdict)
    {
        WriteVerdict(page, verdict);
        if (verdict.Hosts.Length > 0) WriteHosts(page, verdict);
        FindingsText.Write(page, verdict.Comparison.Findings);
    }

    /// <summary>What the report of the trace has as well: without hosts and findings.</summary>
    internal static void WriteVerdict(TextPage page, VerdictPage verdict)
    {
        page.Line(verdict.Sentence, new Style(Colour(verdict.Comparison.Verdict), decoration: Decoration.Bold));
        WriteRows(page, verdict);
        foreach (string sentence in verdict.Gains.Concat(verdict.Tails)) page.Line(sentence);
        page.Line(verdict.Rule);
        page.Line(verdict.Method);
        if (verdict.Needs.Length > 0) page.Line(verdict.Needs);
        foreach (VerdictPageRow row in verdict.Rows.Where(r => r.Stages.Length > 0)) WriteStages(page, row);
        foreach (VerdictPageRow row in verdict.Rows) FunctionText.Write(page, row.Compared);
    }

    private static void WriteRows(TextPage page, VerdictPage verdict)
    {
        if (verdict.Rows.IsEmpty) return;
        var table = new TextTable("what");
        foreach ((int i, string head) in verdict.Heads.Index()) table.Right(head, i < Leaves.Length ? Leaves[i] : 0);
        table.Left("verdict");
        foreach (VerdictPageRow row in verdict.Rows)
        {
            Verdict judged = row.Compared.Total.Verdict;
            table.Row(Style.Plain,
            [
                row.What,
                .. row.Figures.Select(c => (TextCell)c),
                new TextCell(row.Words, new Style(Colour(judged), decoration: Decoration.Bold), judged.Words()),
            ]);
        }
        table.Write(page);
    }

    private static void WriteStages(TextPage page, VerdictPageRow row)
    {
        page.Blank();
        page.Line(row.StagesCaption);
        TextTable table = new TextTable("stage").Left("group", leaves: 1);
        foreach ((int i, string head) in VerdictPageRow.StageHeads.Index()) table.Right(head, StageLeaves[i]);
        table.Left("verdict");
        foreach (VerdictPageStage stage in row.Stages)
        {
            Style verdict = stage.Compared.Shift is { } s ? new Style(Colour(s.Verdict)) : Style.Plain;
            Line(StageName.Of(stage.Compared.Name), StageName.Of(stage.Compared.Group), stage.Figures, stage.Words, verdict);
            foreach (VerdictPageStep step in stage.Steps)
                Line("  " + step.Compared.Name, "", step.Figures, step.Words, new Style(Colour(step.Compared.Shift.Verdict)));
        }
        table.Write(page);
        if (row.StepsNote.Length > 0) page.Line(row.StepsNote);

        void Line(TextCell name, TextCell group, IEnumerable<string> figures, string words, Style verdict) =>
            table.Row(Style.Plain, [name, group, .. figures.Select(c => (TextCell)c), new TextCell(words, verdict)]);
    }

    private static void WriteHosts(TextPage page, VerdictPage verdict)
    {
        TextTable table = new TextTable("the hosts differ in").Left("base").Left("new");
        foreach (HostDifference d in verdict.Hosts)
            table.Row(Style.Plain, new TextCell(d.Fact, d.OtherMachine ? Strong : Style.Plain), d.Base, d.New);
        table.Write(page);
    }

    private static Color Colour(Verdict verdict) =>
        verdict switch
        {
            Verdict.Worse => Color.Red,
            Verdict.CannotTell => Color.Yellow,
            _ => Color.Green,
        };
}
