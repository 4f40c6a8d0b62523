namespace ExitProf.Analysis;

/// <param name="Exits">How many exits of the total were not complete.</param>
/// <param name="Mean">Mean over all of them minus mean over the complete ones, in cycles per exit.</param>
public sealed record IncompleteSummary(long Exits, double Mean);
