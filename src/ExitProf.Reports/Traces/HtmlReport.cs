using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>The report as one page: the answer and its picture first, what it rests on folded below.</summary>
public static class HtmlReport
{
    /// <summary>
    /// A page of more configurations shows them in the pictures of all; each one's own pictures are files (<c>--png</c>, <c>--svg</c>).
    /// </summary>
    private const int MostDrawnApart = 6;

    /// <summary>A page of more traces has no pictures over time.</summary>
    internal const int MostOverTime = 2;

    /// <summary>Nor has one of more configurations.</summary>
    private const int MostConfigurationsOverTime = 4;

    /// <summary>More bars than this are on one scale in the sections of their traces only.</summary>
    private const int MostOnOneScale = 24;

    /// <summary>More traces than this are told in the contents alone.</summary>
    private const int MostReadings = 4;

    /// <param name="commandLine">Whether the kernel's command line is shown: it names disks, hosts and sometimes secrets, and pages are
    /// handed round.</param>
    public static void Write(TextWriter writer, IReadOnlyList<TraceSummary> traces, bool commandLine = false)
    {
        var subjects = Subject.Of(traces);
        string scenarios = string.Join(", ", traces.Select(t => t.Header.Scenario).Distinct());
        string verdict = traces.Count == 1 && traces[0].Verdict is { } only ? only.Verdict.Words() + ", " : "";
        var sections = new List<PageSection>();
        IReadOnlyList<string> places = TraceSentences.Places(traces);
        bool together = traces.Count > 1 && subjects.Count <= MostOnOneScale && Comparable(subjects);
        if (together) sections.Add(new PageSection("scale", "On one scale", "", Comparisons(subjects, "all")));
        for (int i = 0; i < traces.Count; i++)
        {
            Subject[] own = [.. subjects.Where(s => ReferenceEquals(s.Trace, traces[i]))];
            string heading = traces.Count == 1 ? "" : Heading(traces[i], traces);
            bool apart = subjects.Count <= MostDrawnApart;
            bool overTime = subjects.Count <= MostConfigurationsOverTime && traces.Count <= MostOverTime;
            bool told = traces.Count <= MostReadings;
            Html body = new TraceSection(traces[i], own, i + 1, together, apart, overTime, told, places[i]).Body();
            sections.Add(new PageSection($"t{i + 1}", heading, Note(own, traces[i]), body));
        }
        if (traces.Count > 0)
        {
            string title = HtmlTables.HostsOf(traces).Count > 1 ? "Hosts" : "Host";
            sections.Add(new PageSection("hosts", title, "", HtmlTables.Hosts(traces, commandLine)));
        }
        Html readings = traces.Count <= MostReadings ? Html.Join(traces.Zip(places, TraceSection.Reading)) : Html.Empty;
        HtmlPage.Write(writer, $"ExitProf: {verdict}{scenarios}", readings, sections, Words(traces));
    }

    /// <summary>What the words of the tables mean, and the list that the page's links lead to.</summary>
    private static Html Words(IReadOnlyList<TraceSummary> traces)
    {
        if (traces.Count > 0 && traces.All(t => t.Reasons != null)) return Html.Of($"""
            <p>An exit lasts from its <b>kvm_exit</b> to the next <b>kvm_entry</b> of the same vCPU thread, by the clock of the recording. <b>share</b> is of the time in exits other than halts; what begins or ends outside the recording has no duration and is counted among the findings.</p>
            {Glossary.OfTraces}
            """);
        return Html.Of($"""
            <p><b>mean</b> and the quantiles are as recorded, probes included; <b>probe</b> is what the kernel's events cost at least, <b>corrected</b> is the mean without it, ± half of its 99 % interval, and <b>cumulative</b> adds the corrected means up. ≤ marks an upper bound: the stage contains at most what it is named after. n/a: such an exit does not walk through the stage, or the figure was not measured.</p>
            <p>Stages are over complete exits; what the others add is the row <b>incomplete</b>. <b>probe-indirect</b> is what events cost beyond their floors, measured on its own and given to no stage. <b>unattributed</b> is what remains between all that and the untraced mean.</p>
            {(traces.Any(t => t.Verdict != null) ? Glossary.OfVerdicts : Glossary.OfTraces)}
            """);
    }

    /// <summary>All subjects in one picture and one table.</summary>
    internal static Html Comparisons(IReadOnlyList<Subject> subjects, string id) => Html.Of($"""
        {Pictures.Comparisons(subjects).Select((c, i) => HtmlPage.Figure(c, i == 0 ? id : $"{id}s{i}"))}<p class="faint">Corrected mean {subjects[0].Unit} per exit; Δ is the difference to the first. Whether it is more than noise, <code>exitprof compare</code> says.</p>
        {HtmlTables.Comparisons(subjects)}
        """);

    internal static bool Comparable(IReadOnlyList<Subject> subjects) =>
        Subject.Comparable(subjects) && subjects.All(s => s.Configuration.Work == null);

    /// <summary>The scenario, and the file where several traces are of one.</summary>
    private static string Heading(TraceSummary trace, IReadOnlyList<TraceSummary> traces) =>
        traces.Count(t => t.Header.Scenario == trace.Header.Scenario) > 1
            ? $"{trace.Header.Scenario}, {Path.GetFileName(trace.File)}"
            : trace.Header.Scenario;

    private static string Note(Subject[] subjects, TraceSummary trace)
    {
        if (trace.Verdict is { } verdict) return verdict.Verdict.Words();
        if (subjects.Length == 0) return "nothing was recorded";
        if (subjects.Length == 1) return Figures.CyclesAndTime(subjects[0].Cost, trace.Header);
        return $"{subjects.Length} configurations, {Figures.Cycles(subjects.Min(s => s.Cost))} to {Figures.Cycles(subjects.Max(s => s.Cost))} {subjects[0].Unit}";
    }
}
