using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>A comparison as a comment on a pull request, or as the summary of a job.</summary>
public static class VerdictMarkdown
{
    public static void Write(TextWriter writer, ComparisonSummary comparison)
    {
        Line($"**{Cell(VerdictReading.Sentence(comparison))}**");
        Line("");
        string strict = VerdictReading.Confidence(comparison.Gate.Confidence), loose = VerdictReading.Confidence(comparison.Gate.SameConfidence);
        Line($"| what | runs | base | new | shift | in % | {strict} interval | {loose} interval | verdict |");
        Line("|---|---:|---:|---:|---:|---:|---:|---:|---|");
        foreach (ComparedRow row in comparison.Rows)
        {
            JudgedShift t = row.Total;
            string unit = VerdictReading.Unit(row);
            Row(VerdictReading.Name(row) + (unit.Length > 0 ? $" ({unit})" : ""), $"{row.BaseRuns} + {row.NewRuns}", VerdictReading.Value(row, t.Base), VerdictReading.Value(row, t.New),
                VerdictReading.Absolute(row), VerdictReading.Percent(t.Percent.Value), VerdictReading.Range(t.Percent), VerdictReading.Range(t.Equivalence), VerdictReading.Words(t));
        }
        Line("");
        Line(Cell($"{VerdictReading.Rule(comparison)} {VerdictReading.Method(comparison)} {VerdictReading.Needs(comparison)}".TrimEnd()));
        foreach (ComparedRow row in comparison.Rows.Where(VerdictReading.HasStages))
        {
            Line("");
            Line(Cell(VerdictReading.StagesOf(row)));
            Line("");
            Line("| stage | group | base | new | shift | interval | verdict |");
            Line("|---|---|---:|---:|---:|---:|---|");
            foreach (ComparedStage stage in row.Stages) Row([stage.Name, stage.Group, .. VerdictReading.StageCells(row, stage)]);
        }
        if (comparison.Hosts.Length > 0)
        {
            Line("");
            Line("| the hosts differ in | base | new |");
            Line("|---|---|---|");
            foreach (HostDifference d in comparison.Hosts) Row(d.Fact, d.Base.Length > 0 ? d.Base : "unknown", d.New.Length > 0 ? d.New : "unknown");
        }
        if (comparison.Findings.Length > 0)
        {
            Line("");
            Line("| finding | count | id | what |");
            Line("|---|---:|---|---|");
            foreach (Finding f in VerdictReading.Findings(comparison)) Row(f.Severity.Name(), f.Count.ToString("N0"), f.Id, f.Text);
        }

        void Row(params ReadOnlySpan<string> cells)
        {
            var line = new System.Text.StringBuilder("|");
            foreach (string cell in cells) line.Append(' ').Append(Cell(cell)).Append(" |");
            Line(line.ToString());
        }

        void Line(string line) => writer.Write(line + "\n");
    }

    /// <summary>Names come out of a file that anybody may have written: none may end a cell, make a link or a tag, or mention anybody.</summary>
    private static string Cell(string text)
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
        return safe.ToString();
    }
}
