using ExitProf.Analysis;
using ExitProf.Traces;
using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>The classic table of one subject: its corrected column adds up, row by row, to the untraced mean.</summary>
internal static class StageTableText
{
    private static readonly Style Faint = new(Color.Grey);
    private static readonly Style Strong = new(decoration: Decoration.Bold);

    public static void Write(TextPage page, Subject subject)
    {
        TextTable table = new TextTable("stage")
            .Left("group", leaves: 1)
            .Right("cumulative", leaves: 2)
            .Right("mean")
            .Right("p50", leaves: 6)
            .Right("p90", leaves: 3)
            .Right("p99", leaves: 5)
            .Right("probe", leaves: 4)
            .Right("corrected")
            .Right("share");
        double cumulative = 0;
        foreach (StageSummary stage in subject.Rows)
        {
            if (double.IsFinite(subject.Net(stage))) cumulative += subject.Net(stage);
            AddStage(table, subject, stage, cumulative);
        }
        if (subject.Rows.Any()) table.BlankRow();
        AddTotals(table, subject);
        table.Write(page);
    }

    private static void AddStage(TextTable table, Subject subject, StageSummary stage, double cumulative)
    {
        (TextCell name, TextCell group) = (StageName.Of(stage.Name), StageName.Of(stage.Group));
        if (stage.State == StageState.Absent)
        {
            table.Row(Faint, [name, group, "", .. Enumerable.Repeat<TextCell>(Figures.Absent, 7)]);
            return;
        }
        bool known = subject.ProbeCostKnown;
        string Bounded(double cycles) => Figures.Bounded(stage.Bound, Figures.Cycles(cycles));
        Quantiles q = stage.Cycles;
        table.Row(Strong, name, group, Figures.Cycles(cumulative), Bounded(q.Mean), Bounded(q.P50), Bounded(q.P90), Bounded(q.P99),
            known ? Figures.Cycles(stage.Probe) : "unknown",
            known ? Figures.Bounded(stage.Bound, Figures.Interval(stage.Corrected)) : Figures.Absent,
            known ? Figures.Share(stage.Share) : Figures.Absent);
        foreach (StepSummary step in stage.Steps)
        {
            string Of(double cycles) => Figures.Bounded(step.Bound, Figures.Cycles(cycles));
            (string probe, string corrected) = known ? (Figures.Cycles(step.Probe), Of(step.Corrected)) : ("", "");
            table.Row(Faint, Way(step), "", "", Of(step.Mean), Of(step.P50), "", "", probe, corrected, "");
        }
    }

    private static void AddTotals(TextTable table, Subject subject)
    {
        ConfigurationSummary c = subject.Configuration;
        double whole = c.Untraced?.Mean.Mean ?? double.NaN;
        Quantiles t = c.Total;
        table.Row(Style.Plain, ["total traced", "", "", .. Quantiles(t, t.Mean), "", "", ""]);
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
            table.Row(Strong, ["untraced", "", "", .. Quantiles(u.Total, u.Mean.Mean), "", Figures.Interval(u.Mean), "100.0 %"]);
        }
        else table.Row(Style.Plain, "untraced", "", "", Figures.Absent, Figures.Absent, Figures.Absent, Figures.Absent, "", Figures.Absent, "");

        static TextCell[] Quantiles(Quantiles q, double mean) =>
            [Figures.Cycles(mean), Figures.Cycles(q.P50), Figures.Cycles(q.P90), Figures.Cycles(q.P99)];

        void Residual(string name, string figure, double cycles) =>
            table.Row(Style.Plain, name, "", "", "", "", "", "", "", figure, Figures.Share(cycles / whole));
    }

    /// <summary>
    /// "sys_exit → vmm:run-returned"; for two stamps of one source "rcu_utilization:start → end". Short: "rcu:start → end".
    /// </summary>
    private static TextCell Way(StepSummary step) =>
        new("  " + Way(step.From.Name(), step.To.Name()), Short: "  " + Way(StampShort.Of(step.From), StampShort.Of(step.To)));

    private static string Way(string from, string to)
    {
        int colon = from.IndexOf(':', StringComparison.Ordinal) + 1;
        return colon > 0 && to.StartsWith(from[..colon], StringComparison.Ordinal) ? $"{from} → {to[colon..]}" : $"{from} → {to}";
    }

    private static Estimate Minus(Estimate e) => new(-e.Mean, -e.High, -e.Low);
}
