using System.Text.RegularExpressions;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>
/// A comparison as a comment on a pull request, or as the summary of a job: the verdict first, what explains it folded away.
/// </summary>
public sealed partial class VerdictMarkdown : IVerdictWriter
{
    /// <summary>Invisible: by it a job finds its comment again and edits it instead of adding another.</summary>
    public const string Mark = "<!-- exitprof -->";

    /// <summary>
    /// GitHub takes no comment of more than 65,536 characters; beyond this the stages of further rows are left out, and that is said.
    /// </summary>
    private const int MostCharacters = 50_000;

    string IVerdictWriter.Name => "markdown";

    string IVerdictWriter.Extension => ".md";

    void IVerdictWriter.Write(Stream stream, ComparisonSummary comparison)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        Write(writer, comparison);
    }

    public static void Write(TextWriter writer, ComparisonSummary comparison)
    {
        var page = new MarkdownPage(writer);
        page.Line(Mark);
        page.Line($"**{Cell(VerdictSentences.Sentence(comparison))}**");
        page.Line("");
        if (VerdictSentences.Measured(comparison) is { Length: > 0 } measured)
        {
            page.Line(Cell(measured));
            page.Line("");
        }
        WriteRows(page, comparison);
        string[] said = [.. comparison.Rows.SelectMany(GainSentences.Sentences), .. VerdictSentences.Tails(comparison)];
        foreach (string sentence in said)
            page.Line($"- {Cell(sentence)}");
        if (said.Length > 0)
            page.Line("");
        page.Line(
            Cell(
                $"{VerdictSentences.Rule(comparison)} {VerdictSentences.Method(comparison)} {VerdictSentences.Needs(comparison)}".TrimEnd()
            )
        );
        WriteStages(page, comparison);
        if (comparison.Hosts.Length > 0) WriteHosts(page, comparison);
        if (comparison.Findings.Length > 0) WriteFindings(page, comparison);
    }

    private static void WriteRows(MarkdownPage page, ComparisonSummary comparison)
    {
        if (comparison.Rows.Length == 0)
            return;
        string[] heads =
        [
            VerdictSentences.Units(comparison),
            "base",
            "new",
            "shift",
            "in %",
            .. VerdictSentences.IntervalHeads(comparison),
        ];
        page.Line($"| what | {string.Join(" | ", heads)} | verdict |");
        page.Line($"|---|{string.Concat(heads.Select(_ => "---:|"))}---|");
        int rows = 0;
        foreach (ComparedRow row in comparison.Rows.TakeWhile(_ => page.Characters <= MostCharacters))
        {
            rows++;
            JudgedShift t = row.Total;
            string unit = VerdictSentences.Unit(row);
            page.Row([VerdictSentences.Name(row) + (unit.Length > 0 ? $" ({unit})" : ""), VerdictSentences.Count(row),
                VerdictSentences.Value(row, t.Base), VerdictSentences.Value(row, t.New), VerdictSentences.Absolute(row),
                VerdictSentences.Percent(t.Percent.Value), .. VerdictSentences.IntervalCells(comparison, row), VerdictSentences.Words(t)]);
        }
        page.Line("");
        if (rows == comparison.Rows.Length) return;
        page.Line($"{comparison.Rows.Length - rows} more comparisons are left out: a comment has no room for them.");
        page.Line("");
    }

    private static void WriteStages(MarkdownPage page, ComparisonSummary comparison)
    {
        int left = 0;
        foreach (ComparedRow row in comparison.Rows.Where(VerdictSentences.HasStages))
        {
            if (page.Characters > MostCharacters) left++;
            else WriteStages(page, row);
        }
        if (left == 0) return;
        page.Line("");
        page.Line($"The stages of {left} more comparisons are left out: a comment has no room for them.");
    }

    private static void WriteStages(MarkdownPage page, ComparedRow row)
    {
        string[] moved =
        [
            .. row
                .Stages.Where(s => s.Shift is { Verdict: Verdict.Worse or Verdict.Better })
                .Select(s => $"{s.Name} {s.Shift!.Verdict.Words()}"),
        ];
        string what = moved.Length > 0 ? string.Join(", ", moved) : "none is shown to have moved";
        page.Open(Entities($"Stages of {VerdictSentences.Name(row)}: {what}"));
        page.Line(Cell(VerdictSentences.StagesOf(row)));
        page.Line("");
        page.Line("| stage | group | base | new | shift | interval | verdict |");
        page.Line("|---|---|---:|---:|---:|---:|---|");
        foreach (ComparedStage stage in row.Stages)
        {
            page.Row([stage.Name, stage.Group, .. VerdictSentences.StageCells(row, stage)]);
            foreach (ComparedStep step in VerdictSentences.ShownSteps(stage))
            {
                page.Row([$"{stage.Name}: {step.Name}", "", .. VerdictSentences.StepCells(row, step)]);
            }
        }
        if (VerdictSentences.StepsOf(row) is { Length: > 0 } steps)
        {
            page.Line("");
            page.Line(Cell(steps));
        }
        page.Close();
    }

    private static void WriteHosts(MarkdownPage page, ComparisonSummary comparison)
    {
        page.Open(Entities($"The hosts differ in {comparison.Hosts.Length} {(comparison.Hosts.Length == 1 ? "fact" : "facts")}"));
        page.Line("| the hosts differ in | base | new |");
        page.Line("|---|---|---|");
        foreach (HostDifference d in comparison.Hosts)
        {
            page.Row(d.Fact, d.Base.Length > 0 ? d.Base : "unknown", d.New.Length > 0 ? d.New : "unknown");
        }
        page.Close();
    }

    private static void WriteFindings(MarkdownPage page, ComparisonSummary comparison)
    {
        string[] grave = [.. comparison.Findings.Where(f => f.Severity > Severity.Info).Select(f => f.Id).Distinct()];
        string count = $"{comparison.Findings.Length} {(comparison.Findings.Length == 1 ? "finding" : "findings")}";
        page.Open(Entities(grave.Length > 0 ? $"{count}: {string.Join(", ", grave)}" : count));
        page.Line("| finding | count | id | what |");
        page.Line("|---|---:|---|---|");
        foreach (Finding f in VerdictSentences.Findings(comparison)) page.Row(f.Severity.Name(), f.Count.ToString("N0"), f.Id, f.Text);
        page.Close();
    }

    /// <summary>The same for a text in markup.</summary>
    private static string Entities(string text) =>
        string.Concat(
            VisibleText
                .Of(text)
                .Select(c =>
                    c == '@' ? "@\u2060"
                    : "&<>|`*_[]\\~#!\"'".Contains(c, StringComparison.Ordinal) ? $"&#{(int)c};"
                    : c.ToString()
                )
        );

    /// <summary>
    /// Names come out of a file that anybody may have written: none may end a cell, make a link or a tag, or mention anybody.
    /// </summary>
    internal static string Cell(string text)
    {
        var safe = new System.Text.StringBuilder();
        foreach (char c in VisibleText.Of(text))
        {
            if (c == '<') safe.Append("&lt;");
            else if (c == '&') safe.Append("&amp;");
            // An invisible word joiner: nobody is notified because a host's fact looks like a name.
            else if (c == '@') safe.Append("@\u2060");
            else if (c is '|' or '`' or '*' or '_' or '[' or ']' or '\\' or '~' or '#' or '!') safe.Append('\\').Append(c);
            else safe.Append(c);
        }
        return Link().Replace(safe.ToString(), "$&\u2060");
    }

    /// <summary>What GitHub makes a link of by itself, up to where a word joiner stops it: addresses, issues, commits.</summary>
    [GeneratedRegex(
        @"\b(?:https?|ftp|mailto|xmpp)(?=:)|\bwww(?=\.)|\bGH(?=-\d)|\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{4}(?=[0-9a-f]{3,36}\b)",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Link();
}
