using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>The tables of the page.</summary>
internal static class HtmlTables
{
    /// <summary>The host fact that is shown only if somebody asks for it.</summary>
    private const string CommandLine = "kernel command line";

    /// <summary>A region that scrolls sideways on a small screen and can be reached by keyboard.</summary>
    public static Html Scroll(string label, Html table) => Html.Of($"<div class=\"scroll\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\">{table}</div>\n");

    /// <summary>All subjects next to the first; where there are more than fit side by side, they are rows.</summary>
    public static Html Comparisons(IReadOnlyList<Subject> subjects)
    {
        var rows = Comparison.Rows(subjects);
        if (subjects.Count > Pictures.MostPanels) return Configurations(subjects, [.. rows.Where(r => r.Cycles.Any(double.IsFinite))]);
        int[] others = [.. Enumerable.Range(1, subjects.Count - 1)];
        Html head = Html.Join(others.Select(i => Html.Of($"<th scope=\"col\">{subjects[i].Label}</th><th scope=\"col\">Δ</th>")));
        return Scroll("Stages of " + string.Join(", ", subjects.Select(s => s.Label)), Html.Of($"""
            <table class="side">
            <thead><tr><th scope="col" class="t">stage</th><th scope="col">{subjects[0].Label}</th>{head}</tr></thead>
            <tbody>
            {rows.Select(Line)}</tbody>
            </table>
            """));

        Html Line(Comparison.Row row)
        {
            Html sum = new(row.IsTotal ? " class=\"sum\"" : "");
            var cells = others.Select(i => Html.Of($"<td>{row.Figure(i)}</td><td class=\"faint\">{row.DifferenceToFirst(i)}</td>"));
            Html name = Html.Of($"<th scope=\"row\">{Folded(row.Name)}</th>");
            return Html.Of($"<tr{sum}{Key(row.Name)}>{name}<td>{row.Figure(0)}</td>{cells}</tr>\n");
        }
    }

    /// <summary>What a row of the table of all configurations leads to.</summary>
    internal static string PartId(int trace, int configuration) => $"t{trace}-{configuration + 1}";

