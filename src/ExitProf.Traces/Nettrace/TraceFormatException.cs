namespace ExitProf.Traces;

/// <summary>A file that cannot be read as a trace at all. The message is one sentence for the user, with the remedy.</summary>
public sealed class TraceFormatException : Exception
{
    public TraceFormatException()
    {
    }

    public TraceFormatException(string message)
        : base(message)
    {
    }

    public TraceFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
