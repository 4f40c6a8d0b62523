using System.Runtime.InteropServices;
using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>One of KVM's file descriptors: the system, a VM or a vCPU. Also an eventfd.</summary>
public sealed class KvmHandle : SafeHandle
{
    public KvmHandle(int fd) : base(-1, ownsHandle: true) => SetHandle(fd);

    public override bool IsInvalid => handle < 0;

    /// <summary>The raw descriptor, for native code that runs while this object is kept alive by its owner.</summary>
    public int Fd => !IsClosed && !IsInvalid ? (int)handle : throw new ObjectDisposedException(nameof(KvmHandle));

    protected override bool ReleaseHandle() => LibC.close((int)handle) == 0;

    internal int Call(Ioctl request, nint argument, string remedy = "")
    {
        int result = LibC.ioctl(Fd, request.Number, argument);
        return result >= 0 ? result : throw SystemCallException.Last(request.Name, remedy);
    }

    internal unsafe void Call<T>(Ioctl<T> request, ref T argument, string remedy = "") where T : unmanaged
    {
        if (TryCall(request, ref argument) != 0) throw SystemCallException.Last(request.Name, remedy);
    }

    /// <summary>Returns the call's result; errno is kept for <see cref="Marshal.GetLastPInvokeError"/>.</summary>
    internal unsafe int TryCall<T>(Ioctl<T> request, ref T argument) where T : unmanaged
    {
        fixed (T* p = &argument) return LibC.ioctl(Fd, request.Number, (nint)p);
    }
}
