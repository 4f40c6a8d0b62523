using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>What an export has sent.</summary>
/// <param name="Exits">Rows of single exits.</param>
/// <param name="States">Rows of what they add up to.</param>
public sealed record ExportedCounts(FileIdentity Trace, long Exits, long States)
{
    /// <summary>The server had the trace already, so that nothing was sent.</summary>
    public bool WasThere { get; init; }

    /// <summary>Empty where nobody said it.</summary>
    public string Host { get; init; } = "";
}
