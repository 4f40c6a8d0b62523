using System.Globalization;
using System.Runtime.InteropServices;

namespace ExitProf.Linux;

/// <summary>The CPUs that a process may use, and the one that a thread is bound to.</summary>
public static unsafe class CpuSet
{
    // 8,192 CPUs: as many as the kernel can be configured for.
    private const int Words = 128;

    /// <summary>
    /// CPUs that this process may use, in ascending order: those of its first thread, because the calling one may be pinned.
    /// </summary>
    public static IReadOnlyList<int> Allowed()
    {
        ulong* mask = stackalloc ulong[Words];
        if (LibC.sched_getaffinity(Environment.ProcessId, Words * sizeof(ulong), mask) < 0)
            throw SystemCallException.Last("sched_getaffinity", "");
        var cpus = new List<int>();
        for (int i = 0; i < Words * 64; i++)
        {
            if ((mask[i / 64] >> (i % 64) & 1) != 0) cpus.Add(i);
        }
        return cpus;
    }

    /// <summary>CPUs that run, in ascending order, whether this process may use them or not; those that it may where nobody says.</summary>
    public static IReadOnlyList<int> Online() =>
        Sysfs.ReadLine("/sys/devices/system/cpu/online") is { Length: > 0 } list ? Parse(list) : Allowed();

    /// <summary>Reads a list as the kernel writes it: "0-3,8".</summary>
    public static IReadOnlyList<int> Parse(string list)
    {
        var cpus = new List<int>();
        foreach (string part in list.Split(','))
        {
            int[] ends = [.. part.Split('-').Select(n => int.Parse(n, NumberStyles.None, CultureInfo.InvariantCulture))];
            cpus.AddRange(Enumerable.Range(ends[0], ends[^1] - ends[0] + 1));
        }
        return cpus;
    }

    /// <summary>Binds the calling thread to one CPU.</summary>
    /// <exception cref="SystemCallException">The CPU does not exist or is not allowed.</exception>
    public static void Pin(int cpu)
    {
        ulong* mask = stackalloc ulong[Words];
        new Span<ulong>(mask, Words).Clear();
        if (cpu is < 0 or >= Words * 64)
            throw new SystemCallException($"sched_setaffinity to CPU {cpu}", Errno.EINVAL, "choose an existing CPU with --cpu");
        mask[cpu / 64] = 1UL << (cpu % 64);
        if (LibC.sched_setaffinity(0, Words * sizeof(ulong), mask) != 0)
        {
            // Kept before the next call, which asks for the allowed CPUs and sets another.
            int errno = Marshal.GetLastPInvokeError();
            throw new SystemCallException(
                $"sched_setaffinity to CPU {cpu}",
                errno,
                $"choose one of the allowed CPUs with --cpu ({string.Join(',', Allowed())})"
            );
        }
    }

    /// <summary>Keeps the calling thread off a CPU, if the process may use another one.</summary>
    public static void KeepOff(int cpu)
    {
        ulong* mask = stackalloc ulong[Words];
        new Span<ulong>(mask, Words).Clear();
        int[] others = [.. Allowed().Where(c => c != cpu)];
        foreach (int other in others) mask[other / 64] |= 1UL << (other % 64);
        // Only a wish: where it is refused the kernel finds a place.
        if (others.Length > 0) _ = LibC.sched_setaffinity(0, Words * sizeof(ulong), mask);
    }
}
