using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>The VM descriptor: memory slots, vCPUs, in-kernel devices.</summary>
public sealed class VirtualMachine : IDisposable
{
    // Three pages below 4 GiB that nobody maps; only Intel CPUs without unrestricted guests use them.
    private static readonly nint TssAddress = unchecked((nint)0xfffbd000L);

    // KVM_MEM_READONLY of <linux/kvm.h>.
    private const uint MemReadonly = 2;

    private readonly Kvm kvm;
    private readonly KvmHandle handle;

    internal VirtualMachine(Kvm kvm, KvmHandle handle)
    {
        this.kvm = kvm;
        this.handle = handle;
        handle.Call(KvmIoctl.SetTssAddr, TssAddress);
    }

    /// <summary>Maps host memory at a guest-physical address; size 0 deletes the slot.</summary>
    /// <param name="readOnly">The guest's writes go to the VMM as if there were no memory.</param>
    public unsafe void SetUserMemoryRegion(uint slot, ulong guestPhysAddr, LockedMemory memory, bool readOnly = false) =>
        SetUserMemoryRegion(slot, guestPhysAddr, (byte*)memory.Address, memory.Bytes, readOnly);

    /// <summary>The same for part of a piece of host memory, in whole pages.</summary>
    internal unsafe void SetUserMemoryRegion(uint slot, ulong guestPhysAddr, byte* host, long bytes, bool readOnly)
    {
        var region = new KvmUserspaceMemoryRegion
        {
            Slot = slot,
            Flags = readOnly ? MemReadonly : 0,
            GuestPhysAddr = guestPhysAddr,
            MemorySize = (ulong)bytes,
            UserspaceAddr = (ulong)host,
        };
        handle.Call(KvmIoctl.SetUserMemoryRegion, ref region, "the range overlaps another slot or there is no slot left");
    }

    /// <summary>Interrupt controllers in the kernel: PIC, I/O APIC, and a local APIC for each vCPU that is made afterwards.</summary>
    public void CreateIrqchip() => handle.Call(KvmIoctl.CreateIrqchip, 0);

    /// <summary>An interval timer in the kernel, at its ports 0x40 to 0x43. To be called after <see cref="CreateIrqchip"/>.</summary>
    public void CreatePit()
    {
        KvmPitConfig config = default;
        handle.Call(KvmIoctl.CreatePit2, ref config, "the VM has no irqchip");
    }

    /// <summary>Sets a line of the interrupt controllers in the kernel.</summary>
    public void SetIrqLine(int line, bool level)
    {
        var request = new KvmIrqLevel { Irq = (uint)line, Level = level ? 1u : 0 };
        handle.Call(KvmIoctl.IrqLine, ref request, "the VM has no irqchip");
    }

    public VCpu CreateVcpu(int id)
    {
        var vcpu = new KvmHandle(handle.Call(KvmIoctl.CreateVcpu, id));
        return new VCpu(vcpu, handle.Fd, id, kvm.RunSize, kvm.GetSupportedCpuid());
    }

    /// <summary>Lets the kernel answer writes to an address by signalling an eventfd.</summary>
    /// <param name="length">Bytes of the write that matches; 0 matches any.</param>
    /// <param name="datamatch">Null matches any value.</param>
    public void Ioeventfd(KvmHandle eventfd, ulong address, uint length, bool pio, ulong? datamatch = null)
    {
        var request = new KvmIoeventfd
        {
            Addr = address,
            Len = length,
            Fd = eventfd.Fd,
            Datamatch = datamatch ?? 0,
            Flags = (uint)((pio ? IoeventfdFlags.Pio : 0) | (datamatch != null ? IoeventfdFlags.Datamatch : 0)),
        };
        handle.Call(KvmIoctl.Ioeventfd, ref request, "the address is taken, or the kernel's limit of devices per bus is reached");
    }

    /// <summary>
    /// Lets the kernel note writes to an address in the ring that it shares with user space, instead of going there (see
    /// <see cref="CoalescedRing"/>).
    /// </summary>
    public void Coalesce(ulong address, int bytes, bool pio)
    {
        var zone = new KvmCoalescedMmioZone { Addr = address, Size = (uint)bytes, Pio = pio ? 1u : 0 };
        handle.Call(KvmIoctl.RegisterCoalescedMmio, ref zone, "this kernel cannot coalesce such writes (ports: Linux 4.20)");
    }

    /// <summary>The raw descriptor, for native code that calls the VM.</summary>
    internal int Fd => handle.Fd;

    public void EnableCap(KvmCap capability, ulong argument)
    {
        var request = new KvmEnableCap { Cap = (uint)capability };
        request.Args[0] = argument;
        handle.Call(KvmIoctl.EnableCap, ref request, $"this kernel lacks {capability}");
    }

    /// <summary>What KVM_CHECK_EXTENSION answers on the VM: for some capabilities another number than on /dev/kvm.</summary>
    public int Check(KvmCap capability) => handle.Call(KvmIoctl.CheckExtension, (nint)capability);

    public void Dispose() => handle.Dispose();

    /// <summary>An eventfd that nobody reads, unless it is a blocking one: its counter saturates without blocking.</summary>
    public static KvmHandle CreateEventfd(bool blocking = false)
    {
        int fd = LibC.eventfd(0, LibC.EFD_CLOEXEC | (blocking ? 0 : LibC.EFD_NONBLOCK));
        return fd >= 0 ? new KvmHandle(fd) : throw SystemCallException.Last("eventfd", "raise RLIMIT_NOFILE");
    }
}
