using System.Collections.Frozen;

namespace ExitProf.Traces;

/// <summary>
/// Exit reasons of architectures other than x86, by the names that <c>perf kvm stat</c> prints: arm64 and RISC-V have fields of their own
/// in kvm_exit, PowerPC and s390 events of their own.
/// </summary>
internal sealed class ForeignReasons
{
    /// <summary>arm64: bits of a code that stands for an exception class instead of a return value of the world switch.</summary>
    private const uint Trapped = 0x1_0000;
    private const ulong ArmTrap = 2;

    /// <summary>RISC-V: the highest bit of scause stands for an interrupt.</summary>
    private const uint Interrupted = 0x1_0000;

    private static readonly FrozenDictionary<uint, string> Arm = Table(
    [
        (0, "IRQ"), (1, "EL1_SERROR"), (3, "IL"), (Trapped, "UNKNOWN"), (Trapped + 0x01, "WFx"), (Trapped + 0x03, "CP15_32"),
        (Trapped + 0x04, "CP15_64"), (Trapped + 0x05, "CP14_MR"), (Trapped + 0x06, "CP14_LS"), (Trapped + 0x07, "FP_ASIMD"),
        (Trapped + 0x08, "CP10_ID"), (Trapped + 0x09, "PAC"), (Trapped + 0x0c, "CP14_64"), (Trapped + 0x0d, "BTI"),
        (Trapped + 0x0e, "ILL"), (Trapped + 0x11, "SVC32"), (Trapped + 0x12, "HVC32"), (Trapped + 0x13, "SMC32"),
        (Trapped + 0x15, "SVC64"), (Trapped + 0x16, "HVC64"), (Trapped + 0x17, "SMC64"), (Trapped + 0x18, "SYS64"),
        (Trapped + 0x19, "SVE"), (Trapped + 0x1a, "ERET"), (Trapped + 0x1f, "IMP_DEF"), (Trapped + 0x20, "IABT_LOW"),
        (Trapped + 0x21, "IABT_CUR"), (Trapped + 0x22, "PC_ALIGN"), (Trapped + 0x24, "DABT_LOW"), (Trapped + 0x25, "DABT_CUR"),
        (Trapped + 0x26, "SP_ALIGN"), (Trapped + 0x28, "FP_EXC32"), (Trapped + 0x2c, "FP_EXC64"), (Trapped + 0x2f, "SERROR"),
        (Trapped + 0x30, "BREAKPT_LOW"), (Trapped + 0x31, "BREAKPT_CUR"), (Trapped + 0x32, "SOFTSTP_LOW"),
        (Trapped + 0x33, "SOFTSTP_CUR"), (Trapped + 0x34, "WATCHPT_LOW"), (Trapped + 0x35, "WATCHPT_CUR"),
        (Trapped + 0x38, "BKPT32"), (Trapped + 0x3a, "VECTOR32"), (Trapped + 0x3c, "BRK64")
    ]);

    private static readonly FrozenDictionary<uint, string> Riscv = Table(
    [
        (Interrupted, "IRQ"), (2, "INST_ILLEGAL"), (10, "VIRTUAL_SYSCALL"), (20, "INST_GUEST_PAGE_FAULT"),
        (21, "LOAD_GUEST_PAGE_FAULT"), (22, "VIRTUAL_INST_FAULT"), (23, "STORE_GUEST_PAGE_FAULT")
    ]);

    private static readonly FrozenDictionary<uint, string> S390 = Table(
    [
        (0x00, "Host interruption"), (0x04, "Instruction"), (0x08, "Program interruption"),
        (0x0c, "Instruction and program interruption"), (0x10, "External request"), (0x14, "External interruption"),
        (0x18, "I/O request"), (0x1c, "Wait state"), (0x20, "Validity"), (0x28, "Stop request"), (0x2c, "Operation exception"),
        (0x38, "Partial-execution"), (0x3c, "I/O interruption"), (0x40, "I/O instruction"), (0x48, "Timing subset")
    ]);

