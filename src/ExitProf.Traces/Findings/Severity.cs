namespace ExitProf.Traces;

/// <summary>How much a finding touches the results. Rising; the trace file has codes of its own (<see cref="SeverityCodes"/>).</summary>
public enum Severity
{
    /// <summary>Something the reader should know; no result is touched.</summary>
    Info,

    /// <summary>Something is not as the user probably meant it; no result is touched.</summary>
    Warning,

    /// <summary>Something was lost or left out; the counts say how much.</summary>
    DataLoss,

    /// <summary>A result beside this finding is not to be relied on.</summary>
    Error,
}
