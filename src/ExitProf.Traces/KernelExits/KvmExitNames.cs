using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace ExitProf.Traces;

/// <summary>
/// Names of the KVM_EXIT_* numbers (include/uapi/linux/kvm.h, Linux 6.18), those of other architectures included: the numbers are shared.
/// </summary>
public static class KvmExitNames
{
    public const uint Unknown = 0;
    public const uint Io = 2;
    public const uint Hypercall = 3;
    public const uint Hlt = 5;
    public const uint Mmio = 6;
    public const uint Interrupted = 10;
    public const uint InternalError = 17;
    public const uint ReadMsr = 29;
    public const uint WriteMsr = 30;

    /// <summary>Set in a number for which the kernel that recorded it had no name: it may mean something else than it does today.</summary>
    public const uint Unnamed = 0x8000_0000;

    private static readonly ImmutableArray<string> Names =
    [
        "UNKNOWN",
        "EXCEPTION",
        "IO",
        "HYPERCALL",
        "DEBUG",
        "HLT",
        "MMIO",
        "IRQ_WINDOW_OPEN",
        "SHUTDOWN",
        "FAIL_ENTRY",
        "INTR",
        "SET_TPR",
        "TPR_ACCESS",
        "S390_SIEIC",
        "S390_RESET",
        "DCR",
        "NMI",
        "INTERNAL_ERROR",
        "OSI",
        "PAPR_HCALL",
        "S390_UCONTROL",
        "WATCHDOG",
        "S390_TSCH",
        "EPR",
        "SYSTEM_EVENT",
        "S390_STSI",
        "IOAPIC_EOI",
        "HYPERV",
        "ARM_NISV",
        "X86_RDMSR",
        "X86_WRMSR",
        "DIRTY_RING_FULL",
        "AP_RESET_HOLD",
        "X86_BUS_LOCK",
        "XEN",
        "RISCV_SBI",
        "RISCV_CSR",
        "NOTIFY",
        "LOONGARCH_IOCSR",
        "MEMORY_FAULT",
        "TDX",
    ];

    private static readonly ImmutableArray<string> Full = [.. Names.Select(name => "KVM_EXIT_" + name)];

    /// <summary>"KVM_EXIT_IO"; an unknown number keeps its number: "KVM_EXIT_99".</summary>
    public static string Name(uint reason) =>
        reason < Full.Length ? Full[(int)reason] : "KVM_EXIT_" + (reason & ~Unnamed).ToString(CultureInfo.InvariantCulture);

    /// <summary>The number of "KVM_EXIT_IO".</summary>
    public static bool TryNumber(ReadOnlySpan<byte> name, out uint number)
    {
        int found = Full.IndexOf(Encoding.Latin1.GetString(name));
        number = (uint)Math.Max(found, 0);
        return found >= 0;
    }
}
