using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// How often each event and each of the VMM's own stamps is in an exit: what KVM did for it, as a count instead of a time.
/// </summary>
internal static class StampsPerExit
{
    /// <param name="main">Exits of other kinds do not count.</param>
    /// <returns>In the order of the stamps' numbers, without the two ends.</returns>
    public static ImmutableArray<StampCount> Of(ExitSet? exitSet, TallyKey main, IReadOnlyList<ExitClass> classes)
    {
        if (exitSet is null) return [];
        var counts = new SortedDictionary<Stamp, long>();
        long exits = 0;
        foreach (Tally tally in exitSet.Tallies.Where(t => t.Key.Calibrated && t.Key.BelongsTo(main)))
            Add(tally.Key.Signature, tally.Exits);
        // Those without the host's own signature are kept by class.
        foreach (((int index, _), long count) in exitSet.Irregular)
        {
            if ((TallyKey.Of(classes[index]) with { Signature = [] }).BelongsTo(main)) Add(classes[index].Signature, count);
        }
        return [.. counts.Select(c => new StampCount(c.Key, c.Value / (double)exits))];

        void Add(ImmutableArray<Stamp> signature, long times)
        {
            exits += times;
            for (int i = 1; i < signature.Length - 1; i++) counts[signature[i]] = counts.GetValueOrDefault(signature[i]) + times;
        }
    }
}
