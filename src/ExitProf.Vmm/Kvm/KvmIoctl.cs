namespace ExitProf.Vmm;

/// <summary>An ioctl request without an argument in memory.</summary>
/// <param name="Number">As the kernel's _IO macro makes it.</param>
public readonly record struct Ioctl(string Name, uint Number);

/// <summary>
/// An ioctl request with the structure it takes. The size inside the request number is computed from the structure, so a wrong
/// pair of number and structure does not compile or does not match the kernel's header (KvmLayoutTests).
/// </summary>
public readonly unsafe record struct Ioctl<T>(string Name, uint Number) where T : unmanaged
{
    internal static Ioctl<T> Read(string name, uint nr) => new(name, 2u << 30 | Bits(nr));

    internal static Ioctl<T> Write(string name, uint nr) => new(name, 1u << 30 | Bits(nr));

    internal static Ioctl<T> ReadWrite(string name, uint nr) => new(name, 3u << 30 | Bits(nr));

    private static uint Bits(uint nr) => (uint)sizeof(T) << 16 | KvmIoctl.KVMIO << 8 | nr;
}

/// <summary>The requests of &lt;linux/kvm.h&gt; that are used here, by their own names.</summary>
public static class KvmIoctl
{
    internal const uint KVMIO = 0xAE;

    // On /dev/kvm
    public static readonly Ioctl GetApiVersion = new("KVM_GET_API_VERSION", KVMIO << 8 | 0x00);
    public static readonly Ioctl CreateVm = new("KVM_CREATE_VM", KVMIO << 8 | 0x01);
    public static readonly Ioctl CheckExtension = new("KVM_CHECK_EXTENSION", KVMIO << 8 | 0x03);
    public static readonly Ioctl GetVcpuMmapSize = new("KVM_GET_VCPU_MMAP_SIZE", KVMIO << 8 | 0x04);

    // The size of the header alone stands in the number; the entries follow it in memory.
    public static readonly Ioctl<KvmCpuid2Header> GetSupportedCpuid = Ioctl<KvmCpuid2Header>.ReadWrite("KVM_GET_SUPPORTED_CPUID", 0x05);

    // On a VM or a vCPU
    public static readonly Ioctl GetStatsFd = new("KVM_GET_STATS_FD", KVMIO << 8 | 0xce);

    // On a VM
    public static readonly Ioctl CreateVcpu = new("KVM_CREATE_VCPU", KVMIO << 8 | 0x41);
    public static readonly Ioctl SetTssAddr = new("KVM_SET_TSS_ADDR", KVMIO << 8 | 0x47);
    public static readonly Ioctl CreateIrqchip = new("KVM_CREATE_IRQCHIP", KVMIO << 8 | 0x60);
    public static readonly Ioctl<KvmIrqLevel> IrqLine = Ioctl<KvmIrqLevel>.Write("KVM_IRQ_LINE", 0x61);
    public static readonly Ioctl<KvmPitConfig> CreatePit2 = Ioctl<KvmPitConfig>.Write("KVM_CREATE_PIT2", 0x77);
    public static readonly Ioctl<KvmUserspaceMemoryRegion> SetUserMemoryRegion = Ioctl<KvmUserspaceMemoryRegion>.Write(
        "KVM_SET_USER_MEMORY_REGION",
        0x46
    );
    public static readonly Ioctl<KvmCoalescedMmioZone> RegisterCoalescedMmio = Ioctl<KvmCoalescedMmioZone>.Write(
        "KVM_REGISTER_COALESCED_MMIO",
        0x67
    );
    public static readonly Ioctl<KvmIoeventfd> Ioeventfd = Ioctl<KvmIoeventfd>.Write("KVM_IOEVENTFD", 0x79);
    public static readonly Ioctl<KvmMsi> SignalMsi = Ioctl<KvmMsi>.Write("KVM_SIGNAL_MSI", 0xa5);
    public static readonly Ioctl<KvmEnableCap> EnableCap = Ioctl<KvmEnableCap>.Write("KVM_ENABLE_CAP", 0xa3);

    // On a vCPU
    public static readonly Ioctl Run = new("KVM_RUN", KVMIO << 8 | 0x80);
    public static readonly Ioctl GetTscKhz = new("KVM_GET_TSC_KHZ", KVMIO << 8 | 0xa3);
    public static readonly Ioctl<KvmRegs> GetRegs = Ioctl<KvmRegs>.Read("KVM_GET_REGS", 0x81);
    public static readonly Ioctl<KvmRegs> SetRegs = Ioctl<KvmRegs>.Write("KVM_SET_REGS", 0x82);
    public static readonly Ioctl<KvmSregs> GetSregs = Ioctl<KvmSregs>.Read("KVM_GET_SREGS", 0x83);
    public static readonly Ioctl<KvmSregs> SetSregs = Ioctl<KvmSregs>.Write("KVM_SET_SREGS", 0x84);
    public static readonly Ioctl<KvmMsrsHeader> SetMsrs = Ioctl<KvmMsrsHeader>.Write("KVM_SET_MSRS", 0x89);
    public static readonly Ioctl<KvmLapicState> GetLapic = Ioctl<KvmLapicState>.Read("KVM_GET_LAPIC", 0x8e);
    public static readonly Ioctl<KvmLapicState> SetLapic = Ioctl<KvmLapicState>.Write("KVM_SET_LAPIC", 0x8f);
    public static readonly Ioctl<KvmCpuid2Header> SetCpuid2 = Ioctl<KvmCpuid2Header>.Write("KVM_SET_CPUID2", 0x90);
    public static readonly Ioctl<KvmVcpuEvents> GetVcpuEvents = Ioctl<KvmVcpuEvents>.Read("KVM_GET_VCPU_EVENTS", 0x9f);
    public static readonly Ioctl<KvmVcpuEvents> SetVcpuEvents = Ioctl<KvmVcpuEvents>.Write("KVM_SET_VCPU_EVENTS", 0xa0);
    public static readonly Ioctl<KvmXsave> GetXsave = Ioctl<KvmXsave>.Read("KVM_GET_XSAVE", 0xa4);
    public static readonly Ioctl<KvmXsave> SetXsave = Ioctl<KvmXsave>.Write("KVM_SET_XSAVE", 0xa5);
    public static readonly Ioctl<KvmXcrs> SetXcrs = Ioctl<KvmXcrs>.Write("KVM_SET_XCRS", 0xa7);
    public static readonly Ioctl<KvmXsave> GetXsave2 = Ioctl<KvmXsave>.Read("KVM_GET_XSAVE2", 0xcf);
    public static readonly Ioctl<KvmDeviceAttr> SetDeviceAttr = Ioctl<KvmDeviceAttr>.Write("KVM_SET_DEVICE_ATTR", 0xe1);
    public static readonly Ioctl<KvmDeviceAttr> GetDeviceAttr = Ioctl<KvmDeviceAttr>.Write("KVM_GET_DEVICE_ATTR", 0xe2);
    public static readonly Ioctl<KvmDeviceAttr> HasDeviceAttr = Ioctl<KvmDeviceAttr>.Write("KVM_HAS_DEVICE_ATTR", 0xe3);
}
