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
