using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>The events of one CPU in a trace.dat, a page at a time. A record stays in its page until its turn comes.</summary>
internal sealed class TraceDatCpu(
    int cpu, TraceDatPages pages, RingBufferLayout layout, KernelRecords records, Func<ulong, int, ulong>? clock)
{
    private const int FirstEvents = 64;

    private readonly List<long> losses = [];
    private Entry[] entries = new Entry[FirstEvents];
    private int count;
    private int next;
    private ulong last;

    /// <summary>A record by its place in the page.</summary>
    /// <param name="Length">-1 for a loss, whose number is at <paramref name="At"/> among the losses.</param>
    private readonly record struct Entry(ulong Time, int At, int Length);

    internal long Records { get; private set; }

    internal long DamagedPages { get; private set; }

    internal int DamagedChunks => pages.DamagedChunks;

    /// <summary>When the event was whose turn it is among those of its CPU.</summary>
    internal ulong Time => entries[next].Time;

    /// <summary>Hands on the event whose turn it is, and those after it up to a limit.</summary>
    /// <param name="inclusive">Those at the limit too.</param>
    /// <returns>False at the end.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool TakeUntil(ulong limit, bool inclusive)
    {
        do
        {
            ReadOnlySpan<Entry> waiting = entries.AsSpan(0, count);
            ReadOnlySpan<byte> page = pages.Current;
            for (int i = next; i < waiting.Length; i++)
            {
                ref readonly Entry e = ref waiting[i];
                if (e.Time > limit || e.Time == limit && !inclusive)
                {
                    next = i;
                    return true;
                }
                if (e.Length >= 0) records.Take(e.Time, page.Slice(e.At, e.Length), cpu);
                else records.Take(QueuedEvent.Lost(e.Time, cpu, losses[e.At]));
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
        losses.Clear();
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
            if (records.Knows(walk.Payload)) Add(new Entry(last, walk.PayloadAt, walk.Payload.Length));
        }
        if (walk.Damage == PageDamage.None) return;
        DamagedPages++;
        AddLoss(last, 0);
    }

    private ulong TimeOf(ulong stamp) => clock is null ? stamp : clock(stamp, cpu);

    private void AddLoss(ulong time, long lost)
    {
        Add(new Entry(time, losses.Count, -1));
        losses.Add(lost);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(in Entry e)
    {
        if (count == entries.Length) Array.Resize(ref entries, entries.Length * 2);
        entries[count++] = e;
    }
}
