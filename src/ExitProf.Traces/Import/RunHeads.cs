using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>
/// The heads of runs that stand in order of time: says which run's is the earliest; of two at the same time that of the lower number. A
/// heap, in which a run's next head takes the place of the last one: next to no work if it is still the earliest.
/// </summary>
internal sealed class RunHeads
{
    private const int FirstRuns = 16;

    private Head[] heads = new Head[FirstRuns];

    private record struct Head(ulong Time, int Run)
    {
        internal readonly bool IsBefore(in Head other) => Time < other.Time || Time == other.Time && Run < other.Run;
    }

    internal int Count { get; private set; }

    /// <summary>The run whose head is the earliest. There must be one.</summary>
    internal int Run => heads[0].Run;

    internal ulong Time => heads[0].Time;

    /// <summary>The other one of two runs.</summary>
    internal int Other => heads[1].Run;

    /// <summary>How far the earliest run goes before it is another one's turn.</summary>
    /// <param name="inclusive">At that very time it is still its turn.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal ulong Limit(out bool inclusive)
    {
        inclusive = true;
        if (Count < 2) return ulong.MaxValue;
        ref readonly Head second = ref heads[Count > 2 && heads[2].IsBefore(in heads[1]) ? 2 : 1];
        inclusive = heads[0].Run < second.Run;
        return second.Time;
    }

    internal void Clear() => Count = 0;

    internal void Add(ulong time, int run)
    {
        if (Count == heads.Length) Array.Resize(ref heads, heads.Length * 2);
        var head = new Head(time, run);
        int at = Count++;
        for (int parent; at > 0 && head.IsBefore(in heads[parent = (at - 1) / 2]); at = parent) heads[at] = heads[parent];
        heads[at] = head;
    }

    /// <summary>The earliest run's next head.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Replace(ulong time) => Sink(new Head(time, heads[0].Run));

    /// <summary>The earliest run has ended.</summary>
    internal void Remove()
    {
        Head last = heads[--Count];
        if (Count > 0) Sink(last);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sink(Head head)
    {
        Span<Head> all = heads.AsSpan(0, Count);
        int at = 0;
        while (true)
        {
            int child = 2 * at + 1;
            if (child >= all.Length) break;
            if (child + 1 < all.Length && all[child + 1].IsBefore(in all[child])) child++;
            if (!all[child].IsBefore(in head)) break;
            all[at] = all[child];
            at = child;
        }
        all[at] = head;
    }
}
