namespace ExitProf.Traces;

/// <summary>
/// What was asked for, or given, cannot be used. The message is one sentence for the user, with the remedy; a bug is never one of these.
/// What the host does not allow is an exception of ExitProf.Linux.
/// </summary>
public abstract class RefusedException : Exception
{
    protected RefusedException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>True if the command line itself is wrong: exit code 1 in place of 2.</summary>
    public virtual bool IsUsage => false;
}
