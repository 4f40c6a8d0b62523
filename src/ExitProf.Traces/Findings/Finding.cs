namespace ExitProf.Traces;

public enum Severity : byte
{
    /// <summary>Something the reader should know; no result is touched.</summary>
    Info = 0,

    /// <summary>Something was lost or left out; the counts say how much.</summary>
    DataLoss = 1,

    /// <summary>A result beside this finding is not to be relied on.</summary>
    Error = 2,
}

/// <summary>Doubt that travels with the data: never an exception, never only a log line.</summary>
/// <param name="Id">A stable name in words-with-dashes, for machines.</param>
/// <param name="Count">How often it happened.</param>
/// <param name="Text">One sentence for people.</param>
public sealed record Finding(Severity Severity, string Id, long Count, string Text);

public static class SeverityNames
{
    public static string Name(this Severity severity) => severity switch
    {
        Severity.Info => "info",
        Severity.DataLoss => "data-loss",
        _ => "error",
    };
}
