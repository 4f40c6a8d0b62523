namespace ExitProf.Vmm;

/// <summary>
/// The page in which the kernel notes the writes that it coalesces. When it is full, each further write goes to user space like any other,
/// so it has to be drained before.
/// </summary>
public sealed unsafe class CoalescedRing
{
    // KVM_COALESCED_MMIO_PAGE_OFFSET of <linux/kvm.h>: after kvm_run and the page of port data.
    private const int PageOffset = 2;
    private const int PageBytes = 4096;

    // KVM_COALESCED_MMIO_MAX of <linux/kvm.h>, for pages of 4 KiB.
    internal const int Entries = (PageBytes - 8) / 24;

    /// <summary>
    /// Writes that fit on every kernel. One entry stays free, because a ring whose two ends meet is empty; kernels before 6.12 take
    /// (first - last - 1) modulo 170 in 32 bits without a sign, and think a ring full that holds 2^32 modulo 170 less one
    /// (virt/kvm/coalesced_mmio.c, coalesced_mmio_has_room).
    /// </summary>
    public const int Capacity = (int)((1L << 32) % Entries) - 1;

    private readonly KvmCoalescedMmioRing* ring;
    private readonly KvmCoalescedMmio* entries;

    /// <param name="vcpu">Any vCPU of the VM, which outlives the ring: all of them share the page.</param>
    public CoalescedRing(VCpu vcpu)
    {
        ring = (KvmCoalescedMmioRing*)((byte*)vcpu.RunPage + PageOffset * PageBytes);
        entries = (KvmCoalescedMmio*)(ring + 1);
    }

    /// <summary>Takes all noted writes out.</summary>
    /// <returns>How many of them were of these bytes at this address; any other one makes it negative.</returns>
    public int Drain(ulong address, int bytes, bool pio)
    {
        uint last = Volatile.Read(ref ring->Last), first = ring->First;
        int count = 0;
        bool foreign = last >= Entries || first >= Entries;
        for (; !foreign && first != last; first = (first + 1) % Entries, count++)
        {
            KvmCoalescedMmio write = entries[first];
            foreign = write.PhysAddr != address || write.Len != bytes || (write.Pio != 0) != pio;
        }
        Volatile.Write(ref ring->First, last);
        return foreign ? -1 : count;
    }
}
