using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>A comparison as one page: the verdicts, both sides on one scale, the shift of every stage and of every quantile.</summary>
public sealed class VerdictHtml : IVerdictWriter
{
    string IVerdictWriter.Name => "html";

    string IVerdictWriter.Extension => ".html";

    void IVerdictWriter.Write(Stream stream, VerdictPage page)
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        Write(writer, page);
    }

    public static void Write(TextWriter writer, ComparisonSummary comparison) => Write(writer, new VerdictPage(comparison));

    private static void Write(TextWriter writer, VerdictPage page)
    {
        ComparisonSummary comparison = page.Comparison;
        string[] names = [.. comparison.Rows.Select(r => r.Scenario.Length > 0 ? r.Scenario : "numbers").Distinct()];
        HtmlPage.Write(
            writer,
            $"ExitProf: {string.Join(", ", [comparison.Verdict.Words(), .. names])}",
            Html.Of($"{Reading(page)}{Notes([page.Needs])}"),
            [.. Sections(page)],
            Html.Of($"""
                <p>{page.Rule}</p>
                <p>{page.Method}</p>
                {Glossary.OfVerdicts}
                """));
    }

    private static IEnumerable<PageSection> Sections(VerdictPage page)
    {
        bool alone = page.Rows.Length == 1;
        if (!alone)
        {
            Html forest = HtmlPage.Figure(ShiftForest.Totals(page.Comparison), "t");
            yield return new PageSection("totals", "", "", Html.Of($"{forest}{Totals(page)}"));
        }
        foreach ((int i, VerdictPageRow row) in page.Rows.Index())
        {
            Html charts = Charts(row, i + 1, forest: !alone);
            if (alone) yield return new PageSection("row1", "", "", Html.Of($"{First(page, "f")}{Totals(page)}{charts}"));
            else if (charts != Html.Empty)
            {
                string percent = VerdictSentences.Percent(row.Compared.Total.Percent.Value);
                yield return new PageSection($"row{i + 1}", $"{row.Name}: {row.Words}", percent, charts);
            }
        }
        yield return new PageSection("basis", "", "", Html.Of($"{Hosts(page)}{Findings(page)}{Sides(page)}"));
    }

    /// <summary>The verdict in one sentence, in its colour.</summary>
    internal static Html Reading(VerdictPage page) =>
        Html.Of($"<p class=\"reading {Colour(page.Comparison.Verdict)}\">{page.Sentence}</p>\n");

    /// <summary>The verdict on a trace, within the page of its report, whose first sentence it is.</summary>
    /// <param name="ordinal">Which trace of the page it is, from 1.</param>
    /// <param name="tree">Whether what moved is drawn as a tree too.</param>
    internal static Html Part(VerdictPage page, int ordinal, bool tree)
    {
        bool alone = page.Rows.Length == 1;
        Html first = alone ? First(page, $"f{ordinal}") : HtmlPage.Figure(ShiftForest.Totals(page.Comparison), $"t{ordinal}");
        Html charts = Html.Join(page.Rows.Select((row, i) => Charts(row, 100 * ordinal + i, forest: !alone, tree)));
        return Html.Of($"""
            {Notes([page.Needs])}{first}{Totals(page)}{charts}
            <p class="faint">{page.Rule} {page.Method} {page.Measured}</p>

            """);
    }

    /// <summary>What moved in the only row, before every table: each stage and the whole; of numbers the whole alone.</summary>
    private static Html First(VerdictPage page, string id) => HtmlPage.Figure(
        page.Rows[0].Stages.Length > 0 ? ShiftForest.Stages(page.Rows[0].Compared) : ShiftForest.Totals(page.Comparison), id);

    private static string Colour(Verdict verdict) => verdict switch
    {
        Verdict.Worse => "v-worse",
        Verdict.Better => "v-better",
        Verdict.Same => "v-same",
        _ => "v-open",
    };

    private static Html Totals(VerdictPage page)
    {
        if (page.Rows.IsEmpty) return Html.Empty;
        Html rows = Html.Join(page.Rows.Select(row => Html.Of(
            $"<tr{HtmlTables.Key(row.Name)}><th scope=\"row\">{row.What}</th>{Verdict(row)}{Cells(row.Figures)}</tr>\n")));
        Html table = HtmlTables.Scroll("Totals", Html.Of($"""
            <table>
            <thead><tr><th scope="col" class="t">what</th><th scope="col" class="t">verdict</th>{Heads(page.Heads)}</tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """));
        return Html.Of($"{table}{Notes(page.Tails)}");

        static Html Verdict(VerdictPageRow row) => Html.Of($"<td class=\"t {Colour(row.Compared.Total.Verdict)}\">{row.Words}</td>");
    }

    /// <summary>
    /// The shift of each stage, both sides on one scale, quantiles, the history of the base; empty if nothing is known of any.
    /// </summary>
    /// <param name="ordinal">Unique on the page: its charts are named by it.</param>
    private static Html Charts(VerdictPageRow row, int ordinal, bool forest = true, bool tree = true)
    {
        Html history = HtmlPage.Figure(BaselineHistory.Of(row.Compared), $"h{ordinal}");
        Html quantiles = HtmlPage.Figure(QuantileShifts.Of(row.Compared), $"q{ordinal}");
        if (row.Stages.IsEmpty) return Html.Of($"{history}{quantiles}");
        Html shifts = forest ? HtmlPage.Figure(ShiftForest.Stages(row.Compared), $"f{ordinal}") : Html.Empty;
        Html waterfall = HtmlPage.Figure(VerdictWaterfall.Of(row.Compared), $"w{ordinal}");
        Html moved = tree ? HtmlPage.Figure(Pictures.Moved(row.Compared), $"m{ordinal}") : Html.Empty;
        return Html.Of($"""
            {shifts}{waterfall}{StageTable(row)}{FunctionHtml.Of(row.Compared)}{Notes(row.Gains.Append(row.StepsNote))}{moved}
            {quantiles}{history}
            """);
    }

    private static Html StageTable(VerdictPageRow row) => HtmlTables.Scroll("Stages of " + row.Name, Html.Of($"""
        <table>
        <caption>{row.StagesCaption}</caption>
        <thead><tr><th scope="col" class="t">stage</th><th scope="col" class="t">verdict</th>{Heads(VerdictPageRow.StageHeads)}<th scope="col" class="t">group</th></tr></thead>
        <tbody>
        {row.Stages.Select(StageRows)}</tbody>
        </table>
        """));

    private static Html StageRows(VerdictPageStage stage)
    {
        Html absent = new(stage.Compared.Shift is null ? " class=\"absent\"" : "");
        string name = stage.Compared.Name, colour = stage.Compared.Shift is { } shift ? Colour(shift.Verdict) : "";
        Html heads = Html.Of($"<th scope=\"row\">{HtmlTables.Folded(name)}</th><td class=\"t {colour}\">{stage.Words}</td>");
        Html group = Html.Of($"<td class=\"t\">{HtmlTables.Folded(stage.Compared.Group)}</td>");
        return Html.Of($"<tr{absent}{HtmlTables.Key(name)}>{heads}{Cells(stage.Figures)}{group}</tr>\n{stage.Steps.Select(StepRow)}");
    }

    private static Html StepRow(VerdictPageStep step)
    {
        Html name = Html.Of($"<th scope=\"row\">\u00a0\u00a0{HtmlTables.Folded(step.Compared.Name)}</th>");
        return Html.Of($"<tr class=\"faint\">{name}<td class=\"t\">{step.Words}</td>{Cells(step.Figures)}<td class=\"t\"></td></tr>\n");
    }

    private static Html Hosts(VerdictPage page)
    {
        if (page.Hosts.IsEmpty) return Html.Empty;
        Html rows = Html.Join(page.Hosts.Select(d => Html.Of(
            $"<tr><th scope=\"row\">{d.Fact}</th><td class=\"t w\">{d.Base}</td><td class=\"t w\">{d.New}</td></tr>\n")));
        return Html.Of($"<h2>The hosts differ</h2>\n{HtmlTables.Scroll("Hosts", Html.Of($"""
            <table>
            <thead><tr><th scope="col" class="t">fact</th><th scope="col" class="t w">base</th><th scope="col" class="t w">new</th></tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """))}");
    }

    private static Html Findings(VerdictPage page) => page.Findings.IsEmpty
        ? Html.Of($"<h2>Findings</h2>\n<p>None.</p>\n")
        : Html.Of($"<h2>Findings</h2>\n{HtmlTables.Findings(page.Findings, "Findings")}");

    private static Html Sides(VerdictPage page) => Html.Of($"""
        <h2>Sides</h2>
        <dl>
        <dt>base</dt><dd>{string.Join(", ", page.Comparison.Base)}</dd>
        <dt>new</dt><dd>{string.Join(", ", page.Comparison.New)}</dd>
        {Html.Join(VerdictSentences.Origins(page.Comparison).Select(o => Html.Of($"<dt>{o.Name}</dt><dd>{o.Value}</dd>\n")))}</dl>

        """);

    private static Html Notes(IEnumerable<string> sentences) =>
        Html.Join(sentences.Where(s => s.Length > 0).Select(s => Html.Of($"<p class=\"note\">{s}</p>\n")));

    private static Html Heads(IEnumerable<string> names) => Html.Join(names.Select(n => Html.Of($"<th scope=\"col\">{n}</th>")));

    private static Html Cells(IEnumerable<string> figures) => Html.Join(figures.Select(f => Html.Of($"<td>{f}</td>")));
}
