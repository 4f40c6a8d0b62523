using ExitProf.Analysis;
using ExitProf.Reports.Charts;

namespace ExitProf.Reports;

/// <summary>The report as one page.</summary>
public static class HtmlReport
{
    public static void Write(TextWriter writer, IReadOnlyList<TraceSummary> traces)
    {
        var subjects = Subject.Of(traces);
        string title = "ExitProf: " + string.Join(", ", traces.Select(t => t.Header.Scenario).Distinct());
        Html comparison = Subject.Comparable(subjects) && subjects.All(s => s.Configuration.Work == null) ? Comparisons(subjects) : Html.Empty;
        int ordinal = 0;
        var sections = traces.Select(t => Section(t, [.. subjects.Where(s => ReferenceEquals(s.Trace, t))], alone: traces.Count == 1, ref ordinal)).ToList();
        Html readings = Html.Join(traces.Select(t => Html.Of($"<p class=\"reading\">{TraceSentences.Sentence(t)}</p>\n")));
        HtmlPage.Write(writer, title, readings, Html.Of($"{comparison}{sections}"), Html.Of($"""
            <p><b>mean</b> and the quantiles are as recorded, probes included; <b>probe</b> is what the kernel's events cost at least, <b>corrected</b> is the mean without it, ± half of its 99 % interval, and <b>cumulative</b> adds the corrected means up. ≤ marks an upper bound: the stage contains at most what it is named after. n/a: such an exit does not walk through the stage, or the figure was not measured.</p>
            <p>Stages are over complete exits; what the others add is the row <b>incomplete</b>. <b>probe-indirect</b> is what events cost beyond their floors, measured on its own and given to no stage. <b>unattributed</b> is what remains between all that and the untraced mean.</p>

            """));
    }

    private static Html Comparisons(IReadOnlyList<Subject> subjects)
    {
        return Html.Of($"""
            <section>
            <h2>On one scale</h2>
            {HtmlPage.Figure(width => Pictures.Comparison(subjects, width, width < 600 ? "cn" : "cw"))}
            <p class="faint">Corrected mean {subjects[0].Unit} per exit; Δ is the difference to the first. Whether it is more than noise, <code>exitprof compare</code> says.</p>
            {HtmlTables.Comparisons(subjects)}
            </section>

            """);
    }

    private static Html Section(TraceSummary trace, IReadOnlyList<Subject> subjects, bool alone, ref int ordinal)
    {
        var parts = new List<Html>();
        // A foreign machine's exits are of many reasons: the table of one kind would stand for all of them.
        if (trace.Reasons is { } reasons) parts.Add(ReasonHtml.Part(trace, reasons));
        else foreach (Subject subject in subjects) parts.Add(Part(subject, titled: subjects.Count > 1, ++ordinal));
        // The title of the page is the heading of the only section; what is below it then moves up by a level.
        bool untitled = alone && subjects.Count <= 1;
        Html heading = untitled ? Html.Empty : Html.Of($"<h2>{trace.Header.Scenario}</h2>\n");
        Html causes = TraceSentences.Causes(trace) is { Length: > 0 } text ? Html.Of($"<p class=\"faint\">Not complete: {text}.</p>\n") : Html.Empty;
        Html emulated = trace.Header.Native ? Html.Empty : Html.Of($"<p class=\"note\">{TraceSentences.Emulated}</p>\n");
        Html verdict = trace.Verdict is { } judged ? VerdictHtml.Part(judged, ordinal) : Html.Empty;
        return Html.Of($"""
            <section>
            {heading}{(subjects.Count == 0 ? Html.Of($"<p>{TraceSentences.Machine(trace)}</p>\n") : Html.Empty)}            <p class="faint">{TraceSentences.Exits(trace)}.</p>
            {causes}<p class="faint">{TraceSentences.Clock(trace)}.</p>
            {emulated}{verdict}{TraceSentences.Slopes(trace).Select(s => Html.Of($"<p>{s}</p>\n"))}{Curves(trace, ordinal)}{HtmlTables.Grid(trace)}{HtmlTables.Work(subjects)}{HtmlPage.Figure(width => AmdahlCurve.Draw(subjects, width, width < 600 ? "an" : "aw"))}{parts}{HtmlTables.Findings(trace, untitled)}{HtmlTables.Facts(trace, untitled)}</section>

            """);
    }

    private static IEnumerable<Html> Curves(TraceSummary trace, int ordinal) => SweptShift.Curves(trace)
        .Select((sweep, i) => HtmlPage.Figure(width => SweepCurve.Draw(trace, sweep, width, $"c{ordinal}-{i}{(width < 600 ? "n" : "w")}")));

    private static Html Part(Subject subject, bool titled, int ordinal)
    {
        Html heading = titled ? Html.Of($"<h3>{subject.Label}</h3>\n") : Html.Empty;
        Html emulated = subject.Configuration.Native || !subject.Trace.Header.Native ? Html.Empty : Html.Of($"<p class=\"note\">{TraceSentences.Emulated}</p>\n");
        if (subject.Configuration.Work is { } work)
        {
            return Html.Of($"""
                {heading}<p>{WorkSentences.Sentence(subject, work)}</p>
                {HtmlTables.Totals(subject)}{HtmlPage.Figure(width => Distribution.Draw(subject, width, $"d{ordinal}{(width < 600 ? "n" : "w")}"))}
                """);
        }
        return Html.Of($"""
            {heading}{emulated}{HtmlPage.Figure(width => Pictures.Stages(subject, width, $"s{ordinal}{(width < 600 ? "n" : "w")}"))}
            {HtmlTables.Stages(subject)}<p>{TraceSentences.Identity(subject)}</p>
            {HtmlTables.Vcpus(subject)}{HtmlTables.Steps(subject)}{HtmlTables.Totals(subject)}{HtmlPage.Figure(width => Distribution.Draw(subject, width, $"d{ordinal}{(width < 600 ? "n" : "w")}"))}
            """);
    }
}
