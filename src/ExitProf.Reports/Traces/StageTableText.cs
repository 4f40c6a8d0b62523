using ExitProf.Analysis;
using ExitProf.Traces;
using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>The classic table of one subject: its corrected column adds up, row by row, to the untraced mean.</summary>
internal static class StageTableText
{
    private static readonly Style Faint = new(Color.Grey);
    private static readonly Style Strong = new(decoration: Decoration.Bold);

    public static void Write(IAnsiConsole console, Subject subject)
    {
        ConfigurationSummary c = subject.Configuration;
        // Stage and group share a column, so that a step's two event names can run below both.
        int indent = 2 + subject.Rows.SelectMany(s => VisibleText.Fold(s.Name, 24)).Append("probe-indirect").Max(l => l.Length);
        Table table = Plain();
        table.AddColumn(Left("stage".PadRight(indent) + "group"));
        foreach (string name in (string[])["cumulative", "mean", "p50", "p90", "p99", "probe", "corrected"]) table.AddColumn(Right(name));
        table.AddColumn(new TableColumn(new Text("share", Faint)) { Padding = new Padding(0), Alignment = Justify.Right, NoWrap = true });

        double cumulative = 0;
        foreach (StageSummary stage in subject.Rows)
        {
            if (double.IsFinite(subject.Net(stage))) cumulative += subject.Net(stage);
            AddStage(table, subject, stage, cumulative, indent);
        }
        AddTotals(table, subject);
        console.Write(table);
    }

    public static Table Plain() => new() { Border = TableBorder.Simple, BorderStyle = Faint };

    public static TableColumn Left(string name) => new(new Text(name, Faint)) { Padding = new Padding(0, 0, 1, 0) };

    public static TableColumn Right(string name) => new(new Text(name, Faint)) { Padding = new Padding(0, 0, 1, 0), Alignment = Justify.Right, NoWrap = true };

    private static void AddStage(Table table, Subject subject, StageSummary stage, double cumulative, int indent)
    {
        string name = Beside(VisibleText.Fold(stage.Name, 24), VisibleText.Fold(stage.Group, 16), indent);
        if (stage.State == StageState.Absent)
        {
            Add(table, Faint, name, "", Figures.Absent, Figures.Absent, Figures.Absent, Figures.Absent, Figures.Absent, Figures.Absent, Figures.Absent);
            return;
        }
        bool known = subject.ProbeCostKnown;
        string Bounded(double cycles) => Figures.Bounded(stage.Bound, Figures.Cycles(cycles));
        Quantiles q = stage.Cycles;
        Add(table, Strong, name, Figures.Cycles(cumulative), Bounded(q.Mean), Bounded(q.P50), Bounded(q.P90), Bounded(q.P99),
            known ? Figures.Cycles(stage.Probe) : "unknown",
            known ? Figures.Bounded(stage.Bound, Figures.Interval(stage.Corrected)) : Figures.Absent, known ? Figures.Share(stage.Share) : Figures.Absent);
        foreach (StepSummary step in stage.Steps)
        {
            string Of(double cycles) => Figures.Bounded(step.Bound, Figures.Cycles(cycles));
            Add(table, Faint, "  " + Way(step), "", Of(step.Mean), Of(step.P50), "", "", known ? Figures.Cycles(step.Probe) : "", known ? Of(step.Corrected) : "", "");
        }
    }

    private static void AddTotals(Table table, Subject subject)
    {
        ConfigurationSummary c = subject.Configuration;
        table.AddEmptyRow();
        double whole = c.Untraced?.Mean.Mean ?? double.NaN;
        Quantiles t = c.Total;
        Add(table, Style.Plain, "total traced", "", Figures.Cycles(t.Mean), Figures.Cycles(t.P50), Figures.Cycles(t.P90), Figures.Cycles(t.P99), "", "", "");
        Residual("incomplete", Figures.Difference(c.Incomplete.Mean), c.Incomplete.Mean);
        if (subject.HasIdentity)
        {
            if (c.ProbeIndirect is { } indirect) Residual("probe-indirect", Figures.Interval(Minus(indirect)), -indirect.Mean);
            else Residual("probe-indirect", Figures.Absent, double.NaN);
            if (c.Unattributed is { } over) Residual("unattributed", Figures.Interval(over), over.Mean);
            else Residual("unattributed", Figures.Absent, double.NaN);
        }
        if (c.Untraced is { } u)
        {
            Quantiles q = u.Total;
            Add(table, Strong, "untraced", "", Figures.Cycles(u.Mean.Mean), Figures.Cycles(q.P50), Figures.Cycles(q.P90), Figures.Cycles(q.P99), "", Figures.Interval(u.Mean), "100.0 %");
        }
        else Add(table, Style.Plain, "untraced", "", Figures.Absent, Figures.Absent, Figures.Absent, Figures.Absent, "", Figures.Absent, "");

        void Residual(string name, string figure, double cycles) =>
            Add(table, Style.Plain, name, "", "", "", "", "", "", figure, Figures.Share(cycles / whole));
    }

    /// <summary>"sys_exit → vmm:run-returned"; for two stamps of one source "rcu_utilization:start → end".</summary>
    private static string Way(StepSummary step)
    {
        (string from, string to) = (step.From.Name(), step.To.Name());
        int colon = from.IndexOf(':', StringComparison.Ordinal) + 1;
        return colon > 0 && to.StartsWith(from[..colon], StringComparison.Ordinal) ? $"{from} → {to[colon..]}" : $"{from} → {to}";
    }

    private static Estimate Minus(Estimate e) => new(-e.Mean, -e.High, -e.Low);

    private static string Beside(IReadOnlyList<string> left, IReadOnlyList<string> right, int indent)
    {
        var lines = Enumerable.Range(0, Math.Max(left.Count, right.Count))
            .Select(i => (left.ElementAtOrDefault(i) ?? "").PadRight(indent) + right.ElementAtOrDefault(i));
        return string.Join('\n', lines);
    }

    private static void Add(Table table, Style style, params ReadOnlySpan<string> cells)
    {
        var row = new List<Text>();
        foreach (string cell in cells) row.Add(new Text(cell, style));
        table.AddRow(row);
    }
}
