namespace ExitProf.Vmm;

/// <summary>An exit as the VMM sees it: a closed set of shapes, parsed from kvm_run. An exit that is not known keeps its number.</summary>
public abstract record VmExit
{
    private VmExit() { }

    /// <summary>KVM_EXIT_IO.</summary>
    /// <param name="Size">Bytes of one element: 1, 2 or 4.</param>
    /// <param name="Count">Elements; more than one for INS only.</param>
    public sealed record Io(bool Out, ushort Port, int Size, int Count) : VmExit;

    /// <summary>KVM_EXIT_MMIO.</summary>
    /// <param name="Length">Bytes, at most 8.</param>
    /// <param name="Data">The value written, zero-extended; 0 for a read.</param>
    public sealed record Mmio(bool Write, ulong Address, int Length, ulong Data) : VmExit;

    public sealed record Hlt : VmExit;

    public sealed record Hypercall(ulong Number) : VmExit;

    public sealed record Msr(bool Write, uint Index, ulong Data, uint Cause) : VmExit;

    public sealed record Debug : VmExit;

    /// <summary>A triple fault.</summary>
    public sealed record Shutdown : VmExit;

    public sealed record FailEntry(ulong HardwareReason) : VmExit;

    /// <summary>KVM_EXIT_UNKNOWN: the CPU gave a reason that KVM does not handle.</summary>
    public sealed record UnknownHardwareReason(ulong HardwareReason) : VmExit;

    /// <param name="Suberror">1 is an emulation failure.</param>
    public sealed record InternalError(uint Suberror, int DataWords) : VmExit;

    public sealed record SystemEvent(uint Type) : VmExit;

    /// <summary>A signal ended KVM_RUN.</summary>
    public sealed record Interrupted : VmExit;

    /// <summary>Any other KVM_EXIT_*, by its number.</summary>
    public sealed record Other(ExitReason Reason) : VmExit;

    public static VmExit Parse(in KvmRun run) =>
        (ExitReason)run.ExitReason switch
        {
            ExitReason.Io => new Io(run.IoDirection == 1, run.IoPort, run.IoSize, (int)run.IoCount),
            ExitReason.Mmio => new Mmio(
                run.MmioIsWrite != 0,
                run.MmioPhysAddr,
                (int)run.MmioLen,
                run.MmioIsWrite != 0 ? Low(run.MmioData, run.MmioLen) : 0
            ),
            ExitReason.Hlt => new Hlt(),
            ExitReason.Hypercall => new Hypercall(run.HypercallNr),
            ExitReason.X86Rdmsr => new Msr(false, run.MsrIndex, 0, run.MsrReason),
            ExitReason.X86Wrmsr => new Msr(true, run.MsrIndex, run.MsrData, run.MsrReason),
            ExitReason.Debug => new Debug(),
            ExitReason.Shutdown => new Shutdown(),
            ExitReason.FailEntry => new FailEntry(run.HardwareExitReason),
            ExitReason.Unknown => new UnknownHardwareReason(run.HardwareExitReason),
            ExitReason.InternalError => new InternalError(run.InternalSuberror, (int)run.InternalNdata),
            ExitReason.SystemEvent => new SystemEvent(run.SystemEventType),
            ExitReason.Intr => new Interrupted(),
            var reason => new Other(reason),
        };

    private static ulong Low(ulong data, uint bytes) => bytes >= 8 ? data : data & ((1UL << (int)(8 * bytes)) - 1);
}
