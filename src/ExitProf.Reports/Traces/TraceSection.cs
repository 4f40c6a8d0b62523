using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>What a page says of one trace.</summary>
/// <param name="ordinal">Which trace of the page it is, from 1: its ids are named by it.</param>
/// <param name="together">Whether its configurations are in a picture of all traces already.</param>
/// <param name="apart">Whether each configuration has pictures and steps of its own.</param>
/// <param name="overTime">Whether it has pictures of the time and of the steps; pages of many traces would become too large.</param>
/// <param name="told">Whether the sentence about it is at the top of the page.</param>
/// <param name="place">Where its figures are from, in that sentence.</param>
internal sealed class TraceSection(
    TraceSummary trace, IReadOnlyList<Subject> subjects, int ordinal, bool together, bool apart, bool overTime, bool told, string place)
{
    private bool Many => subjects.Count > 1;

    public Html Body()
    {
        Html machine = subjects.Count == 0 ? Html.Of($"<p>{TraceSentences.Machine(trace)}</p>\n") : Html.Empty;
        Html emulated = trace.Header.Native ? Html.Empty : Html.Of($"<p class=\"note\">{TraceSentences.Emulated}</p>\n");
        Html verdict = trace.Verdict is { } judged ? VerdictHtml.Part(new VerdictPage(judged), ordinal, overTime) : Html.Empty;
        Html slopes = Html.Join(TraceSentences.Slopes(trace).Select(s => Html.Of($"<p>{s}</p>\n")));
        Html work = Html.Of($"{HtmlTables.Work(subjects)}{HtmlPage.Figure(GuestWork.Of(subjects), $"a{ordinal}")}");
        Html answer = Html.Of($"{(told ? Html.Empty : Reading(trace, place))}{machine}{Doubts()}{emulated}{verdict}");
        Html sweeps = Html.Of($"{slopes}{Curves()}{HtmlTables.Grid(trace)}{work}");
        return Html.Of($"{answer}{sweeps}{Comparison()}{Parts()}{Findings()}{Recording()}");
    }

    /// <summary>The sentence that answers the question.</summary>
    /// <param name="place">Where the figures are from, in the sentence.</param>
    internal static Html Reading(TraceSummary trace, string place) =>
        trace.Verdict is { } verdict
            ? VerdictHtml.Reading(new VerdictPage(verdict))
            : Html.Of($"<p class=\"reading\">{TraceSentences.Sentence(trace, place)}</p>\n{Unit(trace)}");

    /// <summary>What the figures are where they are no time: on the first screen, not in a fold.</summary>
    private static Html Unit(TraceSummary trace) =>
        trace.Header.Clock.IsTime ? Html.Empty : Html.Of($"<p class=\"note\">{TraceSentences.SoftwareCpu}.</p>\n");

    /// <summary>What makes the figures doubtful comes before them.</summary>
    private Html Doubts() => Html.Join(
        from f in FindingsText.Grave(VerdictSentences.Findings(trace))
        select Html.Of($"<p class=\"note\"><b>{f.Severity.Name()}</b>: {f.Text}</p>\n"));

    private Html Curves() => Html.Join(
        SweptShift.Curves(trace).Select((sweep, i) => HtmlPage.Figure(SweptCosts.Of(trace, sweep, fitted: false), $"c{ordinal}-{i}")));

    private Html Comparison()
    {
        if (together || !HtmlReport.Comparable(subjects)) return Html.Empty;
        // The verdict's own waterfall shows both sides already.
        return trace.Verdict is null
            ? HtmlReport.Comparisons(subjects, $"k{ordinal}")
            : HtmlPage.Fold("Means of both sides, without a verdict", HtmlTables.Comparisons(subjects));
    }

    private Html Parts()
    {
        // A foreign machine's exits are of many reasons: the table of one kind would stand for all of them.
        if (trace.Reasons is { } reasons) return Reasons(reasons);
        var parts = new List<Html>();
        for (int i = 0; i < subjects.Count; i++)
        {
            string id = HtmlTables.PartId(ordinal, i);
            Html part = Part(subjects[i], id);
            string cost = double.IsFinite(subjects[i].Cost) ? $": {Figures.CyclesAndTime(subjects[i].Cost, trace.Header)}" : "";
            parts.Add(Many ? HtmlPage.Fold(subjects[i].Label + cost, part, id) : part);
        }
        if (overTime) parts.Add(HtmlPage.Figure(RecordingOverTime.Of(trace), $"b{ordinal}"));
        if (!apart) parts.Add(Html.Of($"<p class=\"faint\">The pictures of each configuration: <code>exitprof report --png</code> or <code>--svg</code>; its steps from event to event: <code>--format text</code>.</p>\n"));
        return Html.Join(parts);
    }

    private Html Reasons(ReasonTable reasons) => Html.Join(
    [
        HtmlPage.Figure(ReasonShares.Of(trace), $"r{ordinal}"),
        ReasonHtml.Part(trace, reasons),
        MetricTables.Part(trace),
        HtmlPage.Figure(ExitTree.Of(trace), $"i{ordinal}"),
        HtmlPage.Figure(LatencyOverTime.Of(trace, 0, VisibleText.Of(trace.Header.Scenario)), $"l{ordinal}"),
    ]);

    private Html Part(Subject subject, string id)
    {
        Html emulated = subject.Configuration.Native || !subject.Trace.Header.Native ? Html.Empty : Html.Of($"<p class=\"note\">{TraceSentences.Emulated}</p>\n");
        Html distribution = apart ? HtmlPage.Figure(ExitDistribution.Of(subject), $"d{id}") : Html.Empty;
        if (subject.Configuration.Work is { } work)
            return Html.Of($"<p>{WorkSentences.Sentence(subject, work)}</p>\n{HtmlTables.Totals(subject)}{distribution}");
        Html stages = apart ? HtmlPage.Figure(Pictures.Stages(subject), $"s{id}") : Html.Empty;
        Html steps = apart ? HtmlTables.Steps(subject) : Html.Empty;
        Html tree = overTime ? HtmlPage.Figure(ExitTree.Of(subject), $"i{id}") : Html.Empty;
        Html calls = apart ? HtmlPage.Figure(CallPicture.Of(subject), $"f{id}") : Html.Empty;
        Html functions = Html.Of($"{calls}{FunctionHtml.Calls(subject)}{FunctionHtml.Of(subject)}");
        Html tables = Html.Of($"{functions}{HtmlTables.Vcpus(subject)}{steps}{tree}{HtmlTables.Totals(subject)}");
        return Html.Of($"""
            {emulated}{stages}{HtmlTables.Stages(subject)}<p>{TraceSentences.Identity(subject)}</p>
            {tables}{distribution}{Latency(subject, id)}
            """);
    }

    private Html Latency(Subject subject, string id)
    {
        if (!overTime) return Html.Empty;
        int configuration = trace.Header.Configurations.IndexOf(subject.Configuration.Configuration);
        return HtmlPage.Figure(LatencyOverTime.Of(trace, configuration, subject.Label), $"l{id}");
    }

    private Html Findings()
    {
        IReadOnlyList<Finding> findings = VerdictSentences.Findings(trace);
        if (findings.Count == 0) return Html.Of($"<p class=\"faint\">No findings.</p>\n");
        string worst = findings.Max(f => f.Severity).Name();
        string label = $"Findings of {VisibleText.Of(trace.Header.Scenario)}, trace {ordinal}";
        Html table = HtmlTables.Findings(findings.OrderByDescending(f => f.Severity), label, explained: told);
        return HtmlPage.Fold($"Findings: {findings.Count}, the worst of them {worst}", table);
    }

    private Html Recording()
    {
        Html causes = TraceSentences.Causes(trace) is { Length: > 0 } text ? Html.Of($"<p class=\"faint\">Not complete: {text}.</p>\n") : Html.Empty;
        string clock = TraceSentences.Clock(trace);
        Html body = Html.Of($"{causes}<p class=\"faint\">{(told ? Glossary.Linked(clock) : Html.Of($"{clock}"))}.</p>\n{HtmlTables.Facts(trace)}");
        return HtmlPage.Fold($"Recording: {TraceSentences.Exits(trace)}", body);
    }
}
