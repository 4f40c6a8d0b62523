using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>
/// The events of one CPU in a trace.dat, a page at a time. A page's records are read at once, while they come in the order in which the CPU
/// wrote them, and wait for their turn.
/// </summary>
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

    /// <summary>When the event was whose turn it is among those of its CPU.</summary>
    internal ulong Time => events[next].Time;

    /// <summary>Hands on the event whose turn it is, and those after it up to a limit.</summary>
    /// <param name="inclusive">Those at the limit too.</param>
    /// <returns>False at the end.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool TakeUntil(ulong limit, bool inclusive)
    {
        do
        {
            ReadOnlySpan<QueuedEvent> waiting = events.AsSpan(0, count);
            for (int i = next; i < waiting.Length; i++)
            {
                ref readonly QueuedEvent e = ref waiting[i];
                if (e.Time >= limit && (e.Time > limit || !inclusive))
                {
                    next = i;
                    return true;
                }
                records.Take(in e);
            }
        }
        while (TryFill());
        return false;
    }

    /// <summary>Goes to the first event.</summary>
    /// <returns>False if there is none.</returns>
    internal bool TryFill()
    {
        (next, count) = (0, 0);
        while (count == 0 && !records.IsKnownPvm)
        {
            int damaged = pages.DamagedChunks;
            var page = pages.Next();
            if (pages.DamagedChunks > damaged) AddLoss(last, 0);
            if (page.IsEmpty) break;
            ReadPage(page);
        }
        return count > 0;
    }

    private void ReadPage(ReadOnlySpan<byte> page)
    {
        var walk = new RingBufferPage(page, layout);
        if (walk.MissedEvents != 0) AddLoss(TimeOf(walk.PageTsc), Math.Max(walk.MissedEvents, 0));
        while (walk.MoveNext())
        {
            Records++;
            last = TimeOf(walk.Tsc);
            if (records.TryRead(last, walk.Payload, 0, cpu, ref Next())) count++;
        }
        if (walk.Damage == PageDamage.None) return;
        DamagedPages++;
        AddLoss(last, 0);
    }

    private ulong TimeOf(ulong stamp) => clock is null ? stamp : clock(stamp, cpu);

    private void AddLoss(ulong time, long lost)
    {
        Next() = QueuedEvent.Lost(time, cpu, lost);
        count++;
    }

    /// <summary>The place of the next event.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref QueuedEvent Next()
    {
        if (count == events.Length) Array.Resize(ref events, events.Length * 2);
        return ref events[count];
    }
}
