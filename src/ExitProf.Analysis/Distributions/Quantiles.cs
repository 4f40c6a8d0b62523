namespace ExitProf.Analysis;

/// <summary>Centre and tail of a set of durations, in cycles.</summary>
/// <param name="Exits">How many durations.</param>
public readonly record struct Quantiles(long Exits, double Mean, double P50, double P90, double P99, double Min, double Max);
