namespace ExitProf.Vmm;

/// <summary>
/// A guest in ring 3 asks the VMM here to forget its translations. KVM does so when CR3 becomes another one, so it does, and back: that
/// takes system calls, which no measured exit makes.
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
