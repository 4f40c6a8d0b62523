namespace ExitProf.Traces;

/// <summary>
/// Says how much of an exit is kept in a trace that must not grow with the recording: the first ones of a reason whole, further ones by
/// their ends, and beyond what a trace takes nothing but their number.
/// </summary>
/// <param name="wholeOfEach">Exits of one reason that are kept whole.</param>
/// <param name="endsOfAll">Exits of all reasons together that are kept by their ends.</param>
public sealed class ExitBudget(long wholeOfEach, long endsOfAll)
{
    private readonly Dictionary<(string Reason, string KvmExit), int> places = [];
    private readonly List<long> seen = [];

    /// <summary>By the class's number; 0 where it was not asked for yet, else one more than its reason's place.</summary>
    private int[] placeOfClass = [];

    /// <summary>Exits that were kept by their ends.</summary>
    public long Ends { get; private set; }

    /// <summary>Exits of which nothing was kept.</summary>
    public long Nothing { get; private set; }

    internal KeptPart Spend(ExitClass exitClass)
    {
        if (exitClass.Index >= placeOfClass.Length) Array.Resize(ref placeOfClass, Math.Max(64, 2 * exitClass.Index));
        ref int place = ref placeOfClass[exitClass.Index];
        if (place == 0) place = PlaceOf(exitClass) + 1;
        if (seen[place - 1]++ < wholeOfEach) return KeptPart.Whole;
        if (Ends < endsOfAll)
        {
            Ends++;
            return KeptPart.Ends;
        }
        Nothing++;
        return KeptPart.Nothing;
    }

    private int PlaceOf(ExitClass exitClass)
    {
        var reason = (exitClass.Reason.Length > 0 ? exitClass.Reason : exitClass.Kind.Name(), exitClass.KvmExit);
        if (!places.TryGetValue(reason, out int place))
        {
            places.Add(reason, place = seen.Count);
            seen.Add(0);
        }
        return place;
    }
}
