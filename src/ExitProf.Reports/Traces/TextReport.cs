using ExitProf.Analysis;
using Spectre.Console;

namespace ExitProf.Reports;

/// <summary>The report for a terminal or a pipe.</summary>
public static class TextReport
{
    /// <summary>Event names of the longest step beside five columns of figures fit into this many.</summary>
    public const int DefaultWidth = 120;

    private static readonly Style Strong = new(decoration: Decoration.Bold);
    private static readonly Style Faint = new(Color.Grey);
    private static readonly Style Doubt = new(Color.Yellow);

    /// <param name="width">Columns. A table that needs more folds its text.</param>
    /// <param name="colour">True for a terminal: ANSI sequences.</param>
    public static void Write(TextWriter writer, IReadOnlyList<TraceSummary> traces, int width = DefaultWidth, bool colour = false)
    {
        DrawnText.Write(writer, width, colour, console => Write(console, traces, width));
    }

    private static void Write(IAnsiConsole console, IReadOnlyList<TraceSummary> traces, int width)
    {
        var subjects = Subject.Of(traces);
        if (traces.Count > 1) foreach (TraceSummary trace in traces) DrawnText.Line(console, TraceSentences.Sentence(trace), Strong);
        if (Subject.Comparable(subjects) && subjects.All(s => s.Configuration.Work == null)) ComparisonText.Write(console, subjects, width);
        foreach (TraceSummary trace in traces) Write(console, trace, [.. subjects.Where(s => ReferenceEquals(s.Trace, trace))]);
    }

    private static void Write(IAnsiConsole console, TraceSummary trace, IReadOnlyList<Subject> subjects)
    {
        DrawnText.Line(console, TraceSentences.Sentence(trace), Strong);
        DrawnText.Line(console, TraceSentences.Machine(trace));
        DrawnText.Line(console, TraceSentences.Exits(trace));
        if (TraceSentences.Causes(trace) is { Length: > 0 } causes) DrawnText.Line(console, "not complete: " + causes);
        DrawnText.Line(console, TraceSentences.Clock(trace));
        DrawnText.Line(console, $"{trace.File}, {trace.Bytes:N0} bytes", Faint);
        if (!trace.Header.Native) DrawnText.Line(console, TraceSentences.Emulated, Doubt);
        if (trace.Verdict is { } verdict)
        {
            console.WriteLine();
            VerdictText.WriteVerdict(console, verdict);
        }
        foreach (string slope in TraceSentences.Slopes(trace)) DrawnText.Line(console, slope, Strong);
        if (SweepGrid.Of(trace) is { } grid) WriteGrid(console, grid, trace.Header.Clock.Symbol);
        if (subjects.Any(s => s.Configuration.Work != null)) WriteWork(console, subjects);
        foreach (Subject subject in subjects.Where(s => s.Configuration.Work == null))
        {
            if (subjects.Count > 1)
            {
                console.WriteLine();
                DrawnText.Line(console, subject.Label, Strong);
            }
            if (!subject.Configuration.Native && trace.Header.Native) DrawnText.Line(console, TraceSentences.Emulated, Doubt);
            StageTableText.Write(console, subject);
            if (!subject.Configuration.Vcpus.IsEmpty) WriteVcpus(console, subject);
            DrawnText.Line(console, Extremes(subject));
            DrawnText.Line(console, TraceSentences.Identity(subject));
        }
        FindingsText.Write(console, VerdictSentences.Findings(trace));
    }

    private static void WriteWork(IAnsiConsole console, IReadOnlyList<Subject> subjects)
    {
        Table table = StageTableText.Plain();
        table.AddColumn(StageTableText.Left("unit of work"));
        foreach (string name in WorkSentences.Columns) table.AddColumn(StageTableText.Right(name));
        foreach (Subject subject in subjects)
        {
            if (subject.Configuration.Work is not { } work) continue;
            table.AddRow([new Text(subject.Label, Strong), .. WorkSentences.Row(subject, work).Select(t => new Text(t))]);
        }
        console.Write(table);
    }

    private static void WriteGrid(IAnsiConsole console, SweepGrid grid, string unit)
    {
        Table table = StageTableText.Plain();
        table.AddColumn(StageTableText.Left("settings"));
        foreach (string column in grid.Columns) table.AddColumn(StageTableText.Right(VisibleText.Of($"{grid.Across}={column}")));
        foreach ((string name, var cells) in grid.Rows) table.AddRow([new Text(GridSentences.Row(name), Strong), .. cells.Select(c => new Text(GridSentences.Cell(c)))]);
        console.Write(table);
        DrawnText.Line(console, GridSentences.Caption(grid, unit) + ".");
    }

    private static void WriteVcpus(IAnsiConsole console, Subject subject)
    {
        DrawnText.Line(console, VcpuSentences.Caption + ".");
        Table table = StageTableText.Plain();
        table.AddColumn(StageTableText.Left("stage"));
        foreach (string name in VcpuSentences.Columns(subject)) table.AddColumn(StageTableText.Right(name));
        foreach ((string name, IReadOnlyList<string> figures) in VcpuSentences.Rows(subject)) table.AddRow([new Text(name), .. figures.Select(f => new Text(f))]);
        console.Write(table);
    }

    private static string Extremes(Subject subject)
    {
        ConfigurationSummary c = subject.Configuration;
        string untraced = c.Untraced is { } u ? $"untraced min {Figures.Cycles(u.Total.Min)}, max {Figures.Cycles(u.Total.Max)}; " : "";
        return $"{untraced}traced min {Figures.Cycles(c.Total.Min)}, max {Figures.Cycles(c.Total.Max)}. All in {subject.Unit}; ± is half of the 99 % interval; ≤ is an upper bound.";
    }
}
