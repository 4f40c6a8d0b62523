using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>A step between two neighbouring stamps.</summary>
public sealed record StepSummary(string Name, Stamp From, Stamp To, Bound Bound, double Mean, double P50, double Probe, double Corrected);
