namespace ExitProf.Analysis;

/// <summary>The median of a block, or the mean of the medians of neighbouring ones with the same events and configuration.</summary>
/// <param name="Traced">With all kernel events on; blocks with one group left out are not here.</param>
/// <param name="Round">Of the first of them.</param>
/// <param name="Start">Of the first of them, <paramref name="End"/> of the last one, in ticks.</param>
/// <param name="Median">In ticks.</param>
public sealed record TimedBlock(int Configuration, bool Traced, int Round, ulong Start, ulong End, double Median, int Blocks);
