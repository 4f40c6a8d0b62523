namespace ExitProf.Traces;

/// <summary>
/// Puts the events of a recorder that writes CPU by CPU in order of time: what is older than everything that can still come is handed on.
/// Memory is bounded;
/// beyond it the older half goes on, and events that come too late after that are counted where they break their thread's order.
/// </summary>
internal sealed class EventQueue(Action<QueuedEvent> take)
{
    private const int MaxEvents = 1 << 20;

    private readonly List<QueuedEvent> events = [];
    private ulong newest;
    private ulong newestOfRound;
    private long order;
    private bool sorted = true;

    internal void Add(QueuedEvent e)
    {
        if (e.Time < newest) sorted = false;
        newest = Math.Max(newest, e.Time);
        events.Add(e with { Order = order++ });
        if (events.Count < MaxEvents) return;
        Sort();
        Release(MaxEvents / 2);
    }

    /// <summary>The recorder has gone over all CPUs once more: what was the newest the time before is complete now.</summary>
    internal void EndRound()
    {
        ulong until = newestOfRound;
        newestOfRound = newest;
        if (until == 0) return;
        Sort();
        int count = 0;
        while (count < events.Count && events[count].Time <= until) count++;
        Release(count);
    }

    internal void Complete()
    {
        Sort();
        Release(events.Count);
    }

    private void Sort()
    {
        if (!sorted) events.Sort((a, b) => a.Time != b.Time ? a.Time.CompareTo(b.Time) : a.Order.CompareTo(b.Order));
        sorted = true;
    }

    private void Release(int count)
    {
        for (int i = 0; i < count; i++) take(events[i]);
        events.RemoveRange(0, count);
    }
}
