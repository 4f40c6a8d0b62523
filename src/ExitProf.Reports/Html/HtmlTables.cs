using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>The tables of the page.</summary>
internal static class HtmlTables
{
    /// <summary>A region that scrolls sideways on a small screen and can be reached by keyboard.</summary>
    public static Html Scroll(string label, Html table) => Html.Of($"<div class=\"scroll\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\">{table}</div>\n");

    /// <summary>All subjects beside the first, in as many tables as it takes for each to fit on a sheet of paper.</summary>
    public static Html Comparisons(IReadOnlyList<Subject> subjects)
    {
        const int beside = 5;
        var rows = Comparison.Rows(subjects);
        var tables = new List<Html>();
        for (int from = 1; from < subjects.Count; from += beside)
        {
            int[] others = [.. Enumerable.Range(from, Math.Min(beside, subjects.Count - from))];
            Html head = Html.Join(others.Select(i => Html.Of($"<th scope=\"col\">{subjects[i].Label}</th><th scope=\"col\">Δ</th>")));
            var lines = rows.Select(r => Html.Of($"<tr{new Html(r.IsTotal ? " class=\"sum\"" : "")}><th scope=\"row\">{Folded(r.Name)}</th><td>{r.Figure(0)}</td>{others.Select(i => Html.Of($"<td>{r.Figure(i)}</td><td class=\"faint\">{r.DifferenceToFirst(i)}</td>"))}</tr>\n"));
            string label = "Stages of all configurations" + (subjects.Count > beside + 1 ? $", part {tables.Count + 1}" : "");
            tables.Add(Scroll(label, Html.Of($"""
                <table class="side">
                <thead><tr><th scope="col" class="t">stage</th><th scope="col">{subjects[0].Label}</th>{head}</tr></thead>
                <tbody>
                {lines}</tbody>
                </table>
                """)));
        }
        return Html.Join(tables);
    }

    public static Html Stages(Subject subject)
    {
        ConfigurationSummary c = subject.Configuration;
        if (c.Stages.IsEmpty) return Html.Of($"<p>No complete exit was recorded, so there are no stages.</p>\n");
        var rows = new List<Html>();
        double cumulative = 0;
        foreach (StageSummary stage in subject.Rows)
        {
            if (double.IsFinite(subject.Net(stage))) cumulative += subject.Net(stage);
            rows.Add(Stage(subject, stage, cumulative));
        }
        return Scroll("Stages of " + subject.Label, Html.Of($"""
            <table>
            <caption>Stages of a complete exit, in {subject.Unit}</caption>
            <thead><tr><th scope="col" class="t">stage</th><th scope="col" class="t">group</th>{Heads("cumulative", "mean", "p50", "p90", "p99", "probe", "corrected", "share")}</tr></thead>
            <tbody>
            {rows}{Rest(subject)}</tbody>
            </table>
            """));
    }

    /// <summary>Units of guest work, a row for each configuration; empty if there are none.</summary>
    public static Html Work(IReadOnlyList<Subject> subjects)
    {
        var rows = subjects.Where(s => s.Configuration.Work != null)
            .Select(s => Html.Of($"<tr><th scope=\"row\">{s.Label}</th>{Cells(WorkSentences.Row(s, s.Configuration.Work!))}</tr>\n")).ToList();
        if (rows.Count == 0) return Html.Empty;
        return Scroll("Guest work", Html.Of($"""
            <table>
            <caption>Guest work against exits</caption>
            <thead><tr><th scope="col" class="t">unit of work</th>{Heads([.. WorkSentences.Columns])}</tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """));
    }

    /// <summary>A sweep of several settings; empty if the trace has none.</summary>
    public static Html Grid(TraceSummary trace)
    {
        if (SweepGrid.Of(trace) is not { } grid) return Html.Empty;
        var rows = grid.Rows.Select(r => Html.Of($"<tr><th scope=\"row\">{GridSentences.Row(r.Name)}</th>{Cells([.. r.Cells.Select(GridSentences.Cell)])}</tr>\n"));
        return Scroll("All combinations of the settings", Html.Of($"""
            <table>
            <caption>{GridSentences.Caption(grid, trace.Header.Clock.Symbol)}</caption>
            <thead><tr><th scope="col" class="t">settings</th>{Heads([.. grid.Columns.Select(c => VisibleText.Of($"{grid.Across}={c}"))])}</tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """));
    }

    /// <summary>The vCPUs of a configuration, one beside the other; empty if there is one.</summary>
    public static Html Vcpus(Subject subject)
    {
        if (subject.Configuration.Vcpus.IsEmpty) return Html.Empty;
        var rows = VcpuSentences.Rows(subject).Select(r => Html.Of($"<tr><th scope=\"row\">{Folded(r.Name)}</th>{Cells([.. r.Figures])}</tr>\n")).ToList();
        return Scroll("vCPUs of " + subject.Label, Html.Of($"""
            <table>
            <caption>{VcpuSentences.Caption}, in {subject.Unit}</caption>
            <thead><tr><th scope="col" class="t">stage</th>{Heads([.. VcpuSentences.Columns(subject)])}</tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """));
    }

    public static Html Steps(Subject subject)
    {
        var rows = new List<Html>();
        foreach (StageSummary stage in subject.Configuration.Stages)
        {
            bool first = true;
            foreach (StepSummary step in stage.Steps)
            {
                string Of(double cycles) => Figures.Bounded(step.Bound, Figures.Cycles(cycles));
                bool known = subject.ProbeCostKnown;
                Html name = first ? Html.Of($"<th scope=\"rowgroup\" rowspan=\"{stage.Steps.Length}\">{Folded(stage.Name)}</th>") : Html.Empty;
                rows.Add(Html.Of($"<tr>{name}<td class=\"t w\">{step.Name}</td><td class=\"t\">{step.From.Name()} → {step.To.Name()}</td>{Cells(Of(step.Mean), Of(step.P50), known ? Figures.Cycles(step.Probe) : "unknown", known ? Of(step.Corrected) : Figures.Absent)}</tr>\n"));
                first = false;
            }
        }
        if (rows.Count == 0) return Html.Empty;
        return Html.Of($"""
            <details><summary>Steps of each stage: {rows.Count}, from event to event</summary>
            {Scroll("Steps of " + subject.Label, Html.Of($"""
            <table>
            <thead><tr><th scope="col" class="t">stage</th><th scope="col" class="t w">step</th><th scope="col" class="t">from → to</th>{Heads("mean", "p50", "probe", "corrected")}</tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """))}</details>

            """);
    }

    public static Html Totals(Subject subject)
    {
        ConfigurationSummary c = subject.Configuration;
        Html Row(string name, Quantiles q, string mean) =>
            Html.Of($"<tr><th scope=\"row\">{name}</th>{Cells(q.Exits.ToString("N0"), mean, Figures.Cycles(q.Min), Figures.Cycles(q.P50), Figures.Cycles(q.P90), Figures.Cycles(q.P99), Figures.Cycles(q.Max))}</tr>\n");
        Html untraced = c.Untraced is { } u ? Row("untraced", u.Total, Figures.Interval(u.Mean))
            : Html.Of($"<tr class=\"absent\"><th scope=\"row\">untraced</th>{Cells("0", Figures.Absent, Figures.Absent, Figures.Absent, Figures.Absent, Figures.Absent, Figures.Absent)}</tr>\n");
        return Scroll("Totals of " + subject.Label, Html.Of($"""
            <table>
            <caption>Whole exits, in {subject.Unit}</caption>
            <thead><tr><th scope="col" class="t">total</th>{Heads("exits", "mean", "min", "p50", "p90", "p99", "max")}</tr></thead>
            <tbody>
            {untraced}{Row("traced", c.Total, Figures.Cycles(c.Total.Mean))}</tbody>
            </table>
            """));
    }

    /// <param name="high">Whether the heading stands directly below the title of the page.</param>
    public static Html Findings(TraceSummary trace, bool high)
    {
        IReadOnlyList<Finding> findings = VerdictSentences.Findings(trace);
        if (findings.Count == 0) return Html.Of($"{Heading("Findings", high)}<p>None.</p>\n");
        return Html.Of($"{Heading("Findings", high)}{Findings(findings.OrderByDescending(f => f.Severity))}");
    }

    public static Html Findings(IEnumerable<Finding> findings)
    {
        var rows = findings.Select(f =>
            Html.Of($"<tr><td class=\"t lead\"><span class=\"{f.Severity.Name()}\">{f.Severity.Name()}</span></td><td>{f.Count}</td><td class=\"t w\"><code>{f.Id}</code> {f.Text}</td></tr>\n"));
        return Scroll("Findings", Html.Of($"""
            <table>
            <thead><tr><th scope="col" class="t">severity</th><th scope="col">count</th><th scope="col" class="t w">finding</th></tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """));
    }

    public static Html Facts(TraceSummary trace, bool high)
    {
        TraceHeader header = trace.Header;
        var settings = trace.Configurations.Select(c => new Fact(c.Configuration.Name, string.Join(", ", c.Configuration.Settings.Select(s => $"{s.Name}={s.Value}"))));
        Fact[] recording =
        [
            new("file", $"{trace.File}, {trace.Bytes:N0} bytes"), new("source", header.Source.Name), new("recorded", header.StartUtc.ToString("yyyy-MM-dd HH:mm:ss 'UTC'")),
            new("seed", header.Seed.ToString()),
        ];
        return Html.Of($"{Heading("Settings", high)}{List(settings)}{Heading("Recording", high)}{List(recording)}{Heading("Host", high)}{List(header.Host)}");
    }

    private static Html Heading(string name, bool high) => high ? Html.Of($"<h2 class=\"part\">{name}</h2>\n") : Html.Of($"<h3>{name}</h3>\n");

    private static Html List(IEnumerable<Fact> facts)
    {
        var items = facts.Select(f => Html.Of($"<dt>{f.Name}</dt><dd>{(f.Value.Length > 0 ? f.Value : "–")}</dd>\n")).ToList();
        return items.Count == 0 ? Html.Of($"<p class=\"faint\">Not recorded.</p>\n") : Html.Of($"<dl>\n{items}</dl>\n");
    }

    private static Html Stage(Subject subject, StageSummary stage, double cumulative)
    {
        Html head = Html.Of($"<th scope=\"row\">{Folded(stage.Name)}</th><td class=\"t\"><span class=\"group\" style=\"{Swatch(stage)}\">{Folded(stage.Group)}</span></td>");
        if (stage.State == StageState.Absent)
        {
            return Html.Of($"<tr class=\"absent\">{head}{Cells("", Figures.Absent, Figures.Absent, Figures.Absent, Figures.Absent, Figures.Absent, Figures.Absent, Figures.Absent)}</tr>\n");
        }
        bool known = subject.ProbeCostKnown;
        string Of(double cycles) => Figures.Bounded(stage.Bound, Figures.Cycles(cycles));
        Quantiles q = stage.Cycles;
        string corrected = known ? Figures.Bounded(stage.Bound, Figures.Interval(stage.Corrected)) : Figures.Absent;
        return Html.Of($"<tr>{head}{Cells(Figures.Cycles(cumulative), Of(q.Mean), Of(q.P50), Of(q.P90), Of(q.P99), known ? Figures.Cycles(stage.Probe) : "unknown", corrected, known ? Figures.Share(stage.Share) : Figures.Absent)}</tr>\n");
    }

    /// <summary>The rows that lead from the stages to the untraced mean.</summary>
    private static Html Rest(Subject subject)
    {
        ConfigurationSummary c = subject.Configuration;
        double whole = c.Untraced?.Mean.Mean ?? double.NaN;
        Html Row(string type, string name, string figure, double cycles) =>
            Html.Of($"<tr class=\"{type}\"><th scope=\"row\" colspan=\"2\">{name}</th>{Cells("", "", "", "", "", "", figure, Figures.Share(cycles / whole))}</tr>\n");
        double indirect = c.ProbeIndirect?.Mean ?? double.NaN;
        string untraced = c.Untraced is { } u ? Figures.Interval(u.Mean) : Figures.Absent;
        string half = c.ProbeIndirect is { } e && double.IsFinite(Figures.HalfWidth(e)) ? " ± " + Figures.Cycles(Figures.HalfWidth(e)) : "";
        Html first = Row("rest first", "incomplete", Figures.Difference(c.Incomplete.Mean), c.Incomplete.Mean);
        Html[] identity =
        [
            Row("rest", "probe-indirect", Figures.Difference(-indirect) + half, -indirect),
            Row("rest", "unattributed", c.Unattributed is { } over ? Figures.Interval(over) : Figures.Absent, c.Unattributed?.Mean ?? double.NaN),
        ];
        return Html.Join([first, .. subject.HasIdentity ? identity : [], Row("sum", "untraced mean", untraced, whole)]);
    }

    /// <summary>The colour of the charts; of a merged group, one stripe for each.</summary>
    private static string Swatch(StageSummary stage)
    {
        string[] parts = Charts.WaterfallPanel.Groups(stage).Split('+');
        var stops = parts.Select((g, i) => $"var(--f-{g}) {100 * i / parts.Length}% {100 * (i + 1) / parts.Length}%");
        return $"--swatch:linear-gradient(90deg,{string.Join(',', stops)})";
    }

    /// <summary>A merged name may break behind its plus signs.</summary>
    public static Html Folded(string name) => Html.Join(VisibleText.Fold(name, 18).Select((line, i) => i == 0 ? Html.Of($"{line}") : Html.Of($"<br>{line}")));

    private static Html Heads(params string[] names) => Html.Join(names.Select(n => Html.Of($"<th scope=\"col\">{n}</th>")));

    private static Html Cells(params string[] figures) => Html.Join(figures.Select(f => Html.Of($"<td>{f}</td>")));
}
