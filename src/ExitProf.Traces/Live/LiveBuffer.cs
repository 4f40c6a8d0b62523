namespace ExitProf.Traces;

/// <summary>The events of one CPU's ring buffer that have been read and wait for those of other CPUs.</summary>
internal sealed class LiveBuffer(int cpu)
{
    private readonly Queue<QueuedEvent> waiting = new();
    private ulong started;

    internal int Cpu => cpu;

    internal int Count => waiting.Count;

    /// <summary>Time of the oldest waiting event; the end of time if there is none.</summary>
    internal ulong First => waiting.TryPeek(out QueuedEvent first) ? first.Time : ulong.MaxValue;

    /// <summary>No event before this is still to come.</summary>
    internal ulong Horizon { get; private set; }

    /// <summary>How many events the pages said to be lost before them.</summary>
    internal long Lost { get; private set; }

    internal void Add(in QueuedEvent e)
    {
        if (e.Kind == QueuedKind.Loss) Lost += e.Amount;
        waiting.Enqueue(e);
        Horizon = Math.Max(Horizon, e.Time);
    }

    internal QueuedEvent Take() => waiting.Dequeue();

    /// <summary>
    /// The buffer was read to its end, in a reading that began at a time. A writer stamps an event before it shows it to readers, so what
    /// is sure is the time of the reading before.
    /// </summary>
    internal void Drained(ulong began)
    {
        Horizon = Math.Max(Horizon, started);
        started = began;
    }

    /// <summary>No more will come.</summary>
    internal void End() => Horizon = ulong.MaxValue;
}
