using ExitProf.Linux;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>The kernel's side of a recording: a private instance, a reader for each of its CPUs, and which events exist here.</summary>
internal sealed class KernelTracing : IDisposable
{
    // Room for a block of 65,536 exits with a dozen events of 28 bytes would be 22 MB; blocks are sized to 20 ms, which is below 2 MB on
    // any host seen. What does not fit is counted as lost.
    private const int BufferKilobytes = 8192;

    private readonly TracefsInstance instance;
    private readonly DynamicProbes? probes;
    private readonly (ThreadEvents Events, int Reader)[] threads;

    private KernelTracing(string tracefs, EventSet events, DynamicProbes? probes, IReadOnlyList<PinnedThread> threads)
    {
        this.probes = probes;
        Events = events.Existing(tracefs);
        // The notes of RCU calibrate the floor of a probe even where they are not recorded.
        EventSet available = Events.Groups.HasFlag(EventGroups.Rcu)
            ? Events
            : Events.With(EventSet.Full.Existing(tracefs), EventGroups.Rcu);
        CanCalibrateFloor = available.Events.TryGetValue(EventGroups.Rcu, out IReadOnlyList<string>? rcu) && rcu.Count > 0;
        instance = new TracefsInstance(tracefs, available, threads, BufferKilobytes);
        Dictionary<int, ThreadEvents> byId = threads.Select(t => t.Id).Distinct().ToDictionary(id => id, _ => new ThreadEvents());
        this.threads = [.. threads.Select(t => (byId[t.Id], instance.Cpus.IndexOf(t.Cpu)))];
        try
        {
            Readers = [.. instance.Cpus.Select((_, i) => new KernelEventReader(instance, i, tracefs, available, byId))];
        }
        catch
        {
            instance.Dispose();
            throw;
        }
    }

    public EventSet Events { get; }

    /// <summary>One for each CPU.</summary>
    public IReadOnlyList<KernelEventReader> Readers { get; }

    public bool CanCalibrateFloor { get; }

    /// <summary>Null if no events are wanted or none can be had; the reason is then a finding.</summary>
    public static KernelTracing? TryOpen(EventSet events, IReadOnlyList<PinnedThread> threads, FindingLedger findings)
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
            findings.Add(
                FindingKind.NoKernelEvents,
                "The kernel has none of the wanted events: stages that only they can separate are merged."
            );
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

    /// <summary>Replaces the events of all threads by those that are in the buffers now.</summary>
    public void Read()
    {
        foreach ((ThreadEvents events, _) in threads) events.Clear();
        foreach (KernelEventReader reader in Readers) reader.Read();
        foreach ((ThreadEvents events, _) in threads) events.Merge();
    }

    /// <summary>The events of a thread, by its place among those that are traced.</summary>
    public ThreadEvents this[int thread] => threads[thread].Events;

    /// <summary>Events that the buffer of a thread's CPU lost since the last call of <see cref="Read"/>.</summary>
    public long Lost(int thread) => Readers[threads[thread].Reader].Lost;

    public void Enable(EventGroups groups, Stamp leftOut = Block.AllOn) => instance.Enable(groups, leftOut);

    public void Dispose()
    {
        instance.Dispose();
        probes?.Dispose();
    }
}
