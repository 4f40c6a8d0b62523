using ExitProf.Analysis;
using ExitProf.Traces;
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
    private static readonly Style Wrong = new(Color.Red);

    /// <param name="width">Columns. A table that needs more folds its text.</param>
    /// <param name="colour">True for a terminal: ANSI sequences.</param>
    public static void Write(TextWriter writer, IReadOnlyList<TraceSummary> traces, int width = DefaultWidth, bool colour = false)
    {
        using var drawn = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(drawn),
            // The environment of the reader must not change what is written.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;

        var subjects = Subject.Of(traces);
        if (traces.Count > 1) foreach (TraceSummary trace in traces) Line(console, Reading.Sentence(trace), Strong);
        if (Subject.Comparable(subjects)) ComparisonText.Write(console, subjects, width);
        foreach (TraceSummary trace in traces) Write(console, trace, [.. subjects.Where(s => ReferenceEquals(s.Trace, trace))]);

        foreach (string line in drawn.ToString().Split('\n')[..^1]) writer.Write(line.TrimEnd(' ', '\r') + "\n");
    }

    private static void Write(IAnsiConsole console, TraceSummary trace, IReadOnlyList<Subject> subjects)
    {
        Line(console, Reading.Sentence(trace), Strong);
        Line(console, Reading.Machine(trace));
        Line(console, Reading.Exits(trace));
        if (Reading.Causes(trace) is { Length: > 0 } causes) Line(console, "not complete: " + causes);
        Line(console, Reading.Clock(trace));
        Line(console, $"{trace.File}, {trace.Bytes:N0} bytes", Faint);
        if (!trace.Header.Native) Line(console, Reading.Emulated, Doubt);
        foreach (Subject subject in subjects)
        {
            if (subjects.Count > 1)
            {
                console.WriteLine();
                Line(console, subject.Label, Strong);
            }
            if (!subject.Configuration.Native && trace.Header.Native) Line(console, Reading.Emulated, Doubt);
            StageTableText.Write(console, subject);
            Line(console, Extremes(subject));
            Line(console, Reading.Identity(subject));
        }
        WriteFindings(console, trace);
    }

    private static string Extremes(Subject subject)
    {
        ConfigurationSummary c = subject.Configuration;
        string untraced = c.Untraced is { } u ? $"untraced min {Figures.Cycles(u.Total.Min)}, max {Figures.Cycles(u.Total.Max)}; " : "";
        return $"{untraced}traced min {Figures.Cycles(c.Total.Min)}, max {Figures.Cycles(c.Total.Max)}. All in {subject.Unit}; ± is half of the 99 % interval; ≤ is an upper bound.";
    }

    private static void WriteFindings(IAnsiConsole console, TraceSummary trace)
    {
        if (trace.Findings.IsEmpty)
        {
            Line(console, "No findings.");
            console.WriteLine();
            return;
        }
        var table = StageTableText.Plain();
        table.AddColumn(StageTableText.Left("finding"));
        table.AddColumn(StageTableText.Right("count"));
        table.AddColumn(StageTableText.Left("id"));
        table.AddColumn(new TableColumn(new Text("what", Faint)) { Padding = new Padding(0) });
        foreach (Finding finding in trace.Findings.OrderByDescending(f => f.Severity))
        {
            Style style = finding.Severity switch { Severity.Error => Wrong, Severity.DataLoss => Doubt, _ => Style.Plain };
            table.AddRow(new Text(finding.Severity.Name(), style), new Text(finding.Count.ToString("N0")), new Text(VisibleText.Of(finding.Id)), new Text(VisibleText.Of(finding.Text)));
        }
        console.Write(table);
    }

    private static void Line(IAnsiConsole console, string text, Style? style = null)
    {
        console.Write(new Text(VisibleText.Of(text), style ?? Style.Plain));
        console.WriteLine();
    }
}
