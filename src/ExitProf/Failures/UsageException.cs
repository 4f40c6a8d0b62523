using ExitProf.Traces;

namespace ExitProf;

/// <summary>Arguments that are each right but not together.</summary>
internal sealed class UsageException(string message) : RefusedException(message)
{
    public override bool IsUsage => true;
}
