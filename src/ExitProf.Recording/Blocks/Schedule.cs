using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>The order of everything that is interleaved, drawn from one seed that the trace keeps.</summary>
/// <param name="eachGroupLeftOut">Whether there are super-blocks without one group at a time: what the identity of a native guest
/// needs.</param>
internal sealed class Schedule(ulong seed, EventGroups traced, int configurations, bool eachGroupLeftOut = true)
{
    /// <summary>Two more super-blocks a round cost the others a quarter of their time, all at once would cost half.</summary>
    private const int LeftOutPerRound = 2;

    private readonly SplitMix64 random = new(seed);
    private int next;

    /// <summary>The events that are left out one by one, to learn what each costs.</summary>
    public IReadOnlyList<Stamp> Separate { get; init; } = [];

    /// <summary>
    /// Whether a count is exact: then each of them is left out in the first round only, else in turn.
    /// </summary>
    public bool Exact { get; init; }

    /// <summary>
    /// The event groups of one round's super-blocks, in random order. The traced total enters the identity twice for each untraced one
    /// (see the analysis), so it is measured twice; each set without one group is there to tell what that group costs.
    /// </summary>
    public IReadOnlyList<EventChoice> Round()
    {
        if (traced == EventGroups.None) return [new(EventGroups.None)];
        var sets = new List<EventChoice> { new(EventGroups.None), new(traced) };
        var groups = traced.Each().ToList();
        if (groups.Count > 1 && eachGroupLeftOut)
        {
            sets.Add(new(traced));
            sets.AddRange(groups.Select(g => new EventChoice(traced & ~g)));
        }
        if (eachGroupLeftOut) sets.AddRange(LeftOut().Select(s => new EventChoice(traced, s)));
        return Shuffled(sets);
    }

    private IEnumerable<Stamp> LeftOut()
    {
        int count = !Exact ? Math.Min(LeftOutPerRound, Separate.Count) : next == 0 ? Separate.Count : 0;
        for (int i = 0; i < count; i++) yield return Separate[next++ % Separate.Count];
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
