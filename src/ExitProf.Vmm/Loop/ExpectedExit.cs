namespace ExitProf.Vmm;

/// <summary>
/// The exit that the native loop answers by itself: its KVM_EXIT_* and the first eight bytes of its details in kvm_run, which hold
/// direction, size, port and count of a port access, or the address of an MMIO access. Any other exit ends the loop.
/// </summary>
/// <param name="Details">The eight bytes at <see cref="KvmRun.DetailsOffset"/>, little endian.</param>
/// <param name="Answer">What each of the guest's reads returns, whoever answers it; null if it reads nothing.</param>
/// <param name="AnswerOffset">Where in the shared mapping KVM takes the answer from; 0 if it does not ask for one.</param>
public readonly record struct ExpectedExit(ExitReason Reason, ulong Details, ulong? Answer, int AnswerOffset)
{
    // KVM keeps port data one page after kvm_run (KVM_PIO_PAGE_OFFSET) and says so in io.data_offset; MMIO data stand in kvm_run.
    internal const int PioData = 4096;
    private const int MmioData = 40;
    private const int MsrData = 48;
    private const ExitReason NoReason = unchecked((ExitReason)uint.MaxValue);

    /// <summary>No exit reaches user space but the last: the kernel answers.</summary>
    public static ExpectedExit None => new(NoReason, 0, null, 0);

    /// <summary>False if the kernel answers every exit but the last.</summary>
    public bool ReachesUserspace => Reason != NoReason;

    public static ExpectedExit PioOut(ushort port, int bytes) => new(ExitReason.Io, Pio(1, port, bytes, 1), null, 0);

    /// <summary>The bytes written have to be the low ones of a value.</summary>
    public static ExpectedExit PioOut(ushort port, int bytes, uint value) =>
        PioOut(port, bytes) with
        {
            Written = new(Low(value, bytes), Low(uint.MaxValue, bytes)),
        };

    /// <param name="answer">The guest reads its low bytes; of several elements the last one.</param>
    /// <param name="elements">More than one for INS with a REP prefix.</param>
    public static ExpectedExit PioIn(ushort port, int bytes, uint answer, int elements = 1) =>
        new(ExitReason.Io, Pio(0, port, bytes, elements), Low(answer, bytes), PioData + (elements - 1) * bytes);

    public static ExpectedExit MmioWrite(ulong address) => new(ExitReason.Mmio, address, null, 0);

    public static ExpectedExit MmioRead(ulong address, uint answer) => new(ExitReason.Mmio, address, answer, MmioData);

    /// <summary>
    /// KVM_EXIT_HLT has no details, and KVM leaves those of the exit before where they are. The runner puts <see cref="Details"/> there
    /// before the first entry, so that they are found again.
    /// </summary>
    public static ExpectedExit Hlt => new(ExitReason.Hlt, 0, null, 0);

    /// <summary>Like KVM_EXIT_HLT, it has no details.</summary>
    public static ExpectedExit Shutdown => new(ExitReason.Shutdown, 0, null, 0);

    /// <summary>The details begin with the error that user space may set, which KVM clears.</summary>
    public static ExpectedExit Rdmsr(ulong answer) => new(ExitReason.X86Rdmsr, 0, answer, MsrData);

    /// <summary>So often between two stamps of the guest.</summary>
    public int Times
    {
        get => moreTimes + 1;
        init => moreTimes = value - 1;
    }

    // The default of a structure is zero.
    private readonly int moreTimes;

    /// <summary>An instruction that KVM hands over, by its suberror. What follows differs from exit to exit.</summary>
    public static ExpectedExit EmulationFailure => new(ExitReason.InternalError, 1, null, 0);

    /// <summary>Whether the exit in kvm_run is this one.</summary>
    internal unsafe bool Is(KvmRun* run) =>
        run->ExitReason == (uint)Reason && (*(ulong*)((byte*)run + KvmRun.DetailsOffset) & DetailsMask) == Details;

    private ulong DetailsMask => Reason == ExitReason.InternalError ? uint.MaxValue : ulong.MaxValue;

    /// <summary>
    /// What the guest has to write to a port; null if anything will do. Only a loop with <see cref="LoopParts.Written"/> looks.
    /// </summary>
    public PortData? Written { get; init; }

    /// <summary>What the loop has to be able to do for it.</summary>
    public LoopParts Parts => Written != null ? LoopParts.Written : LoopParts.None;

    private static ulong Low(uint value, int bytes) => value & (uint)((1UL << 8 * bytes) - 1);

    private static ulong Pio(uint direction, ushort port, int bytes, int elements) =>
        direction | (ulong)bytes << 8 | (ulong)port << 16 | (ulong)elements << 32;
}

/// <summary>Data of a port access, as they lie in the eight bytes that begin them.</summary>
/// <param name="Mask">The bits that belong to it.</param>
public readonly record struct PortData(ulong Value, ulong Mask);
