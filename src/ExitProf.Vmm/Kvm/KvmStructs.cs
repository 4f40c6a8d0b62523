using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ExitProf.Vmm;

// Mirrors of <linux/kvm.h> and <asm/kvm.h> on x86-64, field by field in the kernel's order. KvmLayoutTests asks a C compiler
// with the kernel's own headers whether each offset, size and number here is right.

/// <summary>struct kvm_userspace_memory_region.</summary>
public struct KvmUserspaceMemoryRegion
{
    public uint Slot;
    public uint Flags;
    public ulong GuestPhysAddr;
    public ulong MemorySize;
    public ulong UserspaceAddr;
}

/// <summary>struct kvm_regs.</summary>
public struct KvmRegs
{
    public ulong Rax, Rbx, Rcx, Rdx;
    public ulong Rsi, Rdi, Rsp, Rbp;
    public ulong R8, R9, R10, R11;
    public ulong R12, R13, R14, R15;
    public ulong Rip, Rflags;
}

/// <summary>struct kvm_segment.</summary>
public struct KvmSegment
{
    public ulong Base;
    public uint Limit;
    public ushort Selector;
    public byte Type;
    public byte Present, Dpl, Db, S, L, G, Avl;
    public byte Unusable;
    public byte Padding;
}

/// <summary>struct kvm_dtable.</summary>
public struct KvmDtable
{
    public ulong Base;
    public ushort Limit;
    public Words3 Padding;

    [InlineArray(3)]
    public struct Words3
    {
        private ushort element;
    }
}

/// <summary>struct kvm_sregs.</summary>
public struct KvmSregs
{
    public KvmSegment Cs, Ds, Es, Fs, Gs, Ss;
    public KvmSegment Tr, Ldt;
    public KvmDtable Gdt, Idt;
    public ulong Cr0, Cr2, Cr3, Cr4, Cr8;
    public ulong Efer;
    public ulong ApicBase;
    public Interrupts InterruptBitmap;

    [InlineArray(4)]
    public struct Interrupts
    {
        private ulong element;
    }
}

/// <summary>struct kvm_lapic_state: the registers of a local APIC as they lie in its page, 16 bytes apart.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct KvmLapicState
{
    public Page1024 Regs;

    [InlineArray(1024)]
    public struct Page1024
    {
        private byte first;
    }
}

/// <summary>struct kvm_cpuid2 up to its flexible array of entries.</summary>
public struct KvmCpuid2Header
{
    public uint Nent;
    public uint Padding;
}

/// <summary>struct kvm_cpuid_entry2.</summary>
public struct KvmCpuidEntry2
{
    public uint Function;
    public uint Index;
    public uint Flags;
    public uint Eax;
    public uint Ebx;
    public uint Ecx;
    public uint Edx;
    public Padding3 Padding;

    [InlineArray(3)]
    public struct Padding3
    {
        private uint element;
    }
}

/// <summary>struct kvm_msr_entry.</summary>
public struct KvmMsrEntry
{
    public uint Index;
    public uint Reserved;
    public ulong Data;
}

/// <summary>struct kvm_msrs up to its flexible array of entries.</summary>
public struct KvmMsrsHeader
{
    public uint Nmsrs;
    public uint Pad;
}

/// <summary>struct kvm_ioeventfd.</summary>
public struct KvmIoeventfd
{
    public ulong Datamatch;
    public ulong Addr;
    public uint Len;
    public int Fd;
    public uint Flags;
    public Padding36 Pad;

    [InlineArray(36)]
    public struct Padding36
    {
        private byte element;
    }
}

/// <summary>struct kvm_coalesced_mmio_zone.</summary>
public struct KvmCoalescedMmioZone
{
    public ulong Addr;
    public uint Size;
    public uint Pio;
}

/// <summary>struct kvm_coalesced_mmio: one write that the kernel noted.</summary>
public struct KvmCoalescedMmio
{
    public ulong PhysAddr;
    public uint Len;
    public uint Pio;
    public ulong Data;
}

/// <summary>struct kvm_coalesced_mmio_ring up to its flexible array of entries. User space moves First, the kernel Last.</summary>
public struct KvmCoalescedMmioRing
{
    public uint First;
    public uint Last;
}

[Flags]
public enum IoeventfdFlags : uint
{
    None = 0,
    Datamatch = 1,
    Pio = 2,
    Deassign = 4,
}

/// <summary>struct kvm_msi: an interrupt as a device would send it.</summary>
public struct KvmMsi
{
    public uint AddressLo;
    public uint AddressHi;
    public uint Data;
    public uint Flags;
    public uint Devid;
    public Padding12 Pad;

    [InlineArray(12)]
    public struct Padding12
    {
        private byte element;
    }
}

/// <summary>struct kvm_irq_level: a line of the interrupt controllers in the kernel.</summary>
public struct KvmIrqLevel
{
    public uint Irq;
    public uint Level;
}

/// <summary>struct kvm_pit_config.</summary>
public struct KvmPitConfig
{
    public uint Flags;
    public Padding15 Pad;

    [InlineArray(15)]
    public struct Padding15
    {
        private uint element;
    }
}

