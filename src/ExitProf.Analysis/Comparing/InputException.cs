namespace ExitProf.Analysis;

/// <summary>Runs that cannot be held against each other, or a file of numbers that cannot be read. The message is one sentence for the user.</summary>
public sealed class InputException : Exception
{
    public InputException()
    {
    }

    public InputException(string message)
        : base(message)
    {
    }

    public InputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
