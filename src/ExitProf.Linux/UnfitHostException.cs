namespace ExitProf.Linux;

/// <summary>
/// This host does not allow what was asked for. The message is one sentence for the user, with the remedy; a bug is never one of these.
/// </summary>
public abstract class UnfitHostException : Exception
{
    protected UnfitHostException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
