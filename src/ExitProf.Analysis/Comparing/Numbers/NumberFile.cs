using System.Collections.Immutable;

namespace ExitProf.Analysis;

/// <summary>The values of one metric in one file; each is a run.</summary>
/// <param name="Decimals">Digits behind the point: the numbers are no finer than that.</param>
public sealed record NumberFile(string File, ImmutableArray<double> Values, int Decimals);
