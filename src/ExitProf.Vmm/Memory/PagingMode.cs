namespace ExitProf.Vmm;

/// <summary>
/// What decides how a linear address is translated and whether it may be: control registers and the privilege of the access.
/// </summary>
[Flags]
public enum PagingFlags : uint
{
    None = 0,

    /// <summary>Ring 3.</summary>
    User = 1,

    /// <summary>CR0.WP: ring 0 honours read-only pages.</summary>
    WriteProtect = 2,

    /// <summary>EFER.NXE.</summary>
    NoExecute = 4,

    /// <summary>CR4.SMEP.</summary>
    NoSupervisorFetch = 8,

    /// <summary>CR4.SMAP, and EFLAGS.AC does not lift it.</summary>
    NoSupervisorAccess = 16,

    /// <summary>CR4.LA57.</summary>
    FiveLevels = 32,
}

/// <param name="Root">Guest-physical address of the first table.</param>
public readonly record struct PagingMode(ulong Root, PagingFlags Flags)
{
    internal const ulong Cr0WriteProtect = 1 << 16;
    internal const ulong Cr0Paging = 1u << 31;
    internal const ulong Cr4Pae = 1 << 5;
    internal const ulong Cr4La57 = 1 << 12;
    internal const ulong Cr4Smep = 1 << 20;
    internal const ulong Cr4Smap = 1 << 21;
    internal const ulong EferLongModeActive = 1 << 10;
    internal const ulong EferNoExecute = 1 << 11;
    private const ulong RflagsAc = 1 << 18;
    private const ulong RootMask = 0x000f_ffff_ffff_f000;

    /// <summary>False if the vCPU does not run 64-bit code: nothing else is emulated.</summary>
    public static bool TryOf(in KvmSregs sregs, ulong rflags, out PagingMode mode)
    {
        PagingFlags flags = sregs.Ss.Dpl == 3 ? PagingFlags.User : PagingFlags.None;
        if ((sregs.Cr0 & Cr0WriteProtect) != 0) flags |= PagingFlags.WriteProtect;
        if ((sregs.Efer & EferNoExecute) != 0) flags |= PagingFlags.NoExecute;
        if ((sregs.Cr4 & Cr4Smep) != 0) flags |= PagingFlags.NoSupervisorFetch;
        if ((sregs.Cr4 & Cr4Smap) != 0 && (rflags & RflagsAc) == 0) flags |= PagingFlags.NoSupervisorAccess;
        if ((sregs.Cr4 & Cr4La57) != 0) flags |= PagingFlags.FiveLevels;
        mode = new PagingMode(sregs.Cr3 & RootMask, flags);
        return (sregs.Efer & EferLongModeActive) != 0 && sregs.Cs.L != 0 && (sregs.Cr0 & Cr0Paging) != 0 && (sregs.Cr4 & Cr4Pae) != 0;
    }
}
