namespace ExitProf.Traces;

/// <summary>What the guest did to exit, with its direction: together with the destination it selects a row of the border table.</summary>
public enum ExitKind : byte
{
    Unknown = 0,
    PioOut = 1,
    PioIn = 2,
    MmioWrite = 3,
    MmioRead = 4,
    Cpuid = 5,
    Msr = 6,
    Hypercall = 7,
    Hlt = 8,
    EmulationFailure = 9,
    Apic = 10,

    /// <summary>No exit but a unit of guest work, in which there are many exits or none.</summary>
    GuestWork = 11,

    /// <summary>A port access with a REP prefix: between the two stamps of the guest it exits more than once.</summary>
    RepeatedPio = 20,

    /// <summary>A triple fault.</summary>
    Shutdown = 21,

    /// <summary>SYSCALL of the guest, to its own handler: exits only where the host's kernel reflects it.</summary>
    Syscall = 22,

    /// <summary>An exception of the guest, to its own handler: exits only where KVM delivers it.</summary>
    Exception = 23,

    /// <summary>The guest changes to other page tables: exits only where these are the host's.</summary>
    PageTables = 24,

    /// <summary>A guest that halts in the kernel is woken; measured from the thread that wakes it.</summary>
    HltWake = 25,

    /// <summary>A system call of the VMM, which is no exit.</summary>
    VmmCall = 26,

    /// <summary>A port write, between whose exit and next entry another thread ran on the CPU.</summary>
    Intervened = 27,

    /// <summary>A store to a page table that the VMM has write-protected, where KVM has page tables of its own made from it.</summary>
    ProtectedTable = 29,

    /// <summary>A port read, whose device the VMM looks up on a bus that several vCPUs share behind a lock.</summary>
    LockedPioIn = 30,
}

/// <summary>Who answered the exit.</summary>
public enum Destination : byte
{
    Kernel = 0,
    Userspace = 1,
}

/// <summary>The part of KVM that switches worlds on the recorded host.</summary>
public enum Backend : byte
{
    Unknown = 0,
    Vmx = 1,
    Svm = 2,
    Pvm = 3,
}

public static class ExitKindNames
{
    public static string Name(this ExitKind kind) => kind switch
    {
        ExitKind.PioOut => "pio-out",
        ExitKind.PioIn => "pio-in",
        ExitKind.MmioWrite => "mmio-write",
        ExitKind.MmioRead => "mmio-read",
        ExitKind.Cpuid => "cpuid",
        ExitKind.Msr => "msr",
        ExitKind.Hypercall => "hypercall",
        ExitKind.Hlt => "hlt",
        ExitKind.EmulationFailure => "emulation-failure",
        ExitKind.Apic => "apic",
        ExitKind.GuestWork => "guest-work",
        ExitKind.RepeatedPio => "repeated-pio",
        ExitKind.ProtectedTable => "protected-table",
        ExitKind.Shutdown => "shutdown",
        ExitKind.Syscall => "syscall",
        ExitKind.Exception => "exception",
        ExitKind.PageTables => "page-tables",
        ExitKind.HltWake => "hlt-wake",
        ExitKind.VmmCall => "vmm-call",
        ExitKind.Intervened => "intervened",
        ExitKind.LockedPioIn => "locked-pio-in",
        _ => "unknown",
    };

    public static string Name(this Backend backend) => backend switch
    {
        Backend.Vmx => "vmx",
        Backend.Svm => "svm",
        Backend.Pvm => "pvm",
        _ => "unknown",
    };
}
