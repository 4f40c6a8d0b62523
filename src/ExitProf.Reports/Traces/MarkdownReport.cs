using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>Traces in short, for a README or an issue: for each a sentence and one table, a column for each configuration.</summary>
public static class MarkdownReport
{

    public static void Write(TextWriter writer, IReadOnlyList<TraceSummary> traces)
    {
        foreach ((TraceSummary trace, string place) in traces.Zip(TraceSentences.Places(traces))) Write(writer, trace, place);
    }

    private static void Write(TextWriter writer, TraceSummary trace, string place)
    {
        IReadOnlyList<Subject> subjects = Subject.Of([trace]);
        Line($"**{Cell(TraceSentences.Sentence(trace, place))}**");
        Line("");
        foreach (Finding finding in FindingsText.Grave(trace.Findings)) Line($"> **{finding.Severity.Name()}**: {Cell(finding.Text)}\n");
        Line(
            Cell(
                $"{TraceSentences.Machine(trace)}; {TraceSentences.Exits(trace)}. Means in {trace.Header.Clock.Symbol} ± half of the 99 % interval; stages corrected for their probes."
            )
        );
        Line("");
        if (trace.Reasons is { } reasons) ReasonMarkdown.Write(writer, trace, reasons);
        MetricTables.WriteMarkdown(writer, trace);
        if (trace.Reasons != null || subjects.Count == 0)
        {
            foreach (Finding finding in trace.Findings.Where(f => f.Severity == Severity.Warning)) Line($"- {Cell(finding.Text)}");
            return;
        }
        Row(VisibleText.Of(trace.Header.Scenario), s => s.Label);
        Line("|---|" + string.Concat(subjects.Select(_ => "---:|")));
        Row("untraced mean", s => s.Configuration.Untraced is { } u ? Figures.Interval(u.Mean) : Figures.Absent);
        Row("untraced median", s => s.Configuration.Untraced is { } u ? Figures.Cycles(u.Total.P50) : Figures.Absent);
        if (trace.Header.Clock.IsTime && subjects.Any(s => s.Configuration.Work != null))
            Row(
                "million instructions a second",
                s => s.Configuration.Work is { } w ? WorkSentences.Rate(w.WorkPerSecond(trace.Header.Clock.Hertz)) : Figures.Absent
            );
        foreach (string name in Subject.StageNames(subjects).Where(n => subjects.Any(s => s.Stage(n) is { State: not StageState.Absent })))
        {
            Row(
                name,
                s =>
                    s.Stage(name) is { State: not StageState.Absent } stage
                        ? Figures.Bounded(stage.Bound, Figures.Interval(stage.Corrected))
                        : Figures.Absent
            );
            foreach (string step in Steps(name))
                Row(
                    $"{name}: {step}",
                    s =>
                        s.Stage(name)?.Steps.FirstOrDefault(own => own.Name == step) is { } own
                            ? Figures.Cycles(own.Corrected)
                            : Figures.Absent
                );
        }
        Line("");
        foreach (Finding finding in trace.Findings.Where(f => f.Severity == Severity.Warning || f.Is(FindingKind.InstructionCache)))
            Line($"- {Cell(finding.Text)}");
        Line("");

        // Only the VMM stamps steps of its own: the others lie between events of the kernel.
        IEnumerable<string> Steps(string stage) => subjects.SelectMany(s => s.Stage(stage)?.Steps ?? []).Any(s => s.From.IsStep())
            ? subjects.SelectMany(s => s.Stage(stage)?.Steps ?? []).Select(s => s.Name).Distinct() : [];

        void Row(string name, Func<Subject, string> figure) =>
            Line($"| {Cell(name)} | {string.Join(" | ", subjects.Select(s => Cell(figure(s))))} |");

        void Line(string line) => writer.Write(line + "\n");
    }

    private static string Cell(string text) => VerdictMarkdown.Cell(text);
}
