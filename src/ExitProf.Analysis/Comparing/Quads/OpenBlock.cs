namespace ExitProf.Analysis;

/// <summary>A block of a quad, as far as a comparison needs it.</summary>
/// <param name="Median">The median of its whole exits, in cycles.</param>
internal readonly record struct OpenBlock(bool New, int Exits, double Median);
