namespace ExitProf.Analysis;

/// <summary>What one reading of a recording says of the exits of one reason.</summary>
/// <param name="Paired">Those with a duration.</param>
/// <param name="Nanoseconds">Of all of those together; NaN where it is not told.</param>
public sealed record CrosscheckCount(long Exits, long Paired, double Nanoseconds);
