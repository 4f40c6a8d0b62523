using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// What recordings take of the host: the vCPU threads and the ring buffer. Making those takes longer than a short recording, in an emulated
/// host many times as long, so several recordings after each other may share one.
/// </summary>
/// <param name="cpu">The CPU of the first vCPU; null takes the last one that the process may use.</param>
public sealed class RecordingHost(int? cpu = null) : IDisposable
{
    private KernelTracing? tracing;
    private EventSet? opened;
    private int vcpus;

    /// <summary>What was found when the ring buffer was opened, or refused: it is true of every recording that wants events.</summary>
    private FindingLedger opening = new();

    internal VcpuThreads Threads { get; } = new(cpu);

    /// <summary>
    /// The kernel's side of a recording; null if no events are wanted or none can be had. All recordings with events have to want the same.
    /// </summary>
    /// <param name="findings">Get the reason if there are none.</param>
    internal KernelTracing? Trace(EventSet events, int vcpus, FindingLedger findings)
    {
        if (events.Groups == EventGroups.None)
            return null;
        if (tracing != null && opened != events)
            throw new InvalidOperationException($"The ring buffer is for the events {opened?.Name}, not {events.Name}.");
        opened = events;
        // A ring buffer for more vCPUs serves fewer too.
        if (vcpus > this.vcpus)
        {
            tracing?.Dispose();
            (tracing, this.vcpus, opening) = (null, vcpus, new FindingLedger());
            tracing = KernelTracing.TryOpen(
                events,
                [.. Enumerable.Range(0, vcpus).Select(i => new PinnedThread(Threads[i].ThreadId, Threads[i].Cpu))],
                opening
            );
        }
        foreach (Finding found in opening.All) findings.Add(found);
        return tracing;
    }

    public void Dispose()
    {
        tracing?.Dispose();
        Threads.Dispose();
    }
}
