namespace ExitProf.Traces;

/// <summary>
/// The words of severities, and their numbers in a trace file: warning came later than the others, and numbers are never given a new
/// meaning.
/// </summary>
public static class SeverityCodes
{
    public static string Name(this Severity severity) => severity switch
    {
        Severity.Info => "info",
        Severity.Warning => "warning",
        Severity.DataLoss => "data-loss",
        _ => "error",
    };

    internal static byte Code(this Severity severity) => severity switch
    {
        Severity.Info => 0,
        Severity.DataLoss => 1,
        Severity.Error => 2,
        Severity.Warning => 3,
        _ => throw new ArgumentOutOfRangeException(nameof(severity)),
    };

    /// <exception cref="FormatException">No severity has this number.</exception>
    internal static Severity OfCode(int code) => code switch
    {
        0 => Severity.Info,
        1 => Severity.DataLoss,
        2 => Severity.Error,
        3 => Severity.Warning,
        _ => throw new FormatException("a severity that this version does not know"),
    };
}
