using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>The suite as one page that needs nothing but itself, like every page of ours.</summary>
public static class SuitePage
{
    /// <summary>A longer table has a field to filter its rows by.</summary>
    private const int MostUnfiltered = 12;

    private static readonly Html Counted = Html.Of($"They are times or cycles, and ours are instructions of a software CPU, which has neither caches nor a pace.");

    private static readonly Html Measured = Html.Of($"± is half of the 99 % interval over rounds, in which all configurations of a recording take turns. \"No difference shown\": the 90 % interval of the relative difference lies inside the margin.");

    public static void Write(TextWriter writer, SuiteSummary suite)
    {
        const string Title = "ExitProf suite: the experiments of the classic texts, on this host";
        Html pictures = Drawn(suite);
        PageSection[] drawn = pictures == Html.Empty ? [] : [new PageSection("drawn", "Drawn", "", pictures)];
        HtmlPage.Write(
            writer,
            Title,
            Html.Of($"<p class=\"reading\">{SuiteText.Result(suite)}</p>\n{Html.Join(SuiteText.Introduction(suite).Select(l => Html.Of($"<p>{l}</p>\n")))}"),
            [
                new PageSection("overview", "What was published, and what is here", "", Overview(suite)), .. drawn,
                new PageSection("figures", "The figures", "", Html.Join(suite.Rows.Select((r, i) => Details(r, i, suite)))),
            ],
            Html.Of($"""
                <p>Published figures are of other machines, kernels and years; they are shown beside ours and never expected. {(suite.InInstructions ? Counted : Measured)}</p>

                """));
    }

    /// <summary>By the text that a row goes back to, those without published figures last.</summary>
    private static string Text(SuiteRow row) => row.Published.IsEmpty ? "\uffff" : row.Published[0].Source;

