using ExitProf.Analysis;
using ExitProf.Reports.Charts;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>The suite as one page that needs nothing but itself, like every page of ours.</summary>
public static class SuitePage
{
    public static void Write(TextWriter writer, SuiteSummary suite)
    {
        const string Title = "ExitProf suite: the experiments of the classic texts, on this host";
        HtmlPage.Write(writer, Title, Html.Join(SuiteText.Introduction(suite).Select(l => Html.Of($"<p>{l}</p>\n"))), Html.Of($"""
            <section>
            <h2>What was published, and what is here</h2>
            {Overview(suite)}</section>
            {Pictures(suite)}<section>
            <h2>The figures</h2>
            {suite.Rows.Select((r, i) => Details(r, i, suite))}</section>

            """), Html.Of($"""
            <p>Published figures are of other machines, kernels and years; they are shown beside ours and never expected. ± is half of the 99 % interval over rounds, in which all configurations of a recording take turns. "No difference shown": the 90 % interval of the relative difference lies inside the margin.</p>

            """));
    }

    private static Html Overview(SuiteSummary suite)
    {
        var rows = suite.Rows.Select((r, i) => Html.Of($"""
            <tr{new Html(r.Trace == null ? " class=\"absent\"" : "")}><th scope="row">{Link(r, i)}{Emulated(r)}</th><td class="t w">{Published(r)}</td><td class="t w">{SuiteSentence.Of(r, suite)}</td></tr>

            """));
        return HtmlTables.Scroll("All experiments", Html.Of($"""
            <table>
            <thead><tr><th scope="col" class="t">experiment</th><th scope="col" class="t w">published</th><th scope="col" class="t w">here</th></tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """));
    }

    private static Html Link(SuiteRow row, int index) => Html.Of($"<a href=\"#row{index.ToString()}\">{row.Scenario}</a>");

    private static Html Emulated(SuiteRow row) => row.Emulated ? Html.Of($"<br><span class=\"faint\">emulated guest</span>") : Html.Empty;

    private static Html Published(SuiteRow row)
    {
        var figures = row.Published.Select(f => Html.Of($"{f.Source}, {f.Measured}: {SuiteSentence.Values(f)}<br>"));
        return Html.Of($"{figures}{(row.Published.IsEmpty ? Html.Of($"<span class=\"faint\">{row.Origin}</span>") : Html.Empty)}");
    }

    private static Html Pictures(SuiteSummary suite)
    {
        if (!suite.HasFigures) return Html.Empty;
        var figures = new List<Html>();
        for (int i = 0; i < suite.Rows.Length; i++)
        {
            SuiteRow row = suite.Rows[i];
            if (row.Trace is not { } trace) continue;
            IReadOnlyList<Subject> subjects = Subject.Of([trace]);
            string id = $"p{i}";
            if (row.Run.Question is SuiteQuestion.Stages && subjects.Count > 0)
            {
                if (!subjects[0].Configuration.Stages.IsEmpty) figures.Add(HtmlPage.Figure(width => Charts.Pictures.Stages(subjects[0], width, id + (width < 600 ? "n" : "w"))));
                foreach (PublishedFigure figure in row.Published) figures.Add(HtmlPage.Figure(width => PublishedStages.Draw(subjects[0], figure, width, id + (width < 600 ? "pn" : "pw"))));
            }
            if (row.Run.Question is SuiteQuestion.Slope or SuiteQuestion.SlopePerDoubling or SuiteQuestion.Difference { OfUserspace: true })
            {
                foreach ((Sweep sweep, int c) in SweptShift.Curves(trace).Select((s, c) => (s, c))) figures.Add(HtmlPage.Figure(width => SweepCurve.Draw(trace, sweep, width, $"{id}c{c}{(width < 600 ? "n" : "w")}")));
            }
            figures.Add(HtmlPage.Figure(width => AmdahlCurve.Draw(subjects, width, id + (width < 600 ? "an" : "aw"))));
        }
        return figures.All(f => f == Html.Empty) ? Html.Empty : Html.Of($"<section>\n<h2>Drawn</h2>\n{figures}</section>\n");
    }

    private static Html Details(SuiteRow row, int index, SuiteSummary suite)
    {
        Html unit = row.UnitTest is { } test ? Html.Of($"<p class=\"faint\">kvm-unit-tests, vmexit, measures it as {test}.</p>\n") : Html.Empty;
        Html machine = row.Trace is { } trace ? Html.Of($"<p class=\"faint\">{TraceSentences.Machine(trace)}; {trace.File}, {TraceSentences.Exits(trace)}.</p>\n{Subject.Of([trace]) switch { var subjects when suite.HasFigures => HtmlTables.Work(subjects), _ => Html.Empty }}") : Html.Empty;
        return Html.Of($"""
            <h3 id="row{index.ToString()}">{row.Command}</h3>
            <p>{row.Summary}. <span class="faint">{row.Origin}.</span></p>
            <p>{SuiteSentence.Of(row, suite)}</p>
            {unit}{machine}{(suite.HasFigures && row.Trace is { } swept ? HtmlTables.Grid(swept) : Html.Empty)}{Results(row, suite)}{Findings(row)}
            """);
    }

    private static Html Results(SuiteRow row, SuiteSummary suite)
    {
        if (!suite.HasFigures || row.Run.Question is SuiteQuestion.Work) return Html.Empty;
        var rows = SuiteAnswers.Read(row, suite.Rows).Select(r => Html.Of($"<tr><th scope=\"row\">{SuiteText.Name(r)}</th><td class=\"t\">{r.Of}</td><td>{SuiteText.Value(r)}</td><td>{SuiteText.Tail(r)}</td></tr>\n")).ToList();
        if (rows.Count == 0) return Html.Empty;
        return HtmlTables.Scroll("Figures of " + row.Command, Html.Of($"""
            <table>
            <thead><tr><th scope="col" class="t">figure</th><th scope="col" class="t">of</th><th scope="col">value</th><th scope="col">99 % below</th></tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """));
    }

    private static Html Findings(SuiteRow row)
    {
        if (row.Trace is not { Findings.IsEmpty: false } trace) return Html.Empty;
        return Html.Of($"<details><summary>Findings: {trace.Findings.Length}</summary>\n{HtmlTables.Findings(trace.Findings.OrderByDescending(f => f.Severity))}</details>\n");
    }
}