    /// <summary>A row for each configuration, which leads to its own figures.</summary>
    private static Html Configurations(IReadOnlyList<Subject> subjects, IReadOnlyList<Comparison.Row> columns)
    {
        var ordinals = subjects.Select(s => s.Trace).Distinct(ReferenceEqualityComparer.Instance).ToList();
        Comparison.Row cost = columns.LastOrDefault(c => c.IsTotal) ?? columns[^1];
        var lines = subjects.Select((subject, i) =>
        {
            int trace = ordinals.FindIndex(t => ReferenceEquals(t, subject.Trace)), own = subjects.Take(i).Count(IsOfTrace);
            string target = subjects.Count(IsOfTrace) > 1 ? PartId(trace + 1, own) : $"t{trace + 1}";
            var cells = columns.Select(c => Html.Of($"<td>{c.Figure(i)}</td>"));
            Html link = Html.Of($"<th scope=\"row\"><a href=\"#{target}\">{subject.Label}</a></th>");
            return Html.Of($"<tr>{link}{cells}<td class=\"faint\">{cost.DifferenceToFirst(i)}</td></tr>\n");

            bool IsOfTrace(Subject other) => ReferenceEquals(other.Trace, subject.Trace);
        });
        Html filter = subjects.Count > 12 ? Html.Of($"<div class=\"filter\"></div>\n") : Html.Empty;
        string scenarios = string.Join(", ", subjects.Select(s => VisibleText.Of(s.Trace.Header.Scenario)).Distinct());
        var heads = columns.Select(c => Html.Of($"<th scope=\"col\">{Folded(c.Name)}</th>"));
        return Html.Of($"{filter}{Scroll($"All {subjects.Count} configurations of {scenarios}", Html.Of($"""
            <table class="side">
            <thead><tr><th scope="col" class="t">configuration</th>{heads}<th scope="col">Δ</th></tr></thead>
            <tbody>
            {lines}</tbody>
            </table>
            """))}");
    }

    /// <summary>What lights up together with the row.</summary>
    internal static Html Key(string name) => Html.Of($" data-k=\"{name}\"");

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
            <thead><tr><th scope="col" class="t">stage</th>{Heads("corrected", "share", "cumulative", "mean", "p50", "p90", "p99", "probe")}<th scope="col" class="t">group</th></tr></thead>
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
            <thead><tr><th scope="col" class="t">unit of work</th>{Heads(WorkSentences.Columns(subjects[0].Trace.Header.Clock))}</tr></thead>
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
        var rows = VcpuSentences.Rows(subject).Select(r => Html.Of($"<tr{Key(r.Name)}><th scope=\"row\">{Folded(r.Name)}</th>{Cells([.. r.Figures])}</tr>\n")).ToList();
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
        Html[] rows = [.. subject.Configuration.Stages.SelectMany(stage => stage.Steps.Select((s, i) => Step(subject, stage, s, i == 0)))];
        if (rows.Length == 0) return Html.Empty;
        return Html.Of($"""
            <details><summary>Steps of each stage: {rows.Length}, from event to event</summary>
            {Scroll("Steps of " + subject.Label, Html.Of($"""
            <table>
            <thead><tr><th scope="col" class="t">stage</th><th scope="col" class="t w">step</th><th scope="col" class="t">from → to</th>{Heads("mean", "p50", "probe", "corrected")}</tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """))}</details>

            """);
    }

    /// <param name="first">Whether the row has the stage's name, for all of its steps.</param>
    private static Html Step(Subject subject, StageSummary stage, StepSummary step, bool first)
    {
        bool known = subject.ProbeCostKnown;
        Html name = first ? Html.Of($"<th scope=\"rowgroup\" rowspan=\"{stage.Steps.Length}\">{Folded(stage.Name)}</th>") : Html.Empty;
        Html way = Html.Of($"<td class=\"t w\">{step.Name}</td><td class=\"t\">{step.From.Name()} → {step.To.Name()}</td>");
        string probe = known ? Figures.Cycles(step.Probe) : "unknown", corrected = known ? Of(step.Corrected) : Figures.Absent;
        return Html.Of($"<tr{Key(stage.Name)}>{name}{way}{Cells(Of(step.Mean), Of(step.P50), probe, corrected)}</tr>\n");

        string Of(double cycles) => Figures.Bounded(step.Bound, Figures.Cycles(cycles));
    }

    public static Html Totals(Subject subject)
    {
        ConfigurationSummary c = subject.Configuration;
        Html Row(string name, Quantiles q, string mean)
        {
            string[] quantiles = [.. new[] { q.Min, q.P50, q.P90, q.P99, q.Max }.Select(Figures.Cycles)];
            return Html.Of($"<tr{Key(name)}><th scope=\"row\">{name}</th>{Cells([q.Exits.ToString("N0"), mean, .. quantiles])}</tr>\n");
        }
        Html untraced = c.Untraced is { } u ? Row("untraced", u.Total, Figures.Interval(u.Mean))
            : Html.Of($"<tr class=\"absent\"><th scope=\"row\">untraced</th>{Cells(["0", .. Enumerable.Repeat(Figures.Absent, 6)])}</tr>\n");
        return Scroll("Totals of " + subject.Label, Html.Of($"""
            <table>
            <caption>Whole exits, in {subject.Unit}</caption>
            <thead><tr><th scope="col" class="t">total</th>{Heads("exits", "mean", "min", "p50", "p90", "p99", "max")}</tr></thead>
            <tbody>
            {untraced}{Row("traced", c.Total, Figures.Cycles(c.Total.Mean))}</tbody>
            </table>
            """));
    }

    public static Html Findings(IEnumerable<Finding> findings, string label, bool explained = true)
    {
        Html Text(string text) => explained ? Glossary.Linked(text) : Html.Of($"{text}");
        var rows = findings.Select(f =>
            Html.Of($"<tr><td class=\"t lead\"><span class=\"{f.Severity.Name()}\">{f.Severity.Name()}</span></td><td>{f.Count}</td><td class=\"t w\"><code>{f.Id}</code> {Text(f.Text)}</td></tr>\n"));
        return Scroll(label, Html.Of($"""
            <table>
            <thead><tr><th scope="col" class="t">severity</th><th scope="col">count</th><th scope="col" class="t w">finding</th></tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """));
    }

    /// <summary>What was recorded, and how.</summary>
    public static Html Facts(TraceSummary trace)
    {
        TraceHeader header = trace.Header;
        var settings = from c in trace.Configurations
                       let values = c.Configuration.Settings.Select(s => $"{s.Name}={s.Value}")
                       select new Fact(c.Configuration.Name, string.Join(", ", values));
        Fact[] recording =
        [
            new("file", $"{trace.File}, {trace.Bytes:N0} bytes"),
            new("source", header.Source.Name),
            new("recorded", Date(trace.RecordedUtc)),
            new("seed", header.Seed.ToString()),
        ];
        if (header.Clock.Unit == ClockUnit.Instructions) recording = [.. recording, .. Outside(trace)];
        return Html.Of($"{List([.. settings, .. recording])}");
    }

    /// <summary>What is not the guest's of an emulated host.</summary>
    private static IEnumerable<Fact> Outside(TraceSummary trace)
    {
        // Without an outer machine the date above is the guest's.
        yield return new Fact("guest's date", Date(trace.Header.StartUtc));
        if (trace.Outer is { } outer)
        {
            yield return new Fact("emulator", outer.Emulator);
            yield return new Fact("CPU outside", outer.Cpu);
        }
        if (trace.Identity.Length > 0) yield return new Fact("identity", trace.Identity);
    }

    private static string Date(DateTime utc) => utc.ToString("yyyy-MM-dd HH:mm:ss 'UTC'");

    /// <summary>Each host of the traces once, with the scenarios that were recorded on it.</summary>
    public static IReadOnlyList<IGrouping<string, TraceSummary>> HostsOf(IReadOnlyList<TraceSummary> traces) =>
        [.. traces.GroupBy(t => string.Join('\n', t.Header.Host.Where(f => f.Name != CommandLine).Select(f => $"{f.Name}\t{f.Value}")))];

    public static Html Hosts(IReadOnlyList<TraceSummary> traces, bool commandLine)
    {
        var hosts = HostsOf(traces);
        return Html.Join(hosts.Select(host =>
        {
            TraceSummary first = host.First();
            Fact[] facts = [.. first.Header.Host.Where(f => commandLine || f.Name != CommandLine)];
            string of = hosts.Count == 1 ? "" : $" ({string.Join(", ", host.Select(t => VisibleText.Of(t.Header.Scenario)).Distinct())})";
            Html left = facts.Length < first.Header.Host.Length ? Html.Of($"<p class=\"faint\">The kernel's command line is left out: <code>exitprof report --command-line</code> shows it.</p>\n") : Html.Empty;
            Html list = facts.Length == 0
                ? Html.Of($"<p class=\"faint\">Not recorded.</p>\n")
                : HtmlPage.Fold($"{Figures.Count(facts.Length, "fact")} of this host", Html.Of($"{left}{List(facts)}"), printed: false);
            return Html.Of($"<p>{TraceSentences.Machine(first)}{of}</p>\n{list}");
        }));
    }

    private static Html List(IEnumerable<Fact> facts)
    {
        var items = facts.Select(f => Html.Of($"<dt>{f.Name}</dt><dd>{(f.Value.Length > 0 ? f.Value : "–")}</dd>\n")).ToList();
        return items.Count == 0 ? Html.Of($"<p class=\"faint\">Not recorded.</p>\n") : Html.Of($"<dl>\n{items}</dl>\n");
    }

    private static Html Stage(Subject subject, StageSummary stage, double cumulative)
    {
        Html head = Html.Of($"<th scope=\"row\"><span class=\"group\">{Swatch(stage)}{Folded(stage.Name)}</span></th>");
        Html group = Html.Of($"<td class=\"t\">{Folded(stage.Group)}</td>");
        if (stage.State == StageState.Absent)
        {
            return Html.Of($"<tr class=\"absent\"{Key(stage.Name)}>{head}{Cells([.. Enumerable.Repeat(Figures.Absent, 8)])}{group}</tr>\n");
        }
        bool known = subject.ProbeCostKnown;
        string Of(double cycles) => Figures.Bounded(stage.Bound, Figures.Cycles(cycles));
        Quantiles q = stage.Cycles;
        string corrected = known ? Figures.Bounded(stage.Bound, Figures.Interval(stage.Corrected)) : Figures.Absent;
        string probe = known ? Figures.Cycles(stage.Probe) : "unknown", share = known ? Figures.Share(stage.Share) : Figures.Absent;
        string[] quantiles = [Of(q.Mean), Of(q.P50), Of(q.P90), Of(q.P99)];
        return Html.Of($"<tr{Key(stage.Name)}>{head}{Cells([corrected, share, Figures.Cycles(cumulative), .. quantiles, probe])}{group}</tr>\n");
    }

    /// <summary>The rows that lead from the stages to the untraced mean.</summary>
    private static Html Rest(Subject subject)
    {
        ConfigurationSummary c = subject.Configuration;
        double whole = c.Untraced?.Mean.Mean ?? double.NaN;
        Html Row(string type, string name, string figure, double cycles)
        {
            Html key = Key(name.Replace(" mean", "", StringComparison.Ordinal));
            Html cells = Html.Of($"{Cells(figure, Figures.Share(cycles / whole))}<td colspan=\"7\"></td>");
            return Html.Of($"<tr class=\"{type}\"{key}><th scope=\"row\">{name}</th>{cells}</tr>\n");
        }
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

    /// <summary>The colours of the charts.</summary>
    private static Html Swatch(StageSummary stage) => Html.Join(Palette.Bands(StageWaterfall.Groups(stage)).Select(g => Html.Of($"<i class=\"g-{g}\"></i>")));

    /// <summary>A merged name may break behind its plus signs.</summary>
    public static Html Folded(string name) =>
        Html.Join(VisibleText.Fold(name, 18).Select((line, i) => i == 0 ? Html.Of($"{line}") : Html.Of($"<br>{line}")));

    private static Html Heads(params string[] names) => Html.Join(names.Select(n => Html.Of($"<th scope=\"col\">{n}</th>")));

    private static Html Cells(params string[] figures) => Html.Join(figures.Select(f => Html.Of($"<td>{f}</td>")));
}
