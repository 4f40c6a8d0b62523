namespace ExitProf.Analysis;

/// <summary>One run that a baseline remembers: its median, and what it was made of.</summary>
/// <param name="Commit">Of the system under test; "-" if nobody said.</param>
/// <param name="Machine">CPU and back-end: runs of others are never compared with each other.</param>
public sealed record BaselineRun(DateTime Utc, string Commit, string Unit, double Median, string Machine);
