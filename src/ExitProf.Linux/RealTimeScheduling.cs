namespace ExitProf.Linux;

/// <summary>What the kernel's real-time classes leave to everybody else.</summary>
public static class RealTimeScheduling
{
    private const string Runtime = "/proc/sys/kernel/sched_rt_runtime_us";

    /// <summary>
    /// Whether the kernel keeps some of each CPU's time for ordinary threads: sched_rt_runtime_us is -1 where it does not.
    /// </summary>
    public static bool IsBounded() => Sysfs.ReadLine(Runtime) is { } line && !line.StartsWith('-');
}
