using ExitProf.Analysis;
using ExitProf.Reports.Charts;

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
        int ordinal = 0;
        var sections = comparison.Rows.Select(row => Section(comparison, row, alone: comparison.Rows.Length == 1, ++ordinal)).ToList();
        string needs = VerdictSentences.Needs(comparison);
        HtmlPage.Write(
            writer,
            $"ExitProf: {string.Join(", ", [comparison.Verdict.Words(), .. names])}",
            Html.Of($"<p class=\"reading\">{VerdictSentences.Sentence(comparison)}</p>\n{(needs.Length > 0 ? Html.Of($"<p class=\"note\">{needs}</p>\n") : Html.Empty)}"),
            Html.Of($"""
                <section>
                {(comparison.Rows.Length > 1 ? HtmlPage.Figure(width => Totals(comparison, width)) : Html.Empty)}{Totals(comparison)}</section>
                {sections}<section>
                {Hosts(comparison)}{Findings(comparison)}{Sides(comparison)}</section>

                """),
            Html.Of($"""
                <p>{VerdictSentences.Rule(comparison)}</p>
                <p>{VerdictSentences.Method(comparison)}</p>

                """));
    }

    /// <summary>The verdict on a trace, within the page of its report.</summary>
    /// <param name="ordinal">Of the trace on the page: what its charts are named by.</param>
    internal static Html Part(ComparisonSummary comparison, int ordinal)
    {
        string needs = VerdictSentences.Needs(comparison);
        return Html.Of($"""
            <p class="reading">{VerdictSentences.Sentence(comparison)}</p>
            {(needs.Length > 0 ? Html.Of($"<p class=\"note\">{needs}</p>\n") : Html.Empty)}{Totals(comparison)}{comparison.Rows.Select(row => Charts(row, ordinal))}
            <p class="faint">{VerdictSentences.Rule(comparison)} {VerdictSentences.Method(comparison)} {VerdictSentences.Measured(comparison)}</p>

            """);
    }

    private static SvgPicture? Totals(ComparisonSummary comparison, double width)
    {
        var rows = comparison.Rows.Where(r => !r.Total.InAmounts).Select(r => new ForestRow(VerdictSentences.Name(r), r.Total.Percent, r.Total.Equivalence, r.Total.Margin / Math.Abs(r.Total.Base) * 100, r.Total.Verdict,
            $"{VerdictSentences.Percent(r.Total.Percent.Value)}, {VerdictSentences.Words(r.Total)}", Strong: false)).ToList();
        if (rows.Count == 0) return null;
        return ForestPlot.Draw("Shift of each total", "New minus base, in percent of the base.", "%", rows, t => VerdictSentences.Number(t, 2), width, width < 600 ? "tn" : "tw");
    }

    private static Html Totals(ComparisonSummary comparison)
    {
        if (comparison.Rows.IsEmpty) return Html.Empty;
        string strict = VerdictSentences.Confidence(comparison.Gate.Confidence), loose = VerdictSentences.Confidence(comparison.Gate.SameConfidence);
        var rows = comparison.Rows.Select(row =>
        {
            JudgedShift t = row.Total;
            string unit = VerdictSentences.Unit(row);
            return Html.Of($"<tr><th scope=\"row\">{VerdictSentences.Name(row)}{(unit.Length > 0 ? $" ({unit})" : "")}</th>{Cells(VerdictSentences.Count(row), VerdictSentences.Value(row, t.Base), VerdictSentences.Value(row, t.New), VerdictSentences.Absolute(row), VerdictSentences.Percent(t.Percent.Value), VerdictSentences.Strict(row), VerdictSentences.Loose(row))}<td class=\"t\">{VerdictSentences.Words(t)}</td></tr>\n");
        });
        return HtmlTables.Scroll("Totals", Html.Of($"""
            <table>
            <thead><tr><th scope="col" class="t">what</th>{Heads(VerdictSentences.Units(comparison), "base", "new", "shift", "in %", $"{strict} interval", $"{loose} interval")}<th scope="col" class="t">verdict</th></tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """));
    }

    private static Html Section(ComparisonSummary comparison, ComparedRow row, bool alone, int ordinal)
    {
        Html charts = Charts(row, ordinal);
        if (charts == Html.Empty) return Html.Empty;
        Html heading = alone ? Html.Empty : Html.Of($"<h2>{VerdictSentences.Name(row)}: {VerdictSentences.Words(row.Total)}</h2>\n");
        return Html.Of($"""
            <section>
            {heading}{charts}</section>

            """);
    }

    /// <summary>Both sides on one scale, the shifts of stages and quantiles, the history of the base; empty if nothing is known of any.</summary>
    private static Html Charts(ComparedRow row, int ordinal)
    {
        double margin = row.Total.Margin / Math.Abs(row.Total.Base) * 100;
        Html history = HtmlPage.Figure(width => HistoryChart.Draw(row, width, Id("h", width)));
        Html quantiles = HtmlPage.Figure(width => QuantileShift.Draw(row, margin, width, Id("q", width)));
        if (!VerdictSentences.HasStages(row)) return Html.Of($"{history}{quantiles}");
        return Html.Of($"""
            {history}{HtmlPage.Figure(width => Waterfall.Draw(VerdictPanels.Of(row), row.Hertz, width, Id("w", width)))}
            {HtmlPage.Figure(width => Stages(row, width, Id("f", width)))}
            {StageTable(row)}{Gains(row)}
            {quantiles}
            """);

        string Id(string chart, double width) => $"{chart}{ordinal}{(width < 600 ? "n" : "w")}";
    }

    private static SvgPicture? Stages(ComparedRow row, double width, string id)
    {
        JudgedShift total = row.Total;
        var rows = row.Stages.Where(s => s.Shift != null).Select(s => new ForestRow(s.Name, s.Shift!.Absolute, Scaled(s.Shift), s.Shift.Margin, s.Shift.Verdict,
            $"{VerdictSentences.StageCells(row, s)[2]}, {VerdictSentences.Words(s)}", Strong: false)).ToList();
        rows.Add(new ForestRow(row.Of, total.Absolute, Scaled(total), total.Margin, total.Verdict, $"{VerdictSentences.Absolute(row)}, {VerdictSentences.Words(total)}", Strong: true));
        return ForestPlot.Draw($"{VerdictSentences.Name(row)}: shift of each stage", VerdictSentences.StagesOf(row), VerdictSentences.Unit(row), rows, t => VerdictSentences.Number(t, row.Decimals), width, id);

        // Equivalence is told in percent of the base.
        static Interval Scaled(JudgedShift shift) => shift.Equivalence.Map(p => p / 100 * shift.Base);
    }

    private static Html StageTable(ComparedRow row)
    {
        var rows = row.Stages.Select(stage =>
        {
            IReadOnlyList<string> cells = VerdictSentences.StageCells(row, stage);
            return Html.Of($"<tr{new Html(stage.Shift is null ? " class=\"absent\"" : "")}><th scope=\"row\">{HtmlTables.Folded(stage.Name)}</th><td class=\"t\">{HtmlTables.Folded(stage.Group)}</td>{Cells([.. cells.SkipLast(1)])}<td class=\"t\">{cells[^1]}</td></tr>\n{VerdictSentences.ShownSteps(stage).Select(s => StepRow(row, s))}");
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
        : Html.Of($"<h2>Findings</h2>\n{HtmlTables.Findings(VerdictSentences.Findings(comparison))}");

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
