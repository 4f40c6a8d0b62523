using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>What the events of one exit say about it: who caused it and who answered.</summary>
internal struct ExitEvidence
{
    /// <summary>EINTR: KVM_RUN was interrupted by a signal, whatever exit reason stands in its page.</summary>
    private const int Interrupted = -4;

    private bool hardware, pio, pioWrite, mmio, fastMmio, apic, cpuid, msr, hypercall, failed, userspace, userspaceReason, fault;
    private uint reason, mmioType, kvmExit;
    private int isa, errno;
    private ulong info, info2, rip, port, gpa, leaf, msrIndex, call, register, faultAddress;

    private const ulong Concerned = 1ul << (int)Stamp.KvmExit | 1ul << (int)Stamp.KvmPio | 1ul << (int)Stamp.KvmMmio
        | 1ul << (int)Stamp.KvmPageFault | 1ul << (int)Stamp.KvmFastMmio | 1ul << (int)Stamp.KvmApic | 1ul << (int)Stamp.KvmEoi
        | 1ul << (int)Stamp.KvmCpuid | 1ul << (int)Stamp.KvmMsr | 1ul << (int)Stamp.KvmHypercall | 1ul << (int)Stamp.KvmEmulateInsn
        | 1ul << (int)Stamp.KvmFpuUnload | 1ul << (int)Stamp.KvmUserspaceExit;

    /// <summary>Half of the events say nothing about their exit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Concerns(Stamp stamp) => stamp <= Stamp.KvmInjException && (Concerned >> (int)stamp & 1) != 0;

    /// <summary>A border within an exit that says nothing but when it was.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsPlain(Stamp stamp) =>
        stamp is > Stamp.KvmEntry and < Stamp.SchedOut && (Concerned >> (int)stamp & 1) == 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(in KernelEvent e)
    {
        switch (e.Stamp)
        {
            case Stamp.KvmExit:
                hardware = true;
                (reason, isa, info, info2, rip) = (e.Code, e.Detail, e.Address, e.Info2, e.Rip);
                break;
            case Stamp.KvmPio when !pio:
                pio = true;
                (pioWrite, port) = (e.Code != 0, e.Address);
                break;
            case Stamp.KvmMmio when !mmio:
                mmio = true;
                (mmioType, gpa) = (e.Code, e.Address);
                break;
            case Stamp.KvmPageFault when !fault:
                fault = true;
                faultAddress = e.Address;
                break;
            case Stamp.KvmFastMmio:
                fastMmio = true;
                gpa = e.Address;
                break;
            case Stamp.KvmApic when !apic:
                apic = true;
                register = e.Address;
                break;
            case Stamp.KvmEoi:
                apic = true;
                break;
            case Stamp.KvmCpuid:
                cpuid = true;
                leaf = e.Address;
                break;
            case Stamp.KvmMsr when !msr:
                msr = true;
                msrIndex = e.Address;
                break;
            case Stamp.KvmHypercall:
                hypercall = true;
                call = e.Address;
                break;
            case Stamp.KvmEmulateInsn:
                failed |= e.Code != 0;
                break;
            case Stamp.KvmFpuUnload:
                userspace = true;
                break;
            case Stamp.KvmUserspaceExit:
                userspace = userspaceReason = true;
                (kvmExit, errno) = (e.Code, e.Detail);
                break;
        }
    }

    public readonly Destination Destination => userspace ? Destination.Userspace : Destination.Kernel;

    /// <summary>Whether kvm_exit said why: texts of kernels and architectures that nobody knows may not.</summary>
    public readonly bool HasReason => hardware && isa != 0;
    public readonly uint ReasonCode => reason;
    public readonly int Isa => isa;

    public readonly string Reason => HasReason ? ExitReasons.Name(reason, isa) : "";

    public readonly string KvmExit => !userspaceReason ? "" : KvmExitNames.Name(errno == Interrupted ? KvmExitNames.Interrupted : kvmExit);

    public readonly ExitKind Kind => hardware && isa is (KernelEvent.IsaVmx or KernelEvent.IsaSvm) ? KindByReason() : KindByEvents();

    public readonly ulong SubkeyOf(ExitKind kind) => kind switch
    {
        ExitKind.PioIn or ExitKind.PioOut => pio ? port : InfoPort,
        ExitKind.MmioRead or ExitKind.MmioWrite or ExitKind.EmulationFailure => gpa,
        ExitKind.Apic => gpa != 0 ? gpa : register,
        ExitKind.Cpuid => leaf,
        ExitKind.Msr => msrIndex,
        ExitKind.Hypercall => call,
        _ => FaultedPage is not 0 and var page ? page : rip,
    };

    /// <summary>
    /// The guest-physical address of a page that was missing or protected: the fault's own event has it, and SVM's EXITINFO2.
    /// </summary>
    private readonly ulong FaultedPage => !hardware || ExitReasons.Of(reason, isa) != HardwareReason.Memory ? 0
        : fault ? faultAddress : isa == KernelEvent.IsaSvm ? info2 : 0;

    private readonly ExitKind KindByReason() => ExitReasons.Of(reason, isa) switch
    {
        // The direction is known without kvm_pio too: bit 3 of VMX's qualification, bit 0 of SVM's EXITINFO1; 1 is IN.
        HardwareReason.Io => pio ? Pio : (info >> (isa == KernelEvent.IsaVmx ? 3 : 0) & 1) != 0 ? ExitKind.PioIn : ExitKind.PioOut,
        HardwareReason.Memory => apic ? ExitKind.Apic : mmio ? Mmio : fastMmio ? ExitKind.MmioWrite : Failure,
        HardwareReason.Cpuid => ExitKind.Cpuid,
        HardwareReason.Msr => apic ? ExitKind.Apic : ExitKind.Msr,
        HardwareReason.Hypercall => ExitKind.Hypercall,
        HardwareReason.Hlt => ExitKind.Hlt,
        HardwareReason.Apic => ExitKind.Apic,
        _ => Failure,
    };

    /// <summary>PVM has no reasons, its exits are told by what KVM did then.</summary>
    private readonly ExitKind KindByEvents()
    {
        if (apic) return ExitKind.Apic;
        if (pio) return Pio;
        if (mmio) return Mmio;
        if (fastMmio) return ExitKind.MmioWrite;
        if (cpuid) return ExitKind.Cpuid;
        if (msr) return ExitKind.Msr;
        if (hypercall) return ExitKind.Hypercall;
        if (!userspaceReason) return Failure;
        return kvmExit switch
        {
            KvmExitNames.Hlt => ExitKind.Hlt,
            KvmExitNames.Hypercall => ExitKind.Hypercall,
            KvmExitNames.ReadMsr or KvmExitNames.WriteMsr => ExitKind.Msr,
            _ => Failure,
        };
    }

    private readonly ExitKind Pio => pioWrite ? ExitKind.PioOut : ExitKind.PioIn;
    private readonly ExitKind Mmio => mmioType == KernelEvent.MmioWrite ? ExitKind.MmioWrite : ExitKind.MmioRead;

    /// <summary>An instruction that KVM cannot emulate reaches user space; any other exit of no known sort stays unknown.</summary>
    private readonly ExitKind Failure => failed && userspace ? ExitKind.EmulationFailure : ExitKind.Unknown;

    /// <summary>Bits 31:16 of both vendors' exit information for I/O.</summary>
    private readonly ulong InfoPort => info >> 16 & 0xffff;
}
