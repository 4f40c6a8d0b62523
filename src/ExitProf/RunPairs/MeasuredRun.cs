using ExitProf.Analysis;

namespace ExitProf;

/// <summary>What one run of a command gave: a trace, or the median of the numbers that it printed.</summary>
internal sealed record MeasuredRun(TraceSummary? Trace, double Value, int Decimals);
