namespace ExitProf.Analysis;

/// <summary>What a stamp of a traced exit adds to the untraced one, in instructions.</summary>
/// <param name="Head">Up to the reading of the clock.</param>
/// <param name="Tail">From that reading on, it included.</param>
internal readonly record struct EventWay(int Head, int Tail)
{
    public int Cost => Head + Tail;

    /// <summary>
    /// A detour is charged to the nearest stamp; where two share a step, that of the earlier one ends with the last instruction before the
    /// untraced way goes on.
    /// </summary>
    /// <param name="stamps">Where the traced exit read the clock.</param>
    /// <param name="borders">Which instruction of the untraced exit comes next there.</param>
    /// <param name="matched">What each instruction of the traced exit is in the untraced one; -1 on a detour.</param>
    public static EventWay Of(ReadOnlySpan<int> stamps, ReadOnlySpan<int> borders, ReadOnlySpan<int> matched, int k)
    {
        int before = k == 0 ? 0 : Extra(stamps, borders, k - 1), after = k == stamps.Length - 1 ? 0 : Extra(stamps, borders, k);
        int tail = k == stamps.Length - 1 ? 0 : Detour(matched[stamps[k]..stamps[k + 1]], after);
        int head = k == 0 ? 0 : before - Detour(matched[stamps[k - 1]..stamps[k]], before);
        return new EventWay(head, tail);
    }

    /// <summary>How many instructions the step from a stamp to the next one has beyond those of the untraced exit.</summary>
    private static int Extra(ReadOnlySpan<int> stamps, ReadOnlySpan<int> borders, int k) =>
        stamps[k + 1] - stamps[k] - (borders[k + 1] - borders[k]);

    /// <summary>
    /// The part of a step's extra instructions that belongs to the stamp that opens it: those before the untraced way goes on.
    /// </summary>
    private static int Detour(ReadOnlySpan<int> step, int extra)
    {
        int first = step.IndexOfAnyExcept(-1);
        return first < 0 ? extra / 2 : Math.Min(first, extra);
    }
}
