using System.Collections.Immutable;

namespace ExitProf.Analysis;

/// <summary>One metric with the values that each file of both sides has of it.</summary>
/// <param name="Name">Empty of numbers that nothing names.</param>
/// <param name="Unit">Empty if nobody said.</param>
/// <param name="Better">Null if nobody said.</param>
public sealed record MatchedMetric(
    string Name,
    string Unit,
    Better? Better,
    ImmutableArray<NumberFile> Base,
    ImmutableArray<NumberFile> New
);
