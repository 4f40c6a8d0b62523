using System.Runtime.Intrinsics.X86;

namespace ExitProf.Linux;

/// <summary>Who made the CPU: the two makers' virtual machine extensions have instructions of their own.</summary>
public static class HostCpu
{
    // CPUID leaf 0, EBX: the first four letters of "AuthenticAMD" and "HygonGenuine".
    private const int Amd = 0x68747541;
    private const int Hygon = 0x6f677948;

    public static bool IsAmd { get; } = X86Base.IsSupported && X86Base.CpuId(0, 0).Ebx is Amd or Hygon;
}