    private static Html Overview(SuiteSummary suite)
    {
        var rows = suite.Rows.Index().OrderBy(r => Text(r.Item), StringComparer.Ordinal).Select(row =>
        {
            (int i, SuiteRow r) = row;
            string outcome = SuiteOutcome.Of(r, suite);
            IReadOnlyList<SuiteBeside> beside = SuiteBeside.Read(r, suite);
            Html absent = new(r.Trace == null ? " class=\"absent\"" : "");
            Html published = Lines(beside.Count > 0 ? beside.Select(b => b.Published) : r.Published.Select(SuiteSentence.Values));
            Html here = Lines(beside.Count > 0 ? beside.Select(b => b.Here) : SuiteBeside.Headline(r, suite));
            Html name = Html.Of($"<th scope=\"row\">{Link(r, i)}{Emulated(r)}</th><td class=\"t w from\">{Source(r)}</td>");
            Html sides = Html.Of($"<td class=\"t w\"{Label("published", published)}>{published}</td><td class=\"t w\"{Label("here", here)}>{here}</td>");
            Html words = Html.Of($"<td class=\"t\" data-h=\"result\">{outcome}</td><td class=\"t w words\">{Of(beside)}{SuiteSentence.Of(r, suite)}</td>");
            return Html.Of($"<tr{absent} data-verdict=\"{outcome}\">{name}{sides}{words}</tr>\n");
        });
        Html filter = suite.Rows.Length > MostUnfiltered ? Html.Of($"<div class=\"filter\"></div>\n") : Html.Empty;
        return Html.Of($"{filter}{HtmlTables.Scroll("All experiments", Html.Of($"""
            <table class="stack">
            <thead><tr><th scope="col" class="t">experiment</th><th scope="col" class="t w from">source</th><th scope="col" class="t w">published</th><th scope="col" class="t w">here</th><th scope="col" class="t">result</th><th scope="col" class="t w words">in words</th></tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """))}");
    }

    /// <summary>Stands before the cell on a phone, where the row is a card and has no heads; an empty cell is left out there.</summary>
    private static Html Label(string head, Html cell) => cell == Html.Empty ? Html.Empty : Html.Of($" data-h=\"{head}\"");

    private static Html Lines(IEnumerable<string> figures) =>
        Html.Join(figures.Select((figure, i) => Html.Of($"{(i > 0 ? Html.Of($"<br>") : Html.Empty)}{figure}")));

    /// <summary>Which figures stand next to each other, where the row alone does not say it.</summary>
    private static Html Of(IReadOnlyList<SuiteBeside> beside)
    {
        string[] names = [.. beside.Select(b => b.Of).Where(n => n.Length > 0)];
        return names.Length == 0 ? Html.Empty : Html.Of($"<span class=\"faint\">Beside each other: {string.Join(", ", names)}.</span> ");
    }

    private static Html Link(SuiteRow row, int index) => Html.Of($"<a href=\"#row{index.ToString()}\">{row.Scenario}</a>");

    private static Html Emulated(SuiteRow row) => row.Emulated ? Html.Of($"<br><span class=\"faint\">emulated guest</span>") : Html.Empty;

    private static Html Source(SuiteRow row)
    {
        var figures = row.Published.Select(f => Html.Of($"{f.Source}, {f.Measured}<br>"));
        return Html.Of($"{figures}{(row.Published.IsEmpty ? Html.Of($"<span class=\"faint\">{row.Origin}</span>") : Html.Empty)}");
    }

    private static Html Drawn(SuiteSummary suite)
    {
        if (!suite.HasFigures) return Html.Empty;
        return Html.Join(suite.Rows.SelectMany((row, i) => row.Trace is { } trace ? Figures(row, trace, $"p{i}") : []));
    }

    /// <summary>The charts that answer what a row asks.</summary>
    private static IEnumerable<Html> Figures(SuiteRow row, TraceSummary trace, string id)
    {
        IReadOnlyList<Subject> subjects = Subject.Of([trace]);
        if (row.Run.Question is SuiteQuestion.Stages && subjects.Count > 0)
        {
            if (!subjects[0].Configuration.Stages.IsEmpty) yield return HtmlPage.Figure(Pictures.Stages(subjects[0]), id);
            foreach ((int n, PublishedFigure figure) in row.Published.Index())
                yield return HtmlPage.Figure(PublishedStages.Of(subjects[0], figure), $"{id}p{n}");
        }
        if (row.Run.Question is SuiteQuestion.Slope or SuiteQuestion.SlopePerDoubling or SuiteQuestion.Difference { OfUserspace: true })
        {
            bool fitted = row.Run.Question is SuiteQuestion.Slope;
            foreach ((int n, Sweep sweep) in SweptShift.Curves(trace).Index())
                yield return HtmlPage.Figure(SweptCosts.Of(trace, sweep, fitted), $"{id}c{n}");
        }
        yield return HtmlPage.Figure(GuestWork.Of(subjects), id + "a");
    }

    private static Html Details(SuiteRow row, int index, SuiteSummary suite)
    {
        Html unit = row.UnitTest is { } test ? Html.Of($"<p class=\"faint\">kvm-unit-tests, vmexit, measures it as {test}.</p>\n") : Html.Empty;
        Html machine = row.Trace is { } trace ? Machine(trace) : Html.Empty;
        return Html.Of($"""
            <h3 id="row{index.ToString()}">{row.Command} <a class="up" href="#overview">to the table</a></h3>
            <p>{row.Summary}. <span class="faint">{row.Origin}.</span></p>
            <p>{SuiteSentence.Of(row, suite)}</p>
            {unit}{machine}{(suite.HasFigures && row.Trace is { } swept ? HtmlTables.Grid(swept) : Html.Empty)}{Results(row, suite)}{Findings(row)}
            """);

        Html Machine(TraceSummary trace)
        {
            Html work = suite.HasFigures ? HtmlTables.Work(Subject.Of([trace])) : Html.Empty;
            return Html.Of($"<p class=\"faint\">{TraceSentences.Machine(trace)}; {trace.File}, {TraceSentences.Exits(trace)}.</p>\n{work}");
        }
    }

    private static Html Results(SuiteRow row, SuiteSummary suite)
    {
        if (!suite.HasFigures || row.Run.Question is SuiteQuestion.Work) return Html.Empty;
        Html[] rows = [.. SuiteSentence.Shown(row, suite).Select(a => Result(a, suite.Unit))];
        if (rows.Length == 0) return Html.Empty;
        return HtmlTables.Scroll("Figures of " + row.Command, Html.Of($"""
            <table>
            <thead><tr><th scope="col" class="t">figure</th><th scope="col" class="t">of</th><th scope="col">value</th><th scope="col">99 % below</th></tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """));
    }

    private static Html Result(SuiteAnswer answer, string unit)
    {
        Html name = Html.Of($"<th scope=\"row\">{SuiteText.Name(answer, unit)}</th><td class=\"t\">{answer.Of}</td>");
        return Html.Of($"<tr>{name}<td>{SuiteText.Value(answer)}</td><td>{SuiteText.Tail(answer)}</td></tr>\n");
    }

    private static Html Findings(SuiteRow row)
    {
        if (row.Trace is not { Findings.IsEmpty: false } trace) return Html.Empty;
        Html table = HtmlTables.Findings(trace.Findings.OrderByDescending(f => f.Severity), "Findings of " + row.Command, explained: false);
        return Html.Of($"<details><summary>Findings: {trace.Findings.Length}</summary>\n{table}</details>\n");
    }
}
