namespace ExitProf;

/// <summary>A command failed inside an emulated host. The message and the exit code are those that it would have here.</summary>
internal sealed class GuestRefusedException(string message, int exitCode) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
