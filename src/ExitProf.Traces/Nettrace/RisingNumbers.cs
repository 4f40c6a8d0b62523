namespace ExitProf.Traces;

/// <summary>A set of numbers that rise as they are added; those without a gap between them take the room of one.</summary>
internal sealed class RisingNumbers
{
    private readonly List<(int First, int Last)> ranges = [];

    internal void Add(int number)
    {
        if (ranges.Count > 0 && ranges[^1].Last == number - 1) ranges[^1] = (ranges[^1].First, number);
        else ranges.Add((number, number));
    }

    internal bool Contains(int number)
    {
        int low = 0, high = ranges.Count - 1;
        // The number that came last is asked for most.
        if (high >= 0 && ranges[high].First <= number) return number <= ranges[high].Last;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (number < ranges[middle].First) high = middle - 1;
            else if (number > ranges[middle].Last) low = middle + 1;
            else return true;
        }
        return false;
    }
}
