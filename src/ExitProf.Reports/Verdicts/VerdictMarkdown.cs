using System.Text.RegularExpressions;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>A comparison as a comment on a pull request, or as the summary of a job: the verdict first, what explains it folded away.</summary>
public sealed partial class VerdictMarkdown : IVerdictWriter
{
    /// <summary>Invisible: by it a job finds its comment again and edits it instead of adding another.</summary>
    public const string Mark = "<!-- exitprof -->";

    /// <summary>GitHub takes no comment of more than 65,536 characters; beyond this the stages of further rows are left out, and that is said.</summary>
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
        int written = 0;
        Line(Mark);
        Line($"**{Cell(VerdictSentences.Sentence(comparison))}**");
        Line("");
        if (VerdictSentences.Measured(comparison) is { Length: > 0 } measured)
        {
            Line(Cell(measured));
            Line("");
        }
        if (comparison.Rows.Length > 0)
        {
            string[] heads = [VerdictSentences.Units(comparison), "base", "new", "shift", "in %", .. VerdictSentences.IntervalHeads(comparison)];
            Line($"| what | {string.Join(" | ", heads)} | verdict |");
            Line($"|---|{string.Concat(heads.Select(_ => "---:|"))}---|");
        }
        int rows = 0;
        foreach (ComparedRow row in comparison.Rows.TakeWhile(_ => written <= MostCharacters))
        {
            rows++;
            JudgedShift t = row.Total;
            string unit = VerdictSentences.Unit(row);
            Row([VerdictSentences.Name(row) + (unit.Length > 0 ? $" ({unit})" : ""), VerdictSentences.Count(row), VerdictSentences.Value(row, t.Base), VerdictSentences.Value(row, t.New),
                VerdictSentences.Absolute(row), VerdictSentences.Percent(t.Percent.Value), .. VerdictSentences.IntervalCells(comparison, row), VerdictSentences.Words(t)]);
        }
        if (comparison.Rows.Length > 0) Line("");
        if (rows < comparison.Rows.Length)
        {
            Line($"{comparison.Rows.Length - rows} more comparisons are left out: a comment has no room for them.");
            Line("");
        }
        foreach (string gain in comparison.Rows.SelectMany(GainSentences.Sentences)) Line($"- {Cell(gain)}");
        foreach (string tail in VerdictSentences.Tails(comparison)) Line($"- {Cell(tail)}");
        if (comparison.Rows.Any(r => GainSentences.Sentences(r).Count > 0) || VerdictSentences.Tails(comparison).Any()) Line("");
        Line(Cell($"{VerdictSentences.Rule(comparison)} {VerdictSentences.Method(comparison)} {VerdictSentences.Needs(comparison)}".TrimEnd()));
        int left = 0;
        foreach (ComparedRow row in comparison.Rows.Where(VerdictSentences.HasStages))
        {
            if (written > MostCharacters)
            {
                left++;
                continue;
            }
            var moved = row.Stages.Where(s => s.Shift is { Verdict: Verdict.Worse or Verdict.Better }).Select(s => $"{s.Name} {s.Shift!.Verdict.Words()}").ToList();
            Open($"Stages of {VerdictSentences.Name(row)}: {(moved.Count > 0 ? string.Join(", ", moved) : "none is shown to have moved")}");
            Line(Cell(VerdictSentences.StagesOf(row)));
            Line("");
            Line("| stage | group | base | new | shift | interval | verdict |");
            Line("|---|---|---:|---:|---:|---:|---|");
            foreach (ComparedStage stage in row.Stages)
            {
                Row([stage.Name, stage.Group, .. VerdictSentences.StageCells(row, stage)]);
                foreach (ComparedStep step in VerdictSentences.ShownSteps(stage)) Row([$"{stage.Name}: {step.Name}", "", .. VerdictSentences.StepCells(row, step)]);
            }
            if (VerdictSentences.StepsOf(row) is { Length: > 0 } steps)
            {
                Line("");
                Line(Cell(steps));
            }
            Close();
        }
        if (left > 0)
        {
            Line("");
            Line($"The stages of {left} more comparisons are left out: a comment has no room for them.");
        }
        if (comparison.Hosts.Length > 0)
        {
            Open($"The hosts differ in {comparison.Hosts.Length} {(comparison.Hosts.Length == 1 ? "fact" : "facts")}");
            Line("| the hosts differ in | base | new |");
            Line("|---|---|---|");
            foreach (HostDifference d in comparison.Hosts) Row(d.Fact, d.Base.Length > 0 ? d.Base : "unknown", d.New.Length > 0 ? d.New : "unknown");
            Close();
        }
        if (comparison.Findings.Length > 0)
        {
            var grave = comparison.Findings.Where(f => f.Severity > Severity.Info).Select(f => f.Id).Distinct().ToList();
            Open($"{comparison.Findings.Length} {(comparison.Findings.Length == 1 ? "finding" : "findings")}{(grave.Count > 0 ? ": " + string.Join(", ", grave) : "")}");
            Line("| finding | count | id | what |");
            Line("|---|---:|---|---|");
            foreach (Finding f in VerdictSentences.Findings(comparison)) Row(f.Severity.Name(), f.Count.ToString("N0"), f.Id, f.Text);
            Close();
        }

        void Row(params ReadOnlySpan<string> cells)
        {
            var line = new System.Text.StringBuilder("|");
            foreach (string cell in cells) line.Append(' ').Append(Cell(cell)).Append(" |");
            Line(line.ToString());
        }

        void Open(string summary)
        {
            Line("");
            Line($"<details><summary>{Entities(summary)}</summary>");
            Line("");
        }

        void Close()
        {
            Line("");
            Line("</details>");
        }

        void Line(string line)
        {
            written += line.Length + 1;
            writer.Write(line + "\n");
        }
    }

    /// <summary>The same where the text stands in markup.</summary>
    private static string Entities(string text) =>
        string.Concat(VisibleText.Of(text).Select(c => c == '@' ? "@\u2060" : "&<>|`*_[]\\~#!\"'".Contains(c, StringComparison.Ordinal) ? $"&#{(int)c};" : c.ToString()));

    /// <summary>Names come out of a file that anybody may have written: none may end a cell, make a link or a tag, or mention anybody.</summary>
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
    [GeneratedRegex(@"\b(?:https?|ftp|mailto|xmpp)(?=:)|\bwww(?=\.)|\bGH(?=-\d)|\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{4}(?=[0-9a-f]{3,36}\b)", RegexOptions.IgnoreCase)]
    private static partial Regex Link();
}
