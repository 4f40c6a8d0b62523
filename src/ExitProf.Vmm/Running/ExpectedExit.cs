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
    private const int PioData = 4096;
    private const int MmioData = 40;
    private const int MsrData = 48;
    private const ExitReason NoReason = unchecked((ExitReason)uint.MaxValue);

    /// <summary>No exit reaches user space but the last: the kernel answers.</summary>
    public static ExpectedExit None => new(NoReason, 0, null, 0);

    /// <summary>False if the kernel answers every exit but the last.</summary>
    public bool ReachesUserspace => Reason != NoReason;

    public static ExpectedExit PioOut(ushort port, int bytes) => new(ExitReason.Io, Pio(1, port, bytes), null, 0);

    public static ExpectedExit PioIn(ushort port, int bytes, uint answer) => new(ExitReason.Io, Pio(0, port, bytes), answer, PioData);

    public static ExpectedExit MmioWrite(ulong address) => new(ExitReason.Mmio, address, null, 0);

    public static ExpectedExit MmioRead(ulong address, uint answer) => new(ExitReason.Mmio, address, answer, MmioData);

    /// <summary>
    /// KVM_EXIT_HLT has no details, and KVM leaves those of the exit before where they are. The runner puts <see cref="Details"/> there
    /// before the first entry, so that they are found again.
    /// </summary>
    public static ExpectedExit Hlt => new(ExitReason.Hlt, 0, null, 0);

    /// <summary>The details begin with the error that user space may set, which KVM clears.</summary>
    public static ExpectedExit Rdmsr(ulong answer) => new(ExitReason.X86Rdmsr, 0, answer, MsrData);

    private static ulong Pio(uint direction, ushort port, int bytes) => direction | (ulong)bytes << 8 | (ulong)port << 16 | 1UL << 32;
}
