namespace ExitProf.Analysis;

/// <summary>Which way a metric gets better is not known, or was said wrongly. The message is one sentence for the user.</summary>
public sealed class DirectionException : Exception
{
    public DirectionException()
    {
    }

    public DirectionException(string message)
        : base(message)
    {
    }

    public DirectionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
