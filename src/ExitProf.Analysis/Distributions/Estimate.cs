namespace ExitProf.Analysis;

/// <summary>A mean with its interval, in cycles. NaN where there were too few blocks for one.</summary>
public readonly record struct Estimate(double Mean, double Low, double High);
