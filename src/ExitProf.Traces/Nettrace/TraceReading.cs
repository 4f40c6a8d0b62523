using System.Collections.Immutable;

namespace ExitProf.Traces;

/// <summary>What reading a trace came to.</summary>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Findings">What reading itself found. The sink has been given them too, before the end of the trace.</param>
public sealed record TraceReading(long Bytes, ImmutableArray<Finding> Findings);
