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

    void IVerdictWriter.Write(Stream stream, VerdictPage page)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        Write(writer, page);
    }

    public static void Write(TextWriter writer, ComparisonSummary comparison) => Write(writer, new VerdictPage(comparison));

    private static void Write(TextWriter writer, VerdictPage verdict)
    {
        var page = new MarkdownPage(writer);
        page.Line(Mark);
        page.Line($"**{Cell(verdict.Sentence)}**");
        page.Line("");
        if (verdict.Measured.Length > 0)
        {
            page.Line(Cell(verdict.Measured));
            page.Line("");
        }
        WriteRows(page, verdict);
        string[] said = [.. verdict.Gains, .. verdict.Tails];
        foreach (string sentence in said)
            page.Line($"- {Cell(sentence)}");
        if (said.Length > 0)
            page.Line("");
        page.Line(Cell($"{verdict.Rule} {verdict.Method} {verdict.Needs}".TrimEnd()));
        WriteStages(page, verdict);
        foreach (VerdictPageRow row in verdict.Rows.Where(r => !r.Compared.Functions.IsEmpty && page.Characters <= MostCharacters))
            WriteFunctions(page, row.Compared);
        if (verdict.Hosts.Length > 0) WriteHosts(page, verdict);
        if (verdict.Findings.Length > 0) WriteFindings(page, verdict);
    }

    private static void WriteRows(MarkdownPage page, VerdictPage verdict)
    {
        if (verdict.Rows.Length == 0)
            return;
        page.Line($"| what | {string.Join(" | ", verdict.Heads)} | verdict |");
        page.Line($"|---|{string.Concat(verdict.Heads.Select(_ => "---:|"))}---|");
        int rows = 0;
        foreach (VerdictPageRow row in verdict.Rows.TakeWhile(_ => page.Characters <= MostCharacters))
        {
            rows++;
            page.Row([row.What, .. row.Figures, row.Words]);
        }
        page.Line("");
        if (rows == verdict.Rows.Length) return;
        page.Line($"{verdict.Rows.Length - rows} more comparisons are left out: a comment has no room for them.");
        page.Line("");
    }

    private static void WriteStages(MarkdownPage page, VerdictPage verdict)
    {
        int left = 0;
        foreach (VerdictPageRow row in verdict.Rows.Where(r => r.Stages.Length > 0))
        {
            if (page.Characters > MostCharacters) left++;
            else WriteStages(page, row);
        }
        if (left == 0) return;
        page.Line("");
        page.Line($"The stages of {left} more comparisons are left out: a comment has no room for them.");
    }

    private static void WriteStages(MarkdownPage page, VerdictPageRow row)
    {
        string[] moved =
        [
            .. from s in row.Compared.Stages
               where s.Shift is { Verdict: Verdict.Worse or Verdict.Better }
               select $"{s.Name} {s.Shift!.Verdict.Words()}",
        ];
        string what = moved.Length > 0 ? string.Join(", ", moved) : "none is shown to have moved";
        page.Open(Entities($"Stages of {row.Name}: {what}"));
        page.Line(Cell(row.StagesCaption));
        page.Line("");
        page.Line($"| stage | group | {string.Join(" | ", VerdictPageRow.StageHeads)} | verdict |");
        page.Line($"|---|---|{string.Concat(VerdictPageRow.StageHeads.Select(_ => "---:|"))}---|");
        foreach (VerdictPageStage stage in row.Stages)
        {
            page.Row([stage.Compared.Name, stage.Compared.Group, .. stage.Figures, stage.Words]);
            foreach (VerdictPageStep step in stage.Steps)
                page.Row([$"{stage.Compared.Name}: {step.Compared.Name}", "", .. step.Figures, step.Words]);
        }
        if (row.StepsNote.Length > 0)
        {
            page.Line("");
            page.Line(Cell(row.StepsNote));
        }
        page.Close();
    }

    private static void WriteFunctions(MarkdownPage page, ComparedRow row)
    {
        page.Open(Entities(FunctionRow.ChangeCaption(row)));
        page.Line("| function | difference | base → new |");
        page.Line("|---|---:|---:|");
        foreach (FunctionShift f in row.Functions.Take(FunctionRow.Most))
            page.Row(f.Name, FunctionRow.Difference(f), FunctionRow.Change(f));
        page.Close();
    }

    private static void WriteHosts(MarkdownPage page, VerdictPage verdict)
    {
        page.Open(Entities($"The hosts differ in {verdict.Hosts.Length} {(verdict.Hosts.Length == 1 ? "fact" : "facts")}"));
        page.Line("| the hosts differ in | base | new |");
        page.Line("|---|---|---|");
        foreach (HostDifference d in verdict.Hosts) page.Row(d.Fact, d.Base, d.New);
        page.Close();
    }

    private static void WriteFindings(MarkdownPage page, VerdictPage verdict)
    {
        string[] grave = [.. verdict.Comparison.Findings.Where(f => f.Severity > Severity.Info).Select(f => f.Id).Distinct()];
        string count = $"{verdict.Findings.Length} {(verdict.Findings.Length == 1 ? "finding" : "findings")}";
        page.Open(Entities(grave.Length > 0 ? $"{count}: {string.Join(", ", grave)}" : count));
        page.Line("| finding | count | id | what |");
        page.Line("|---|---:|---|---|");
        foreach (Finding f in verdict.Findings) page.Row(f.Severity.Name(), f.Count.ToString("N0"), f.Id, f.Text);
        page.Close();
    }

    /// <summary>The same as <see cref="Cell"/> for a text in markup.</summary>
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
