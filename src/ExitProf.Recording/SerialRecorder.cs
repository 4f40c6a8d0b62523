using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// Records one scenario after the other with the same vCPU thread and ring buffer: making those takes longer than a short recording, in an emulated
/// host many times so.
/// </summary>
public sealed class SerialRecorder : IDisposable
{
    private readonly VcpuThread thread = new(VcpuThread.AllowedCpus()[^1]);
    private KernelTracing? tracing;
    private EventSet? opened;

    /// <summary>Like <see cref="Recorder.Record(RecordOptions, ITraceSink, IProgress{RecordingProgress}, CancellationToken)"/>; all recordings with events have to want the same.</summary>
    public bool Record(RecordOptions options, ITraceSink sink, IProgress<RecordingProgress> progress, CancellationToken cancelled)
    {
        var findings = new FindingLedger();
        return Recorder.Record(options, sink, progress, thread, () => Open(options.Events, findings), findings, cancelled);
    }

    public void Dispose()
    {
        tracing?.Dispose();
        thread.Dispose();
    }

    private KernelTracing? Open(EventSet events, FindingLedger findings)
    {
        if (events.Groups == EventGroups.None) return null;
        if (tracing != null && opened != events) throw new InvalidOperationException($"The ring buffer is for the events {opened?.Name}, not {events.Name}.");
        opened = events;
        return tracing ??= KernelTracing.TryOpen(events, thread, findings);
    }
}
