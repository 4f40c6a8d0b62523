using System.Runtime.InteropServices;

namespace ExitProf.Linux;

/// <summary>A process and all that it started, as the kernel groups them.</summary>
public static partial class ProcessGroup
{
    /// <summary>Ends what is left of it, and says nothing if nothing is.</summary>
    /// <param name="leader">The process that the group is named after: one that was started by us, in a group of its own.</param>
    public static void Kill(int leader)
    {
        const int SIGKILL = 9;
        // 0 would be our own group, and -1 every process there is.
        ArgumentOutOfRangeException.ThrowIfLessThan(leader, 2);
        _ = kill(-leader, SIGKILL);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