/// <summary>struct kvm_enable_cap.</summary>
public struct KvmEnableCap
{
    public uint Cap;
    public uint Flags;
    public Arguments Args;
    public Padding64 Pad;

    [InlineArray(4)]
    public struct Arguments
    {
        private ulong element;
    }

    [InlineArray(64)]
    public struct Padding64
    {
        private byte element;
    }
}

/// <summary>struct kvm_device_attr.</summary>
public struct KvmDeviceAttr
{
    public uint Flags;
    public uint Group;
    public ulong Attr;
    public ulong Addr;
}

/// <summary>struct kvm_vcpu_events: what is on its way into the guest.</summary>
public struct KvmVcpuEvents
{
    public ExceptionEvent Exception;
    public uint Interrupt;
    public uint Nmi;
    public uint SipiVector;
    public uint Flags;
    public uint Smi;
    public byte TripleFault;
    public Bytes26 Reserved;
    public byte ExceptionHasPayload;
    public ulong ExceptionPayload;

    public struct ExceptionEvent
    {
        public byte Injected;
        public byte Nr;
        public byte HasErrorCode;
        public byte Pending;
        public uint ErrorCode;
    }

    [InlineArray(26)]
    public struct Bytes26
    {
        private byte element;
    }
}

/// <summary>struct kvm_xcrs: the extended control registers.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct KvmXcrs
{
    public uint NrXcrs;
    public uint Flags;
    public Registers16 Xcrs;
    public Padding16 Padding;

    [InlineArray(16)]
    public struct Registers16
    {
        private KvmXcr element;
    }

    [InlineArray(16)]
    public struct Padding16
    {
        private ulong element;
    }
}

/// <summary>struct kvm_xcr.</summary>
public struct KvmXcr
{
    public uint Xcr;
    public uint Reserved;
    public ulong Value;
}

/// <summary>struct kvm_xsave without its flexible end: the XSAVE area in its standard form, as long as KVM_CAP_XSAVE2 says.</summary>
public struct KvmXsave
{
    public Words1024 Region;

    [InlineArray(1024)]
    public struct Words1024
    {
        private uint element;
    }
}

/// <summary>struct kvm_run: the page that KVM and the VMM share. The exit's details are a union at offset 32.</summary>
[StructLayout(LayoutKind.Explicit, Size = 2352)]
public struct KvmRun
{
    [FieldOffset(0)] public byte RequestInterruptWindow;
    [FieldOffset(1)] public byte ImmediateExit;
    [FieldOffset(8)] public uint ExitReason;
    [FieldOffset(12)] public byte ReadyForInterruptInjection;
    [FieldOffset(13)] public byte IfFlag;
    [FieldOffset(14)] public ushort Flags;
    [FieldOffset(16)] public ulong Cr8;
    [FieldOffset(24)] public ulong ApicBase;

    // KVM_EXIT_IO
    [FieldOffset(32)] public byte IoDirection;
    [FieldOffset(33)] public byte IoSize;
    [FieldOffset(34)] public ushort IoPort;
    [FieldOffset(36)] public uint IoCount;
    [FieldOffset(40)] public ulong IoDataOffset;

    // KVM_EXIT_MMIO
    [FieldOffset(32)] public ulong MmioPhysAddr;
    [FieldOffset(40)] public ulong MmioData;
    [FieldOffset(48)] public uint MmioLen;
    [FieldOffset(52)] public byte MmioIsWrite;

    // KVM_EXIT_UNKNOWN, KVM_EXIT_FAIL_ENTRY
    [FieldOffset(32)] public ulong HardwareExitReason;
    [FieldOffset(40)] public uint FailEntryCpu;

    // KVM_EXIT_INTERNAL_ERROR
    [FieldOffset(32)] public uint InternalSuberror;
    [FieldOffset(36)] public uint InternalNdata;
    [FieldOffset(40)] public InternalWords InternalData;

    // KVM_EXIT_HYPERCALL
    [FieldOffset(32)] public ulong HypercallNr;

    // KVM_EXIT_X86_RDMSR, KVM_EXIT_X86_WRMSR
    [FieldOffset(32)] public byte MsrError;
    [FieldOffset(40)] public uint MsrReason;
    [FieldOffset(44)] public uint MsrIndex;
    [FieldOffset(48)] public ulong MsrData;

    // KVM_EXIT_SYSTEM_EVENT
    [FieldOffset(32)] public uint SystemEventType;

    [FieldOffset(288)] public ulong KvmValidRegs;
    [FieldOffset(296)] public ulong KvmDirtyRegs;

    // s.regs, struct kvm_sync_regs: filled and taken as the two words before it say.
    [FieldOffset(304)] public KvmRegs SyncRegs;

    [FieldOffset(448)] public KvmSregs SyncSregs;

    // KVM_SYNC_X86_REGS and KVM_SYNC_X86_SREGS of <asm/kvm.h>.
    internal const ulong SyncX86Regs = 1;
    internal const ulong SyncX86Sregs = 2;

    /// <summary>Offset of the union, where the exit's details begin.</summary>
    public const int DetailsOffset = 32;

    [InlineArray(16)]
    public struct InternalWords
    {
        private ulong element;
    }
}
