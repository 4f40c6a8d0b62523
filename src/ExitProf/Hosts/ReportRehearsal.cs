using ExitProf.Analysis;
using ExitProf.Charts;
using ExitProf.Reports;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>
/// Makes the report of a small recording and throws it away, while an emulated host is busy on one core and this process on none: the code
/// of the report that follows is compiled then, which takes longer than to run it. What an emulated host counts does not depend on what
/// else the machine does; a recording in time would.
/// </summary>
internal sealed class ReportRehearsal : IDisposable
{
    /// <summary>30 exits of pio-out in an emulated host with SVM.</summary>
    private const string Recording = "rehearsal.nettrace";

    private readonly CancellationTokenSource enough = new();
    private readonly Task task;

    public ReportRehearsal() => task = Environment.ProcessorCount > 1
        ? Task.Run(() => Rehearse(enough.Token), CancellationToken.None)
        : Task.CompletedTask;

    /// <summary>Ends it after what is under way.</summary>
    public void Dispose()
    {
        enough.Cancel();
        task.GetAwaiter().GetResult();
        enough.Dispose();
    }

    internal static void Rehearse(CancellationToken enough)
    {
        IReadOnlyList<TraceSummary> traces = [Summarise()];
        foreach (Action part in (Action[])
            [
                () => HtmlReport.Write(TextWriter.Null, traces), () => Picture.Png(Pictures.Of(traces)[0].Chart, Scheme.Light),
                () => TextReport.Write(TextWriter.Null, traces),
            ])
        {
            if (enough.IsCancellationRequested) return;
            part();
        }
    }

    internal static TraceSummary Summarise()
    {
        var analysis = new TraceAnalysis();
        var timeline = new TimelineAnalysis();
        using Stream recording = typeof(ReportRehearsal).Assembly.GetManifestResourceStream(Recording)
            ?? throw new InvalidOperationException($"the build has no {Recording}");
        long bytes = recording.Length;
        TraceReading reading = TraceReader.Read(recording, Recording, new TeeSink(analysis, timeline));
        return analysis.Summarise(Recording, bytes, reading.Findings) with { Timeline = timeline.Summarise() };
    }
}
