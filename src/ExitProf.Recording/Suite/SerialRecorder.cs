using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// Records one scenario after the other with the same vCPU threads and ring buffer: making those takes longer than a short recording, in an emulated
/// host many times so.
/// </summary>
public sealed class SerialRecorder : IDisposable
{
    private readonly VcpuThreads threads = new();
    private KernelTracing? tracing;
    private EventSet? opened;
    private int vcpus;

    /// <summary>What was found when the ring buffer was opened, or refused: it is true of every recording that wants events.</summary>
    private FindingLedger opening = new();

    /// <summary>Like <see cref="Recorder.Record(RecordOptions, ITraceSink, IProgress{RecordingProgress}, CancellationToken)"/>; all recordings with events have to want the same.</summary>
    public bool Record(RecordOptions options, ITraceSink sink, IProgress<RecordingProgress> progress, CancellationToken cancelled)
    {
        var findings = new FindingLedger();
        return Recorder.Record(options, sink, progress, threads, all => Open(options.Events, all, findings), findings, cancelled);
    }

    public void Dispose()
    {
        tracing?.Dispose();
        threads.Dispose();
    }

    private KernelTracing? Open(EventSet events, IReadOnlyList<VcpuThread> all, FindingLedger findings)
    {
        if (events.Groups == EventGroups.None) return null;
        if (tracing != null && opened != events) throw new InvalidOperationException($"The ring buffer is for the events {opened?.Name}, not {events.Name}.");
        opened = events;
        // One for more vCPUs serves fewer too.
        if (all.Count > vcpus)
        {
            tracing?.Dispose();
            (tracing, vcpus, opening) = (null, all.Count, new FindingLedger());
            tracing = KernelTracing.TryOpen(events, all, opening);
        }
        foreach (Finding found in opening.All) findings.Add(found);
        return tracing;
    }
}
