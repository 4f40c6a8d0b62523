using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Puts what a histogram has into a row: only the buckets that have exits.</summary>
internal static class StateHistogram
{
    public static StateRow In(StateRow row, long exits, double sum, Histogram ticks)
    {
        var values = ImmutableArray.CreateBuilder<ulong>();
        var counts = ImmutableArray.CreateBuilder<ulong>();
        foreach ((ulong first, long count) in ticks.Counted())
        {
            values.Add(first);
            counts.Add((ulong)count);
        }
        return row with
        {
            Exits = exits,
            Count = exits,
            Sum = sum,
            Shortest = exits > 0 ? (ulong)ticks.Min : 0,
            Longest = exits > 0 ? (ulong)ticks.Max : 0,
            Values = values.ToImmutable(),
            Counts = counts.ToImmutable(),
        };
    }
}
