using System.Diagnostics;
using ExitProf.Analysis;
using ExitProf.Recording;
using ExitProf.Reports;

namespace ExitProf;

/// <summary>
/// The live view of attach: on a terminal it is drawn over itself, in a pipe one table follows the other. It is drawn by the recorder's own
/// thread, after a slice of the trace was handed over.
/// </summary>
internal sealed class TopView(CommandConsole console) : IProgress<RecordingProgress>
{
    private const int PipeLines = 40;

    /// <summary>A few exits in a row say nothing about a rate.</summary>
    private const double LeastSeconds = 0.1;
    private const string HomeAndClear = "\e[H\e[J";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long last = Stopwatch.GetTimestamp();

    /// <summary>Gets the trace while it is recorded.</summary>
    public LiveReasons Reasons { get; } = new();

    public void Report(RecordingProgress value)
    {
        TimeSpan since = Stopwatch.GetElapsedTime(last);
        if (since < Interval) return;
        last = Stopwatch.GetTimestamp();
        if (console.IsTerminal) console.Out.Write(HomeAndClear);
        ReasonTable? table = Reasons.Take();
        // A slice of the trace is handed over once a second, so it is not just what came since the last drawing.
        double seconds = table is { Span: > 0 } && Reasons.Trace is { Clock.Hertz: > 0 and var hertz }
            ? Math.Max(table.Span / hertz, LeastSeconds) : since.TotalSeconds;
        TopReport.Write(console.Out, table, Reasons.Trace, seconds, console.Columns,
            console.IsTerminal ? Console.WindowHeight : PipeLines, console.Colour);
        console.Out.WriteLine();
        console.Out.Flush();
    }
}
