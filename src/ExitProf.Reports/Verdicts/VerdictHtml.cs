using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>A comparison as one page: the verdicts, both sides on one scale, the shift of every stage and of every quantile.</summary>
public sealed class VerdictHtml : IVerdictWriter
{
    string IVerdictWriter.Name => "html";

    string IVerdictWriter.Extension => ".html";

    void IVerdictWriter.Write(Stream stream, ComparisonSummary comparison)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        Write(writer, comparison);
    }

    public static void Write(TextWriter writer, ComparisonSummary comparison)
    {
        string[] names = [.. comparison.Rows.Select(r => r.Scenario.Length > 0 ? r.Scenario : "numbers").Distinct()];
        string needs = VerdictSentences.Needs(comparison);
        bool alone = comparison.Rows.Length == 1;
        var sections = new List<PageSection>();
        if (!alone) sections.Add(new PageSection("totals", "", "", Html.Of($"{HtmlPage.Figure(ShiftForest.Totals(comparison), "t")}{Totals(comparison)}")));
        for (int i = 0; i < comparison.Rows.Length; i++)
        {
            ComparedRow row = comparison.Rows[i];
            Html charts = Charts(row, i + 1, forest: !alone);
            if (alone) sections.Add(new PageSection("row1", "", "", Html.Of($"{First(row, "f")}{Totals(comparison)}{charts}")));
            else if (charts != Html.Empty) sections.Add(new PageSection($"row{i + 1}", $"{VerdictSentences.Name(row)}: {VerdictSentences.Words(row.Total)}", VerdictSentences.Percent(row.Total.Percent.Value), charts));
        }
        sections.Add(new PageSection("basis", "", "", Html.Of($"{Hosts(comparison)}{Findings(comparison)}{Sides(comparison)}")));
        HtmlPage.Write(
            writer,
            $"ExitProf: {string.Join(", ", [comparison.Verdict.Words(), .. names])}",
            Html.Of($"{Reading(comparison)}{(needs.Length > 0 ? Html.Of($"<p class=\"note\">{needs}</p>\n") : Html.Empty)}"),
            sections,
            Html.Of($"""
                <p>{VerdictSentences.Rule(comparison)}</p>
                <p>{VerdictSentences.Method(comparison)}</p>

                """));
    }

    /// <summary>The verdict in one sentence, in its colour.</summary>
    internal static Html Reading(ComparisonSummary comparison) => Html.Of($"<p class=\"reading {Colour(comparison.Verdict)}\">{VerdictSentences.Sentence(comparison)}</p>\n");

    /// <summary>The verdict on a trace, within the page of its report, whose first sentence it is.</summary>
    /// <param name="ordinal">Which trace of the page it is, from 1.</param>
    internal static Html Part(ComparisonSummary comparison, int ordinal)
    {
        string needs = VerdictSentences.Needs(comparison);
        Html first = comparison.Rows.Length == 1 ? First(comparison.Rows[0], $"f{ordinal}") : HtmlPage.Figure(ShiftForest.Totals(comparison), $"t{ordinal}");
        Html charts = Html.Join(comparison.Rows.Select((row, i) => Charts(row, 100 * ordinal + i, forest: comparison.Rows.Length > 1)));
        return Html.Of($"""
            {(needs.Length > 0 ? Html.Of($"<p class=\"note\">{needs}</p>\n") : Html.Empty)}{first}{Totals(comparison)}{charts}
            <p class="faint">{VerdictSentences.Rule(comparison)} {VerdictSentences.Method(comparison)} {VerdictSentences.Measured(comparison)}</p>

            """);
    }

    /// <summary>What moved: each stage and the whole, before every table.</summary>
    private static Html First(ComparedRow row, string id) => VerdictSentences.HasStages(row) ? HtmlPage.Figure(ShiftForest.Stages(row), id) : Html.Empty;

    private static string Colour(Verdict verdict) => verdict switch { Verdict.Worse => "v-worse", Verdict.Better => "v-better", Verdict.Same => "v-same", _ => "v-open" };

    private static Html Totals(ComparisonSummary comparison)
    {
        if (comparison.Rows.IsEmpty) return Html.Empty;
        var rows = comparison.Rows.Select(row =>
        {
            JudgedShift t = row.Total;
            string unit = VerdictSentences.Unit(row);
            return Html.Of($"<tr{HtmlTables.Key(VerdictSentences.Name(row))}><th scope=\"row\">{VerdictSentences.Name(row)}{(unit.Length > 0 ? $" ({unit})" : "")}</th>{Cells([VerdictSentences.Count(row), VerdictSentences.Value(row, t.Base), VerdictSentences.Value(row, t.New), VerdictSentences.Absolute(row), VerdictSentences.Percent(t.Percent.Value), .. VerdictSentences.IntervalCells(comparison, row)])}<td class=\"t {Colour(t.Verdict)}\">{VerdictSentences.Words(t)}</td></tr>\n");
        });
        Html table = HtmlTables.Scroll("Totals", Html.Of($"""
            <table>
            <thead><tr><th scope="col" class="t">what</th>{Heads([VerdictSentences.Units(comparison), "base", "new", "shift", "in %", .. VerdictSentences.IntervalHeads(comparison)])}<th scope="col" class="t">verdict</th></tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """));
        return Html.Join([table, .. VerdictSentences.Tails(comparison).Select(tail => Html.Of($"<p class=\"note\">{tail}</p>\n"))]);
    }

    /// <summary>
    /// The shift of each stage, both sides on one scale, quantiles, the history of the base; empty if nothing is known of any.
    /// </summary>
    /// <param name="ordinal">Unique on the page: its charts are named by it.</param>
    private static Html Charts(ComparedRow row, int ordinal, bool forest = true)
    {
        Html history = HtmlPage.Figure(BaselineHistory.Of(row), $"h{ordinal}");
        Html quantiles = HtmlPage.Figure(QuantileShifts.Of(row), $"q{ordinal}");
        if (!VerdictSentences.HasStages(row)) return Html.Of($"{history}{quantiles}");
        Html shifts = forest ? HtmlPage.Figure(ShiftForest.Stages(row), $"f{ordinal}") : Html.Empty;
        return Html.Of($"""
            {shifts}{HtmlPage.Figure(VerdictWaterfall.Of(row), $"w{ordinal}")}{StageTable(row)}{Gains(row)}
            {quantiles}{history}
            """);
    }

    private static Html StageTable(ComparedRow row)
    {
        var rows = row.Stages.Select(stage =>
        {
            IReadOnlyList<string> cells = VerdictSentences.StageCells(row, stage);
            return Html.Of($"<tr{new Html(stage.Shift is null ? " class=\"absent\"" : "")}{HtmlTables.Key(stage.Name)}><th scope=\"row\">{HtmlTables.Folded(stage.Name)}</th><td class=\"t\">{HtmlTables.Folded(stage.Group)}</td>{Cells([.. cells.SkipLast(1)])}<td class=\"t {(stage.Shift is { } shift ? Colour(shift.Verdict) : "")}\">{cells[^1]}</td></tr>\n{VerdictSentences.ShownSteps(stage).Select(s => StepRow(row, s))}");
        });
        return HtmlTables.Scroll("Stages of " + VerdictSentences.Name(row), Html.Of($"""
            <table>
            <caption>{VerdictSentences.StagesOf(row)}</caption>
            <thead><tr><th scope="col" class="t">stage</th><th scope="col" class="t">group</th>{Heads("base", "new", "shift", "interval")}<th scope="col" class="t">verdict</th></tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """));
    }

    private static Html StepRow(ComparedRow row, ComparedStep step)
    {
        IReadOnlyList<string> cells = VerdictSentences.StepCells(row, step);
        return Html.Of($"<tr class=\"faint\"><th scope=\"row\">\u00a0\u00a0{HtmlTables.Folded(step.Name)}</th><td class=\"t\"></td>{Cells([.. cells.SkipLast(1)])}<td class=\"t\">{cells[^1]}</td></tr>\n");
    }

    private static Html Gains(ComparedRow row) =>
        Html.Join(GainSentences.Sentences(row).Append(VerdictSentences.StepsOf(row)).Where(g => g.Length > 0).Select(g => Html.Of($"<p class=\"note\">{g}</p>\n")));

    private static Html Hosts(ComparisonSummary comparison)
    {
        if (comparison.Hosts.IsEmpty) return Html.Empty;
        var rows = comparison.Hosts.Select(d => Html.Of($"<tr><th scope=\"row\">{d.Fact}</th><td class=\"t w\">{Said(d.Base)}</td><td class=\"t w\">{Said(d.New)}</td></tr>\n"));
        return Html.Of($"<h2>The hosts differ</h2>\n{HtmlTables.Scroll("Hosts", Html.Of($"""
            <table>
            <thead><tr><th scope="col" class="t">fact</th><th scope="col" class="t w">base</th><th scope="col" class="t w">new</th></tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """))}");

        static string Said(string value) => value.Length > 0 ? value : "unknown";
    }

    private static Html Findings(ComparisonSummary comparison) => comparison.Findings.IsEmpty
        ? Html.Of($"<h2>Findings</h2>\n<p>None.</p>\n")
        : Html.Of($"<h2>Findings</h2>\n{HtmlTables.Findings(VerdictSentences.Findings(comparison), "Findings")}");

    private static Html Sides(ComparisonSummary comparison) => Html.Of($"""
        <h2>Sides</h2>
        <dl>
        <dt>base</dt><dd>{string.Join(", ", comparison.Base)}</dd>
        <dt>new</dt><dd>{string.Join(", ", comparison.New)}</dd>
        </dl>

        """);

    private static Html Heads(params string[] names) => Html.Join(names.Select(n => Html.Of($"<th scope=\"col\">{n}</th>")));

    private static Html Cells(params string[] figures) => Html.Join(figures.Select(f => Html.Of($"<td>{f}</td>")));
}
