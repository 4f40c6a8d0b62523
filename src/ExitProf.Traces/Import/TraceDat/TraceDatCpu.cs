namespace ExitProf.Traces;

/// <summary>The events of one CPU in a trace.dat, a page at a time.</summary>
internal sealed class TraceDatCpu(
    int cpu, TraceDatPages pages, RingBufferLayout layout, KernelRecords records, Func<ulong, int, ulong>? clock)
{
    private const int FirstEvents = 64;

    private QueuedEvent[] events = new QueuedEvent[FirstEvents];
    private int count;
    private int next;
    private ulong last;

    internal long Records { get; private set; }

    internal long DamagedPages { get; private set; }

    internal int DamagedChunks => pages.DamagedChunks;

    /// <summary>The event whose turn it is among those of its CPU.</summary>
    internal ref readonly QueuedEvent Head => ref events[next];

    /// <summary>Goes to the next event.</summary>
    /// <returns>False at the end.</returns>
    internal bool MoveNext() => ++next < count || TryFill();

    /// <summary>Goes to the first event.</summary>
    /// <returns>False if there is none.</returns>
    internal bool TryFill()
    {
        (next, count) = (0, 0);
        while (count == 0 && !records.IsKnownPvm)
        {
            int damaged = pages.DamagedChunks;
            var page = pages.Next();
            if (pages.DamagedChunks > damaged) Add(QueuedEvent.Lost(last, cpu, 0));
            if (page.IsEmpty) break;
            ReadPage(page);
        }
        return count > 0;
    }

    private void ReadPage(ReadOnlySpan<byte> page)
    {
        var walk = new RingBufferPage(page, layout);
        if (walk.MissedEvents != 0) Add(QueuedEvent.Lost(Time(walk.PageTsc), cpu, Math.Max(walk.MissedEvents, 0)));
        while (walk.MoveNext())
        {
            Records++;
            last = Time(walk.Tsc);
            if (count == events.Length) Array.Resize(ref events, events.Length * 2);
            if (records.TryRead(last, walk.Payload, 0, cpu, ref events[count])) count++;
        }
        if (walk.Damage == PageDamage.None) return;
        DamagedPages++;
        Add(QueuedEvent.Lost(last, cpu, 0));
    }

    private ulong Time(ulong stamp) => clock is null ? stamp : clock(stamp, cpu);

    private void Add(in QueuedEvent e)
    {
        if (count == events.Length) Array.Resize(ref events, events.Length * 2);
        events[count++] = e;
    }
}
