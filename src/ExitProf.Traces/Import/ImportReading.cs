using System.Collections.Immutable;

namespace ExitProf.Traces;

/// <summary>What an import read.</summary>
/// <param name="Records">Events of any kind; rows of a table.</param>
/// <param name="Exits">Exits in the trace, whole or not.</param>
/// <param name="Findings">They are in the trace too.</param>
public sealed record ImportReading(ImportFormat Format, long Bytes, long Records, long Exits, ImmutableArray<Finding> Findings);
