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
