namespace ExitProf.Vmm;

/// <summary>All registers of a guest that its program needs.</summary>
public sealed class GuestState
{
    public KvmRegs Regs { get; set; }

    public KvmSregs Sregs { get; set; }
}
