using System.Runtime.InteropServices;

namespace ExitProf.Linux;

/// <summary>glibc's struct sigaction on x86-64; glibc fills in the restorer itself.</summary>
[StructLayout(LayoutKind.Explicit)]
public unsafe struct SignalAction
{
    [FieldOffset(0)]
    public void* Handler;

    [FieldOffset(8)]
    public SignalSet Mask;

    [FieldOffset(136)]
    public int Flags;

    [FieldOffset(144)]
    public void* Restorer;
}
