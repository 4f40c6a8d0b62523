using System.Collections.Immutable;

namespace ExitProf.Analysis;

/// <summary>How a recording went on: what a page shows over time. No figure of a report depends on it.</summary>
/// <param name="Start">When the first block or exit began, in ticks of the trace's clock.</param>
/// <param name="Together">Neighbouring blocks behind one of <paramref name="Blocks"/>; 1 unless there are very many.</param>
/// <param name="Maps">Of the exits of each configuration that was asked for; of a foreign machine one, with the number 0.</param>
public sealed record Timeline(
    ulong Start,
    int Together,
    ImmutableArray<TimedBlock> Blocks,
    ImmutableSortedDictionary<int, DurationMap> Maps
);
