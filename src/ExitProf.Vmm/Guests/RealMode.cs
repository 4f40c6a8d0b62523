namespace ExitProf.Vmm;

/// <summary>Segments for 16-bit code at <see cref="GuestLayout.Code"/>; everything else is as after reset.</summary>
internal static class RealMode
{
    public static void SetRegisters(VCpu vcpu)
    {
        KvmSregs sregs = vcpu.Sregs;
        sregs.Cs.Base = 0;
        sregs.Cs.Selector = 0;
        vcpu.Sregs = sregs;
        vcpu.Regs = new KvmRegs { Rip = GuestLayout.Code, Rsp = GuestLayout.StackTop, Rflags = 2 };
    }
}
