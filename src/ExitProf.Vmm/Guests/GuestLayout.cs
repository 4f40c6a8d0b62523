namespace ExitProf.Vmm;

/// <summary>
/// Every guest-physical address and I/O port, and why it is there. Long mode maps the first and the fourth GiB one to one.
/// </summary>
public static class GuestLayout
{
    /// <summary>Guest memory: slot 0, from address 0.</summary>
    public const long MemoryBytes = 4 << 20;

    /// <summary>Memory slots of the second vCPU and so on are numbered from here; those of a scenario's own come before.</summary>
    public const int FirstVcpuSlot = 501;

    /// <summary>The program; also its entry point. Below 64 KiB, so that real mode reaches it with segment 0.</summary>
    public const ulong Code = 0x1000;

    public const ulong Pml4 = 0x2000;

    /// <summary>Entry 0 leads to <see cref="PageDirectory"/>, entry 3 to <see cref="MmioPageDirectory"/>.</summary>
    public const ulong Pdpt = 0x3000;

    /// <summary>0 to 1 GiB in 2 MiB pages.</summary>
    public const ulong PageDirectory = 0x4000;

    /// <summary>Top of a stack of just under a page; it grows down to 0x5000.</summary>
    public const ulong StackTop = 0x5f00;

    /// <summary>
    /// The task state segment with its I/O permission bitmap of 8 KiB, all zero: every port allowed. It reaches to 0x8068.
    /// </summary>
    public const ulong Tss = 0x6000;
    public const uint TssLimit = 0x2067;
    public const int TssBitmapPointer = 0x66;
    public const ushort TssBitmapOffset = 0x68;

    /// <summary>3 to 4 GiB in 2 MiB pages: where no memory slot is, so every access exits.</summary>
    public const ulong MmioPageDirectory = 0xb000;

    /// <summary>Words through which the VMM and the guest talk, see <see cref="ExitsWanted"/> and <see cref="ReadSum"/>.</summary>
    public const ulong Parameters = 0xc000;

    /// <summary>Written by the VMM: how many exits the guest makes before it says it is done (32 bits).</summary>
    public const ulong ExitsWanted = Parameters;

    /// <summary>Written by the guest: the sum of all values that its reads returned, modulo 2^64.</summary>
    public const ulong ReadSum = Parameters + 8;

    /// <summary>Counted by guests that check their own work: how often something was not as it should be.</summary>
    public const ulong Mismatches = Parameters + 16;

    /// <summary>Values of a scenario's own, 16 words.</summary>
    public const ulong ScenarioWords = Parameters + 32;

    /// <summary>
    /// Written by the VMM: the exits of a unit of work, the turns before each of them, the turns after the last (32 bits each).
    /// </summary>
    public const ulong WorkExits = Parameters + 0x100;
    public const ulong WorkTurns = Parameters + 0x104;
    public const ulong WorkLastTurns = Parameters + 0x108;

    /// <summary>A page that string instructions read from and write to.</summary>
    public const ulong Strings = 0xd000;

    /// <summary>Written by the guest: how often it has been about to halt (32 bits).</summary>
    public const ulong Halts = Parameters + 0x80;

    /// <summary>Written by guests whose registers are lost by what they do: four registers, then where to go on.</summary>
    public const ulong SavedRegisters = Parameters + 0x40;

    /// <summary>
    /// A page of code that guests are sent to: handlers of system calls and exceptions, or where they go on after a reset.
    /// </summary>
    public const ulong Handlers = 0xe000;

    /// <summary>Descriptors of the segments that <see cref="LongMode"/> sets, for guests that change rings.</summary>
    public const ulong Gdt = 0xf000;

    /// <summary>256 gates of 16 bytes.</summary>
    public const ulong Idt = 0x10000;

    /// <summary>A second set of page tables. It maps the second 2 MiB to the first, and everything else like the first set.</summary>
    public const ulong OtherPml4 = 0x11000;
    public const ulong OtherPdpt = 0x12000;
    public const ulong OtherPageDirectory = 0x13000;

    /// <summary>Where ring 0 finds its stack when it is entered; it grows down to 0x14000.</summary>
    public const ulong Ring0StackTop = 0x14f00;

    /// <summary>A word of which there are two: the other page tables have that of <see cref="OtherMark"/> at its address.</summary>
    public const ulong Mark = OtherMark + 0x200000;
    public const ulong OtherMark = 0x15000;

    /// <summary>The guest's stamps, two of 8 bytes per exit: before and after.</summary>
    public const ulong Stamps = 0x100000;

    public const int MaxExits = 0x10000;

    /// <summary>What units of work read from and write to: behind the stamps, up to the end of the guest's memory.</summary>
    public const ulong WorkSource = 0x240000;
    public const ulong WorkTarget = 0x300000;
    public const int WorkBytes = 0x40000;

    /// <summary>Real mode reaches its stamps through a segment of 64 KiB.</summary>
    public const ulong RealModeStamps = 0x20000;
    public const int RealModeMaxExits = 0x1000;

    /// <summary>Above the guest's own memory: where scenarios put memory slots of their own, and nothing else is.</summary>
    public const ulong MoreMemory = 0x10000000;

    /// <summary>
    /// Slot 1 of guests whose instructions the VMM emulates: page tables of two address spaces, then pages of code (see
    /// <see cref="CodeMemory"/>).
    /// </summary>
    public const ulong CodeMemory = MoreMemory;
    public const long CodeMemoryBytes = 2 << 20;

    /// <summary>Pages of code, all of which every address space can map from <see cref="CodeLinear"/> on.</summary>
    public const ulong CodePages = CodeMemory + 0x20000;
    public const int CodePageCount = (int)(CodeMemoryBytes - 0x20000) / 4096;

    /// <summary>The linear address of that code, in pages of 4 KiB: the second GiB, where the other tables lead nowhere.</summary>
    public const ulong CodeLinear = 0x40000000;

    /// <summary>An address without memory behind it: MMIO.</summary>
    public const ulong Mmio = 0xd0000000;

    /// <summary>Where the local APIC's registers are in xAPIC mode.</summary>
    public const ulong LocalApic = 0xfee00000;

    /// <summary>The port of the first serial line: what QEMU's guests write to as well.</summary>
    public const ushort Port = 0x3f8;

    /// <summary>A port that fits into an instruction.</summary>
    public const byte ShortPort = 0xf4;

    /// <summary>Devices of a bus in the VMM have the ports from here on.</summary>
    public const ushort BusPorts = SharedBus.FirstPort;

    /// <summary>The guest writes here when it has made the exits it was asked for.</summary>
    public const ushort DonePort = 0xd0;

    /// <summary>The guest writes here to have its translations forgotten: ring 3 cannot do so itself.</summary>
    public const ushort FlushPort = 0xd1;

    /// <summary>The guest writes the number of an address space here, to go on in it.</summary>
    public const ushort SpacePort = 0xd2;
}
