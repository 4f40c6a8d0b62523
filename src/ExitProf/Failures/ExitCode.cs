namespace ExitProf;

/// <summary>What the process tells its caller; part of the command's contract.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Usage = 1;

    /// <summary>No /dev/kvm, an unreadable file, a scenario that cannot run here.</summary>
    public const int World = 2;

    /// <summary>The gate failed: what was compared is worse.</summary>
    public const int Failed = 3;

    /// <summary>Nobody can tell, and the gate was told to fail on that.</summary>
    public const int CannotTell = 4;

    public const int Bug = 70;

    /// <summary>Ctrl-C; what was recorded is kept and readable.</summary>
    public const int Interrupted = 130;
}
