using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Decides for a configuration whether its preempted blocks are needed.</summary>
internal sealed class SeriesChoice
{
    /// <summary>An interval needs the means of this many super-blocks at least.</summary>
    private const int LeastRounds = 3;

    public SeriesChoice(IReadOnlyDictionary<EventGroups, SeriesPair> pairs)
    {
        Exits = pairs.Values.Sum(p => p.Preempted.Exits);
        WithoutPreempted = Exits > 0 && pairs.Values.All(p => p.Undisturbed.Rounds >= Math.Min(LeastRounds, p.Rounds));
        All = pairs;
        Series = pairs.ToDictionary(p => p.Key, p => WithoutPreempted ? p.Value.Undisturbed : p.Value.Union());
    }

    public IReadOnlyDictionary<EventGroups, SeriesPair> All { get; }

    /// <summary>What the tables are made of.</summary>
    public IReadOnlyDictionary<EventGroups, Series> Series { get; }

    /// <summary>Exits of preempted blocks.</summary>
    public long Exits { get; }

    /// <summary>True if they are in no figure.</summary>
    public bool WithoutPreempted { get; }
}
