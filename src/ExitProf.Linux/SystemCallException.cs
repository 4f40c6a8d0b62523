using System.Runtime.InteropServices;

namespace ExitProf.Linux;

/// <summary>A system call failed because the host is not as needed: its message says which, why and what to do, in one sentence.</summary>
public sealed class SystemCallException : UnfitHostException
{
    /// <param name="call">The call with what it was for: "mount tracefs on /sys/kernel/tracing".</param>
    /// <param name="errno">As the call left it.</param>
    /// <param name="remedy">What the user can do, without a final full stop; empty if nothing is known.</param>
    public SystemCallException(string call, int errno, string remedy = "")
        : base(Sentence(call, errno, remedy))
    {
        Call = call;
        Errno = errno;
    }

    public string Call { get; }

    public int Errno { get; }

    /// <summary>"mmap of 4096 bytes failed with ENOMEM (Cannot allocate memory): free some memory."</summary>
    public static string Sentence(string call, int errno, string remedy)
    {
        // Whatever was to be opened, there is one remedy.
        if (errno == Linux.Errno.EMFILE) remedy = Linux.Errno.TooManyFilesRemedy;
        return $"{call} failed with {Linux.Errno.Name(errno)} ({Marshal.GetPInvokeErrorMessage(errno)}){(remedy.Length > 0 ? ": " + remedy : "")}.";
    }

    /// <summary>Makes the exception from the errno of the call just made.</summary>
    public static SystemCallException Last(string call, string remedy = "") => new(call, Marshal.GetLastPInvokeError(), remedy);
}
