namespace ExitProf.Vmm;

/// <summary>The registers at a guest's first instruction as Multiboot 1, section 3.2, has them: flat 32-bit code, no paging.</summary>
internal static class ProtectedMode
{
    private const ulong ProtectionAndFpu = 0x11; // PE ET

    public static void SetRegisters(VCpu vcpu, uint entry, uint bootInformation)
    {
        KvmSregs sregs = vcpu.Sregs;
        sregs.Cs = Flat(selector: 0x08, type: 11);
        sregs.Ds = sregs.Es = sregs.Fs = sregs.Gs = sregs.Ss = Flat(selector: 0x10, type: 3);
        (sregs.Cr0, sregs.Cr3, sregs.Cr4, sregs.Efer) = (ProtectionAndFpu, 0, 0, 0);
        vcpu.Sregs = sregs;
        vcpu.Regs = new KvmRegs { Rax = BootInformation.BootMagic, Rbx = bootInformation, Rip = entry, Rflags = 2 };
    }

    private static KvmSegment Flat(ushort selector, byte type) =>
        new() { Limit = ~0u, Selector = selector, Type = type, Present = 1, Db = 1, S = 1, G = 1 };
}
