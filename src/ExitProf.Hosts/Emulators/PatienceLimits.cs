namespace ExitProf.Hosts;

/// <summary>When a guest is given up.</summary>
/// <param name="SilentCpu">CPU time of the emulator since the guest last said something.</param>
/// <param name="Idle">Time on the wall in which the emulator uses no CPU time at all.</param>
/// <param name="ConsoleBytes">What a guest may write on its console.</param>
internal sealed record PatienceLimits(TimeSpan SilentCpu, TimeSpan Idle, long ConsoleBytes)
{
    /// <summary>
    /// The longest silence seen is the first start of .NET, 25 s of CPU time. A recording of an hour writes less than 2 MB of progress.
    /// </summary>
    public static PatienceLimits Usual { get; } = new(TimeSpan.FromSeconds(240), TimeSpan.FromMinutes(5), 16 << 20);
}
