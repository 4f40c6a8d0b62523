using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <param name="PerExit">A mean over exits, complete or not.</param>
public readonly record struct StampCount(Stamp Stamp, double PerExit);
