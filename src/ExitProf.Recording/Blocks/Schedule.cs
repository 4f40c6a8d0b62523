using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>The order of everything that is interleaved, drawn from one seed that the trace keeps.</summary>
/// <param name="eachGroupLeftOut">Whether there are super-blocks without one group at a time: what the identity of a native guest
/// needs.</param>
internal sealed class Schedule(ulong seed, EventGroups traced, int configurations, bool eachGroupLeftOut = true)
{
    private readonly SplitMix64 random = new(seed);

    /// <summary>
    /// The event groups of one round's super-blocks, in random order. The traced total enters the identity twice for each untraced one
    /// (see the analysis), so it is measured twice; each set without one group is there to tell what that group costs.
    /// </summary>
    public IReadOnlyList<EventGroups> Round()
    {
        if (traced == EventGroups.None) return [EventGroups.None];
        var sets = new List<EventGroups> { EventGroups.None, traced };
        var groups = traced.Each().ToList();
        if (groups.Count > 1 && eachGroupLeftOut)
        {
            sets.Add(traced);
            sets.AddRange(groups.Select(g => traced & ~g));
        }
        return Shuffled(sets);
    }

    /// <summary>Each configuration once, in random order.</summary>
    public IReadOnlyList<int> Pass() => Shuffled(Enumerable.Range(0, configurations));

    private T[] Shuffled<T>(IEnumerable<T> items)
    {
        T[] array = [.. items];
        random.Shuffle(array.AsSpan());
        return array;
    }
}
