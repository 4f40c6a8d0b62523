using System.Collections.Immutable;

namespace ExitProf.Analysis;

/// <summary>One reason in three readings of the same recording.</summary>
/// <param name="Table">perf kvm stat's own table; null if it has no such row.</param>
/// <param name="Text">perf script's text, read by ExitProf; null if it has no such exit.</param>
/// <param name="Own">The recording's bytes, read by ExitProf; null if it has no such exit.</param>
/// <param name="Differences">A sentence for each.</param>
/// <param name="IsExplained">False if one of them has no known cause.</param>
public sealed record CrosscheckRow(
    string Reason,
    CrosscheckCount? Table,
    CrosscheckCount? Text,
    CrosscheckCount? Own,
    ImmutableArray<string> Differences,
    bool IsExplained);
