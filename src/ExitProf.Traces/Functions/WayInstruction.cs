namespace ExitProf.Traces;

/// <summary>One executed instruction, as the plugin exit-path.c packs it: the address below bit 56, what it is above.</summary>
public readonly record struct WayInstruction(ulong Packed)
{
    private const int KindShift = 56;
    private const ulong Call = 1;
    private const ulong Return = 2;
    private const ulong Guest = 4;
    private const ulong Clock = 8;
    private const ulong Vmrun = 16;

    /// <summary>Canonical: of the kernel's the upper bits are ones.</summary>
    public ulong Address => (ulong)((long)(Packed << (64 - KindShift)) >> (64 - KindShift));

    public bool IsCall => Has(Call);

    public bool IsReturn => Has(Return);

    /// <summary>Executed by the guest of the emulated host.</summary>
    public bool IsGuest => Has(Guest);

    /// <summary>It reads the clock.</summary>
    public bool IsClock => Has(Clock);

    /// <summary>It enters the guest.</summary>
    public bool IsVmrun => Has(Vmrun);

    public bool IsKernel => !IsGuest && (long)Address < 0;

    private bool Has(ulong kind) => (Packed >> KindShift & kind) != 0;
}
