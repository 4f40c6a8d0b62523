namespace ExitProf.Traces;

/// <summary>One of the files that a recording is divided into: a trace by itself.</summary>
/// <param name="StartTsc">The start of its first block that is not calibration's.</param>
/// <param name="EndTsc">The latest end of its blocks.</param>
/// <param name="Exits">In its blocks, calibration's included.</param>
public sealed record TracePart(string Path, ulong StartTsc, ulong EndTsc, long Exits);
