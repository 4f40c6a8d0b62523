namespace ExitProf.Vmm;

/// <summary>What KVM tells user space: KVM_EXIT_* of &lt;linux/kvm.h&gt;. What the CPU said is another vocabulary.</summary>
public enum ExitReason : uint
{
    Unknown = 0,
    Exception = 1,
    Io = 2,
    Hypercall = 3,
    Debug = 4,
    Hlt = 5,
    Mmio = 6,
    IrqWindowOpen = 7,
    Shutdown = 8,
    FailEntry = 9,
    Intr = 10,
    SetTpr = 11,
    TprAccess = 12,
    Nmi = 16,
    InternalError = 17,
    SystemEvent = 24,
    IoapicEoi = 26,
    HyperV = 27,
    X86Rdmsr = 29,
    X86Wrmsr = 30,
    DirtyRingFull = 31,
    ApResetHold = 32,
    X86BusLock = 33,
    Xen = 34,
    Notify = 37,
    MemoryFault = 39,
}

public static class ExitReasonNames
{
    /// <summary>"KVM_EXIT_IO"; an unknown reason keeps its number.</summary>
    public static string Name(this ExitReason reason) => reason switch
    {
        ExitReason.Unknown => "KVM_EXIT_UNKNOWN",
        ExitReason.Exception => "KVM_EXIT_EXCEPTION",
        ExitReason.Io => "KVM_EXIT_IO",
        ExitReason.Hypercall => "KVM_EXIT_HYPERCALL",
        ExitReason.Debug => "KVM_EXIT_DEBUG",
        ExitReason.Hlt => "KVM_EXIT_HLT",
        ExitReason.Mmio => "KVM_EXIT_MMIO",
        ExitReason.IrqWindowOpen => "KVM_EXIT_IRQ_WINDOW_OPEN",
        ExitReason.Shutdown => "KVM_EXIT_SHUTDOWN",
        ExitReason.FailEntry => "KVM_EXIT_FAIL_ENTRY",
        ExitReason.Intr => "KVM_EXIT_INTR",
        ExitReason.SetTpr => "KVM_EXIT_SET_TPR",
        ExitReason.TprAccess => "KVM_EXIT_TPR_ACCESS",
        ExitReason.Nmi => "KVM_EXIT_NMI",
        ExitReason.InternalError => "KVM_EXIT_INTERNAL_ERROR",
        ExitReason.SystemEvent => "KVM_EXIT_SYSTEM_EVENT",
        ExitReason.IoapicEoi => "KVM_EXIT_IOAPIC_EOI",
        ExitReason.HyperV => "KVM_EXIT_HYPERV",
        ExitReason.X86Rdmsr => "KVM_EXIT_X86_RDMSR",
        ExitReason.X86Wrmsr => "KVM_EXIT_X86_WRMSR",
        ExitReason.DirtyRingFull => "KVM_EXIT_DIRTY_RING_FULL",
        ExitReason.ApResetHold => "KVM_EXIT_AP_RESET_HOLD",
        ExitReason.X86BusLock => "KVM_EXIT_X86_BUS_LOCK",
        ExitReason.Xen => "KVM_EXIT_XEN",
        ExitReason.Notify => "KVM_EXIT_NOTIFY",
        ExitReason.MemoryFault => "KVM_EXIT_MEMORY_FAULT",
        _ => $"KVM_EXIT {(uint)reason}",
    };
}
