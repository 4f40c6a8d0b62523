namespace ExitProf.Analysis;

/// <summary>The rounds of a sum in the order in which they came, each with a place: rows of one table need no object for a round.</summary>
internal sealed class RoundNumbers
{
    private readonly List<int> numbers = [];

    /// <summary>Places by number; null while rounds have come in ascending order, as recorders write them.</summary>
    private Dictionary<int, int>? places;
    private int last;

    public int Count => numbers.Count;

    /// <summary>A number above all of them; 0 if there are none, or none that is not negative.</summary>
    public int Next { get; private set; }

    public int this[int place] => numbers[place];

    /// <summary>The place of a round; -1 if it has none.</summary>
    public int Find(int round)
    {
        if (last < numbers.Count && numbers[last] == round) return last;
        int place = places is null ? numbers.BinarySearch(round) : places.GetValueOrDefault(round, -1);
        return place < 0 ? -1 : last = place;
    }

    /// <summary>The place of a round, which may be the next one: <see cref="Count"/> before the call.</summary>
    public int FindOrAdd(int round)
    {
        if (Find(round) is var known and >= 0) return known;
        if (places is null && numbers.Count > 0 && round < numbers[^1])
        {
            places = new Dictionary<int, int>(numbers.Count + 1);
            for (int i = 0; i < numbers.Count; i++) places.Add(numbers[i], i);
        }
        places?.Add(round, numbers.Count);
        numbers.Add(round);
        Next = Math.Max(Next, round + 1);
        return last = numbers.Count - 1;
    }
}
