using ExitProf.Analysis;
using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>The report for a terminal or a pipe.</summary>
public static class TextReport
{
    private static readonly Style Strong = new(decoration: Decoration.Bold);
    private static readonly Style Faint = new(Color.Grey);
    private static readonly Style Doubt = new(Color.Yellow);

    /// <param name="width">Columns. A table that needs more leaves columns out and says so.</param>
    /// <param name="colour">True for a terminal: ANSI sequences.</param>
    public static void Write(TextWriter writer, IReadOnlyList<TraceSummary> traces, int width = TextPage.DefaultWidth, bool colour = false)
    {
        TextPage.Write(writer, width, colour, page => Write(page, traces));
    }

    private static void Write(TextPage page, IReadOnlyList<TraceSummary> traces)
    {
        var subjects = Subject.Of(traces);
        bool compared = Subject.Comparable(subjects) && subjects.All(s => s.Configuration.Work == null);
        // The answer comes before every table.
        bool told = traces.Count > 1 || compared;
        IReadOnlyList<string> places = TraceSentences.Places(traces);
        foreach ((TraceSummary trace, string place) in traces.Zip(places))
        {
            if (traces is [{ Verdict: { } verdict }]) VerdictText.WriteVerdict(page, new VerdictPage(verdict));
            else if (told) page.Line(TraceSentences.Sentence(trace, place), Strong);
        }
        if (compared) ComparisonText.Write(page, subjects);
        foreach (TraceSummary trace in traces)
            Write(page, trace, [.. subjects.Where(s => ReferenceEquals(s.Trace, trace))], told, alone: traces.Count == 1);
    }

    private static void Write(TextPage page, TraceSummary trace, IReadOnlyList<Subject> subjects, bool told, bool alone)
    {
        if (!told && trace.Verdict is null) page.Line(TraceSentences.Sentence(trace), Strong);
        if (!alone)
        {
            page.Blank();
            page.Line(trace.File, Strong);
        }
        FindingsText.WriteGrave(page, VerdictSentences.Findings(trace));
        page.Line(TraceSentences.Machine(trace));
        page.Line(TraceSentences.Exits(trace));
        if (TraceSentences.Causes(trace) is { Length: > 0 } causes) page.Line("not complete: " + causes);
        page.Line(TraceSentences.Clock(trace));
        page.Line(alone ? $"{trace.File}, {trace.Bytes:N0} bytes" : $"{trace.Bytes:N0} bytes", Faint);
        if (!trace.Header.Native) page.Line(TraceSentences.Emulated, Doubt);
        if (!alone && trace.Verdict is { } verdict)
        {
            page.Blank();
            VerdictText.WriteVerdict(page, new VerdictPage(verdict));
        }
        if (trace.Reasons is { } reasons)
        {
            ReasonText.Write(page, trace, reasons);
            MetricTables.Write(page, trace);
            FindingsText.Write(page, VerdictSentences.Findings(trace));
            return;
        }
        foreach (string slope in TraceSentences.Slopes(trace)) page.Line(slope, Strong);
        if (SweepGrid.Of(trace) is { } grid) WriteGrid(page, grid, trace.Header.Clock.Symbol);
        if (subjects.Any(s => s.Configuration.Work != null)) WriteWork(page, subjects);
        foreach (Subject subject in subjects.Where(s => s.Configuration.Work == null))
        {
            if (subjects.Count > 1)
            {
                page.Blank();
                page.Line(subject.Label, Strong);
            }
            if (!subject.Configuration.Native && trace.Header.Native) page.Line(TraceSentences.Emulated, Doubt);
            StageTableText.Write(page, subject);
            if (!subject.Configuration.Vcpus.IsEmpty) WriteVcpus(page, subject);
            page.Line(Extremes(subject));
            page.Line(TraceSentences.Identity(subject));
            FunctionText.Write(page, subject);
        }
        FindingsText.Write(page, VerdictSentences.Findings(trace));
    }

    private static void WriteWork(TextPage page, IReadOnlyList<Subject> subjects)
    {
        var table = new TextTable("unit of work");
        foreach (string name in WorkSentences.Columns(subjects[0].Trace.Header.Clock)) table.Right(name);
        foreach (Subject subject in subjects)
        {
            if (subject.Configuration.Work is { } work)
                table.Row(Style.Plain, [new TextCell(subject.Label, Strong), .. WorkSentences.Row(subject, work).Select(t => (TextCell)t)]);
        }
        table.Write(page);
    }

    private static void WriteGrid(TextPage page, SweepGrid grid, string unit)
    {
        var table = new TextTable("settings") { Repeated = 1 };
        foreach (string column in grid.Columns)
            table.Right($"{grid.Across}={column}");
        foreach ((string name, var cells) in grid.Rows)
            table.Row(Style.Plain, [new TextCell(GridSentences.Row(name), Strong), .. cells.Select(c => (TextCell)GridSentences.Cell(c))]);
        table.Write(page);
        page.Line(GridSentences.Caption(grid, unit) + ".");
    }

    private static void WriteVcpus(TextPage page, Subject subject)
    {
        page.Line(VcpuSentences.Caption + ".");
        var table = new TextTable("stage") { Repeated = 1 };
        foreach (string name in VcpuSentences.Columns(subject))
            table.Right(name);
        foreach ((string name, IReadOnlyList<string> figures) in VcpuSentences.Rows(subject))
            table.Row(Style.Plain, [StageName.Of(name), .. figures.Select(f => (TextCell)f)]);
        table.Write(page);
    }

    private static string Extremes(Subject subject)
    {
        ConfigurationSummary c = subject.Configuration;
        string untraced = c.Untraced is { } u ? $"untraced min {Figures.Cycles(u.Total.Min)}, max {Figures.Cycles(u.Total.Max)}; " : "";
        return $"{untraced}traced min {Figures.Cycles(c.Total.Min)}, max {Figures.Cycles(c.Total.Max)}. All in {subject.Unit}; ± is half of the 99 % interval; ≤ is an upper bound.";
    }
}
