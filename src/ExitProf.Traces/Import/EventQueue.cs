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

    /// <summary>So many runs are asked whether a later one can follow them: more than a few CPUs have.</summary>
    private const int MaxEnds = 64;

    private readonly List<Run> runs = [];

    /// <summary>Runs that no other follows yet, by their number.</summary>
    private readonly List<int> ends = [];
    private readonly RunHeads heads = new();
    private QueuedEvent[] events = new QueuedEvent[FirstEvents];
    private QueuedEvent[] spare = [];
    private int count;
    private ulong last;
    private ulong newest;
    private ulong newestOfRound;

    /// <summary>Events that stand in order of time.</summary>
    /// <param name="Follower">The run that goes on where this one ends, as a CPU's part of the next round does; -1 if none.</param>
    private record struct Run(int Next, int End, int Follower);

    internal void Add(in QueuedEvent e)
    {
        Next() = e;
        Commit(e.Time);
    }

    /// <summary>The place of the next event: it is written where it stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref QueuedEvent Next()
    {
        if (count == events.Length) Grow();
        return ref events[count];
    }

    /// <summary>The place that <see cref="Next"/> gave holds an event of this time now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Commit(ulong time)
    {
        if (runs.Count == 0 || time < last) runs.Add(new Run(count, count, -1));
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
        Chain(all);
        while (most > 0 && heads.Count > 0 && heads.Time <= until)
        {
            if (heads.Count == 2)
            {
                MergeTwo(all, until, ref most);
                continue;
            }
            ref Run run = ref all[heads.Run];
            ulong limit = heads.Limit(out bool inclusive);
            ReadOnlySpan<QueuedEvent> turn = until < limit ? Turn(in run, most, until, inclusive: true)
                : Turn(in run, most, limit, inclusive);
            sink.Take(turn);
            most -= turn.Length;
            run.Next += turn.Length;
            if (run.Next < run.End)
            {
                heads.Replace(events[run.Next].Time);
                continue;
            }
            heads.Remove();
            if (run.Follower >= 0) heads.Add(events[all[run.Follower].Next].Time, run.Follower);
        }
    }

    /// <summary>Runs that follow another one are no heads: fewer heads are less work.</summary>
    private void Chain(Span<Run> all)
    {
        ends.Clear();
        for (int i = 0; i < all.Length; i++)
        {
            all[i].Follower = -1;
            ulong first = events[all[i].Next].Time;
            int place = ends.Count - 1;
            for (int asked = 0; place >= 0 && asked < MaxEnds && events[all[ends[place]].End - 1].Time > first; asked++) place--;
            if (place >= 0 && events[all[ends[place]].End - 1].Time <= first)
            {
                all[ends[place]].Follower = i;
                ends[place] = i;
                continue;
            }
            ends.Add(i);
            heads.Add(first, i);
        }
    }

    /// <summary>Where one of two is not next, the other one is. Ends with one of them, or where the limits are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MergeTwo(Span<Run> all, ulong until, ref int most)
    {
        int run = heads.Run, other = heads.Other;
        while (true)
        {
            ref Run one = ref all[run];
            ulong limit = events[all[other].Next].Time;
            ReadOnlySpan<QueuedEvent> turn = until < limit ? Turn(in one, most, until, inclusive: true)
                : Turn(in one, most, limit, inclusive: run < other);
            sink.Take(turn);
            most -= turn.Length;
            one.Next += turn.Length;
            if (one.Next == one.End || most == 0 || until < limit) break;
            (run, other) = (other, run);
        }
        heads.Clear();
        foreach (int left in (ReadOnlySpan<int>)[run, other])
        {
            int head = all[left].Next < all[left].End ? left : all[left].Follower;
            if (head >= 0) heads.Add(events[all[head].Next].Time, head);
        }
    }

    /// <summary>A run's next events up to a limit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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
            (int next, int end, _) = runs[i];
            if (next == end) continue;
            Array.Copy(events, next, spare, to, end - next);
            runs[kept++] = new Run(to, to += end - next, -1);
        }
        runs.RemoveRange(kept, runs.Count - kept);
        (events, spare, count) = (spare, events, left);
        last = events[left - 1].Time;
    }
}
