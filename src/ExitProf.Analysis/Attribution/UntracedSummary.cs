namespace ExitProf.Analysis;

/// <summary>Untraced totals. <see cref="Estimate"/> is the mean over blocks with its 99 % interval.</summary>
public sealed record UntracedSummary(Quantiles Total, Estimate Mean);
