namespace ExitProf.Hosts;

/// <summary>When a guest is given up.</summary>
/// <param name="FirstWordCpu">CPU time of the emulator from power-on until the guest says something for the first time.</param>
/// <param name="SilentCpu">CPU time of the emulator since the guest last said something.</param>
/// <param name="Idle">Time on the wall in which the emulator uses no CPU time at all.</param>
/// <param name="ConsoleBytes">What a guest may write on its console.</param>
internal sealed record PatienceLimits(TimeSpan FirstWordCpu, TimeSpan SilentCpu, TimeSpan Idle, long ConsoleBytes)
{
    /// <summary>
    /// The first word of Debian's 5.10, 6.1, 6.12 and 7.2, loaded modules included, came after 15 to 18 s of CPU time on a machine where 25
    /// processes wanted two CPUs: the limit is six times that. The longest silence after it is the first start of .NET, 25 s of CPU time. A
    /// recording of an hour writes less than 2 MB of progress.
    /// </summary>
    public static PatienceLimits Usual { get; } =
        new(TimeSpan.FromSeconds(110), TimeSpan.FromSeconds(240), TimeSpan.FromMinutes(5), 16 << 20);

    /// <summary>
    /// Bochs takes a few times as long for each step as QEMU: 15 s of CPU time until the kernel's first word, 35 s until its modules are
    /// loaded, and another 40 s for the start of .NET, the longest silence. The limits are many times that.
    /// </summary>
    public static PatienceLimits OfBochs { get; } =
        Usual with { FirstWordCpu = TimeSpan.FromSeconds(300), SilentCpu = TimeSpan.FromSeconds(900) };

    /// <summary>The same for a guest that has said nothing yet.</summary>
    public PatienceLimits UntilFirstWord => this with { SilentCpu = FirstWordCpu };
}
