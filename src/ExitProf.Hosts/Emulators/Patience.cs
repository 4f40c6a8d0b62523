namespace ExitProf.Hosts;

/// <summary>
/// Tells a guest that hangs from one on a busy machine: what counts is the CPU time that the emulator has used since the guest last said
/// something, not the time on the wall. An emulator that uses none at all for minutes hangs itself.
/// </summary>
internal sealed class Patience(Func<TimeSpan> usedCpu, TimeProvider time)
{
    /// <summary>The longest silence seen is the first start of .NET, 25 s of CPU time.</summary>
    private static readonly TimeSpan MostSilentCpu = TimeSpan.FromSeconds(240);

    private static readonly TimeSpan MostIdle = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private long length = -1;
    private long lookedAt;
    private TimeSpan cpuAtLastWord;
    private TimeSpan cpuAtIdleStart;
    private long idleStart = time.GetTimestamp();

    /// <param name="consoleLength">Grows as the guest says something.</param>
    /// <returns>Why it is given up; null while there is hope.</returns>
    public string? IsOver(long consoleLength)
    {
        long now = time.GetTimestamp();
        if (time.GetElapsedTime(lookedAt, now) < LookEvery && consoleLength == length) return null;
        lookedAt = now;
        TimeSpan cpu = usedCpu();
        if (consoleLength != length) (length, cpuAtLastWord, cpuAtIdleStart, idleStart) = (consoleLength, cpu, cpu, now);
        if (cpu - cpuAtIdleStart > Idle) (cpuAtIdleStart, idleStart) = (cpu, now);
        if (cpu - cpuAtLastWord > MostSilentCpu) return $"hangs: it ran for {MostSilentCpu.TotalSeconds:0} s of CPU time without a word";
        return time.GetElapsedTime(idleStart, now) > MostIdle ? $"hangs: QEMU has done nothing for {MostIdle.TotalMinutes:0} minutes"
            : null;
    }
}
