using System.Runtime.InteropServices;

namespace ExitProf.Vmm;

/// <summary>KVM refused: the call, the errno's name and the remedy, in one sentence.</summary>
public sealed class KvmException : Exception
{
    public KvmException(string call, int errno, string remedy = "")
        : base($"{call} failed with {Linux.Errno.Name(errno)} ({Marshal.GetPInvokeErrorMessage(errno)}){(remedy.Length > 0 ? ": " + remedy : "")}.")
    {
        Call = call;
        Errno = errno;
    }

    public KvmException(string message) : base(message) => Call = "";

    public string Call { get; }

    public int Errno { get; }

    internal static KvmException Last(string call, string remedy = "") => new(call, Marshal.GetLastPInvokeError(), remedy);
}
