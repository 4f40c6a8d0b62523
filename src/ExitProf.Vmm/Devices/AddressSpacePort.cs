namespace ExitProf.Vmm;

/// <summary>
/// What a guest in ring 3 asks of the VMM because it may not do it itself: to go on in another address space (by KVM_CAP_SYNC_REGS).
/// </summary>
public sealed unsafe class AddressSpacePort(Guest guest) : IIoDevice
{
    public void Read(ulong offset, Span<byte> data) => data.Clear();

    public void Write(ulong offset, ReadOnlySpan<byte> data)
    {
        KvmRun* run = guest.Vcpu.RunPage;
        run->SyncSregs.Cr3 = CodeMemory.Root(data[0] & 1);
        run->KvmDirtyRegs |= KvmRun.SyncX86Sregs;
    }
}

/// <summary>
/// To forget its translations. KVM does so when CR3 becomes another one, so it does, and back: that takes system calls, which no measured
/// exit makes.
/// </summary>
public sealed class FlushPort(Guest guest) : IIoDevice
{
    public void Read(ulong offset, Span<byte> data) => data.Clear();

    public void Write(ulong offset, ReadOnlySpan<byte> data)
    {
        KvmSregs sregs = guest.Vcpu.Sregs;
        ulong own = sregs.Cr3;
        sregs.Cr3 = own == CodeMemory.Root(0) ? CodeMemory.Root(1) : CodeMemory.Root(0);
        guest.Vcpu.Sregs = sregs;
        sregs.Cr3 = own;
        guest.Vcpu.Sregs = sregs;
    }
}
