namespace ExitProf.Hosts;

/// <summary>
/// Tells a guest that hangs from one on a busy machine: what counts is the CPU time that the emulator has used since the guest last said
/// something, not the time on the wall. An emulator that uses none at all for minutes hangs itself.
/// </summary>
/// <param name="emulator">"QEMU".</param>
internal sealed class Patience(string emulator, Func<TimeSpan> usedCpu, TimeProvider time, PatienceLimits limits)
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private long length = -1;
    private long more;
    private long lookedAt;
    private TimeSpan cpuAtLastWord;
    private TimeSpan cpuAtIdleStart;
    private long idleStart = time.GetTimestamp();

    /// <param name="consoleLength">Grows as the guest says something.</param>
    /// <param name="elsewhere">Grows as it says something otherwise, of which there is no limit.</param>
    /// <returns>Why it is given up; null while there is hope.</returns>
    public string? IsOver(long consoleLength, long elsewhere = 0)
    {
        bool said = consoleLength != length || elsewhere != more;
        long now = time.GetTimestamp();
        if (time.GetElapsedTime(lookedAt, now) < LookEvery && !said) return null;
        lookedAt = now;
        TimeSpan cpu = usedCpu();
        if (said) (length, more, cpuAtLastWord, cpuAtIdleStart, idleStart) = (consoleLength, elsewhere, cpu, cpu, now);
        if (cpu - cpuAtIdleStart > Idle) (cpuAtIdleStart, idleStart) = (cpu, now);
        if (cpu - cpuAtLastWord > limits.SilentCpu)
        {
            return $"hangs: it ran for {limits.SilentCpu.TotalSeconds:0} s of CPU time without a word";
        }
        if (consoleLength > limits.ConsoleBytes) return $"writes without end: {limits.ConsoleBytes >> 10} KiB on its console";
        return time.GetElapsedTime(idleStart, now) > limits.Idle
            ? $"hangs: {emulator} has done nothing for {limits.Idle.TotalMinutes:0.##} minutes" : null;
    }
}
