using ExitProf.Linux;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>The kernel's side of a recording: a private instance, its reader, and which events exist here.</summary>
internal sealed class KernelTracing : IDisposable
{
    // Room for a block of 65,536 exits with a dozen events of 28 bytes would be 22 MB; blocks are sized to 20 ms, which is below 2 MB on
    // any host seen. What does not fit is counted as lost.
    private const int BufferKilobytes = 8192;

    private readonly TracefsInstance instance;
    private readonly DynamicProbes? probes;

    private KernelTracing(string tracefs, EventSet events, DynamicProbes? probes, IReadOnlyList<VcpuThread> threads)
    {
        this.probes = probes;
        Events = events.Existing(tracefs);
        // The notes of RCU calibrate the floor of a probe even where they are not recorded.
        EventSet available = Events.Groups.HasFlag(EventGroups.Rcu) ? Events : Events.With(EventSet.Full.Existing(tracefs), EventGroups.Rcu);
        CanCalibrateFloor = available.Events.TryGetValue(EventGroups.Rcu, out IReadOnlyList<string>? rcu) && rcu.Count > 0;
        instance = new TracefsInstance(tracefs, available, [.. threads.Select(t => (t.ThreadId, t.Cpu))], BufferKilobytes);
        try
        {
            Readers = [.. threads.Select((_, i) => new KernelEventReader(instance, i, tracefs, available))];
        }
        catch
        {
            instance.Dispose();
            throw;
        }
    }

    public EventSet Events { get; }

    /// <summary>Of each vCPU: it is pinned, so its events are in the buffer of its CPU and no other.</summary>
    public IReadOnlyList<KernelEventReader> Readers { get; }

    public bool CanCalibrateFloor { get; }

    /// <summary>Null if no events are wanted or none can be had; the reason is then a finding.</summary>
    public static KernelTracing? TryOpen(EventSet events, IReadOnlyList<VcpuThread> threads, FindingLedger findings)
    {
        if (events.Groups == EventGroups.None) return null;
        DynamicProbes? probes = null;
        KernelTracing? opened = null;
        try
        {
            string tracefs = TracefsMount.Find();
            if (events.Groups.HasFlag(EventGroups.Probes))
            {
                probes = DynamicProbes.Create(tracefs);
                events = events.WithProbes(probes.Events);
                if (probes.Refusal is { } refusal) findings.Add(FindingKind.NoProbes, refusal);
            }
            var tracing = new KernelTracing(tracefs, events, probes, threads);
            if (tracing.Events.Groups != EventGroups.None) return opened = tracing;
            tracing.Dispose();
            findings.Add(FindingKind.NoKernelEvents, "The kernel has none of the wanted events: stages that only they can separate are merged.");
        }
        catch (Exception e) when (e is SystemCallException or FormatException)
        {
            findings.Add(FindingKind.NoKernelEvents, $"{e.Message} Stages that only kernel events can separate are merged.");
        }
        finally
        {
            if (opened == null) probes?.Dispose();
        }
        return null;
    }

    public void Enable(EventGroups groups) => instance.Enable(groups);

    public void Dispose()
    {
        instance.Dispose();
        probes?.Dispose();
    }
}
