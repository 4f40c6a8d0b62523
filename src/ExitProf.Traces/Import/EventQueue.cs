using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ExitProf.Traces;

/// <summary>
/// Puts the events of a recorder that writes CPU by CPU in order of time: what is older than everything that can still come is handed on.
/// A CPU's own events are in order, so the queue merges runs instead of sorting. Memory is bounded; beyond it the older half goes on, and
/// events that come too late after that are counted where they break their thread's order.
/// </summary>
internal sealed class EventQueue(IQueuedEventSink sink)
{
    private const int MaxEvents = 1 << 19;
    private const int FirstEvents = 1 << 10;

    private readonly List<Run> runs = [];
    private readonly RunHeads heads = new();
    private QueuedEvent[] events = new QueuedEvent[FirstEvents];
    private QueuedEvent[] spare = [];
    private int count;
    private ulong last;
    private ulong newest;
    private ulong newestOfRound;

    /// <summary>Events that stand in order of time.</summary>
    private record struct Run(int Next, int End);

    internal void Add(in QueuedEvent e)
    {
        Next() = e;
        Commit();
    }

    /// <summary>The place of the next event: it is written where it stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref QueuedEvent Next()
    {
        if (count == events.Length) Grow();
        return ref events[count];
    }

    /// <summary>The place that <see cref="Next"/> gave holds an event now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Commit()
    {
        ulong time = events[count].Time;
        if (runs.Count == 0 || time < last) runs.Add(new Run(count, count));
        count++;
        last = time;
        if (time > newest) newest = time;
        if (count < MaxEvents) return;
        Release(ulong.MaxValue, MaxEvents / 2);
    }

    /// <summary>The recorder has gone over all CPUs once more: what was the newest the time before is complete now.</summary>
    internal void EndRound()
    {
        ulong until = newestOfRound;
        newestOfRound = newest;
        if (until != 0) Release(until, count);
    }

    internal void Complete() => Release(ulong.MaxValue, count);

    private void Grow()
    {
        Array.Resize(ref events, Math.Min(events.Length * 2, MaxEvents));
    }

    private void Release(ulong until, int most)
    {
        if (count == 0) return;
        CloseRuns();
        if (runs.Count == 1) ReleaseRun(until, most);
        else Merge(until, most);
        Compact();
    }

    /// <summary>A run ends where the next one begins.</summary>
    private void CloseRuns()
    {
        for (int i = 0; i < runs.Count; i++) runs[i] = runs[i] with { End = i + 1 < runs.Count ? runs[i + 1].Next : count };
    }

    private void ReleaseRun(ulong until, int most)
    {
        Run run = runs[0];
        ReadOnlySpan<QueuedEvent> turn = Turn(in run, most, until, inclusive: true);
        sink.Take(turn);
        runs[0] = run with { Next = run.Next + turn.Length };
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Merge(ulong until, int most)
    {
        heads.Clear();
        Span<Run> all = CollectionsMarshal.AsSpan(runs);
        for (int i = 0; i < all.Length; i++) heads.Add(events[all[i].Next].Time, i);
        while (most > 0 && heads.Count > 0 && heads.Time <= until)
        {
            ref Run run = ref all[heads.Run];
            ulong limit = heads.Limit(out bool inclusive);
            ReadOnlySpan<QueuedEvent> turn = until < limit ? Turn(in run, most, until, inclusive: true)
                : Turn(in run, most, limit, inclusive);
            sink.Take(turn);
            most -= turn.Length;
            run.Next += turn.Length;
            if (run.Next < run.End) heads.Replace(events[run.Next].Time);
            else heads.Remove();
        }
    }

    /// <summary>A run's next events up to a limit.</summary>
    private ReadOnlySpan<QueuedEvent> Turn(in Run run, int most, ulong limit, bool inclusive)
    {
        ReadOnlySpan<QueuedEvent> all = events.AsSpan(run.Next, Math.Min(run.End - run.Next, most));
        int count = 0;
        while (count < all.Length && (all[count].Time < limit || inclusive && all[count].Time == limit)) count++;
        return all[..count];
    }

    /// <summary>Moves what is left to the front; each run stays one.</summary>
    private void Compact()
    {
        int left = 0;
        foreach (Run run in runs) left += run.End - run.Next;
        if (left == 0)
        {
            runs.Clear();
            count = 0;
            return;
        }
        // To another array, so that no run writes over one that has not been moved.
        if (spare.Length < events.Length) spare = new QueuedEvent[events.Length];
        int kept = 0, to = 0;
        for (int i = 0; i < runs.Count; i++)
        {
            (int next, int end) = runs[i];
            if (next == end) continue;
            Array.Copy(events, next, spare, to, end - next);
            runs[kept++] = new Run(to, to += end - next);
        }
        runs.RemoveRange(kept, runs.Count - kept);
        (events, spare, count) = (spare, events, left);
        last = events[left - 1].Time;
    }
}
