using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Decides for a configuration whether its preempted blocks are needed.</summary>
internal sealed class ExitSetChoice
{
    /// <summary>An interval needs the means of this many super-blocks at least.</summary>
    private const int LeastRounds = 3;

    public ExitSetChoice(IReadOnlyDictionary<EventGroups, ExitSetPair> pairs)
    {
        Exits = pairs.Values.Sum(p => p.Preempted.Exits);
        WithoutPreempted = Exits > 0 && pairs.Values.All(p => p.Undisturbed.Rounds >= Math.Min(LeastRounds, p.Rounds));
        All = pairs;
        Sets = pairs.ToDictionary(p => p.Key, p => WithoutPreempted ? p.Value.Undisturbed : p.Value.Union());
    }

    public IReadOnlyDictionary<EventGroups, ExitSetPair> All { get; }

    /// <summary>What the tables are made of.</summary>
    public IReadOnlyDictionary<EventGroups, ExitSet> Sets { get; }

    /// <summary>Exits of preempted blocks.</summary>
    public long Exits { get; }

    /// <summary>True if they are in no figure.</summary>
    public bool WithoutPreempted { get; }
}
