namespace ExitProf.Linux;

/// <summary>glibc's sigset_t: 1,024 bits, of which the kernel uses 64.</summary>
public unsafe struct SignalSet
{
    public fixed ulong Bits[16];
}