    private static readonly FrozenDictionary<uint, string> PowerPc = Table(
    [
        (0x000, "RETURN_TO_HOST"), (0x100, "SYSTEM_RESET"), (0x200, "MACHINE_CHECK"), (0x300, "DATA_STORAGE"),
        (0x380, "DATA_SEGMENT"), (0x400, "INST_STORAGE"), (0x480, "INST_SEGMENT"), (0x500, "EXTERNAL"), (0x502, "EXTERNAL_HV"),
        (0x600, "ALIGNMENT"), (0x700, "PROGRAM"), (0x800, "FP_UNAVAIL"), (0x900, "DECREMENTER"), (0x980, "HV_DECREMENTER"),
        (0xc00, "SYSCALL"), (0xd00, "TRACE"), (0xe00, "H_DATA_STORAGE"), (0xe20, "H_INST_STORAGE"), (0xe40, "H_EMUL_ASSIST"),
        (0xea0, "H_VIRT"), (0xf00, "PERFMON"), (0xf20, "ALTIVEC"), (0xf40, "VSX")
    ]);

    private readonly FrozenDictionary<uint, string> names;
    private readonly FieldDecoder code;
    private readonly FieldDecoder trap;

    private static FrozenDictionary<uint, string> Table((uint Number, string Name)[] rows) =>
        rows.ToFrozenDictionary(r => r.Number, r => r.Name);

    private ForeignReasons(FrozenDictionary<uint, string> names, FieldDecoder code, FieldDecoder trap) =>
        (this.names, this.code, this.trap) = (names, code, trap);

    /// <returns>Null if the event is none that begins an exit of another architecture.</returns>
    internal static ForeignReasons? TryOf(EventFormat format, bool bigEndian)
    {
        return format.Name switch
        {
            "kvm_exit" when Field("esr_ec") is { Size: > 0 } ec => new ForeignReasons(Arm, ec, Field("ret")),
            "kvm_exit" when Field("scause") is { Size: > 0 } cause => new ForeignReasons(Riscv, cause, default),
            "kvm_guest_exit" when Field("trap") is { Size: > 0 } trap => new ForeignReasons(PowerPc, trap, default),
            "kvm_s390_sie_exit" when Field("icptcode") is { Size: > 0 } intercept => new ForeignReasons(S390, intercept, default),
            _ => null,
        };

        FieldDecoder Field(string name) => FieldDecoder.TryOf(format, name, bigEndian);
    }

    /// <summary>Gives an event its reason.</summary>
    internal void Read(ref KernelEvent e, ReadOnlySpan<byte> record)
    {
        ulong value = code.TryRead(record);
        uint number = names == Riscv ? (value >> 63) != 0 ? Interrupted : (uint)(value & 0xffff)
            : names != Arm ? (uint)value
            : trap.Size == 0 || (trap.TryRead(record) & 0xff) == ArmTrap ? Trapped + ((uint)value & 0x3f)
            : (uint)trap.TryRead(record) & 0xff;
        (e.Code, e.Detail, e.Address) = (number, ReasonSpellings.OtherIsa, 0);
    }

    /// <summary>What arm64's kvm_exit is called whose text has numbers only.</summary>
    /// <param name="result">
    /// What the world switch returned; 2 where the text does not say, as before Linux 4.16, which traced traps alone.
    /// </param>
    /// <param name="exceptionClass">ESR_EL2.EC.</param>
    internal static string ArmName(ulong result, ulong exceptionClass) =>
        Arm.GetValueOrDefault((result & 0xff) == ArmTrap ? Trapped + ((uint)exceptionClass & 0x3f) : (uint)result & 0xff) ?? "UNKNOWN";

    internal string Name(uint number) => names.GetValueOrDefault(number) ?? $"UNKNOWN_{number:x}";
}
