using System.Runtime.Intrinsics.X86;
using ExitProf.Linux;
using ExitProf.Vmm;

namespace ExitProf.Kvm.Tests.Emulation;

/// <summary>What an instruction works on and leaves behind: general registers, vector registers, memory.</summary>
/// <param name="Vectors">xmm0 to xmm15 and, behind them, the upper halves of ymm0 to ymm15.</param>
internal sealed record MachineState(KvmRegs Regs, byte[] Vectors, byte[] Memory);

/// <summary>
/// A guest in ring 3 whose CPU executes an instruction on memory, and the emulator that does the same on the same memory. Code and data are
/// in pages of 4 KiB; AVX is on.
/// </summary>
internal sealed unsafe class EmulationBench : IDisposable
{
    public const ulong FsBase = 0x12345000;
    public const ulong GsBase = 0x2468;
    private const int XmmOffset = 160;
    private const int VectorBytes = 16 * 16;

    // Page 8 and 9 of the code memory are data.
    public const ulong Data = GuestLayout.CodeLinear + 8 * PageWalk.PageBytes;
    public const int DataBytes = 2 * PageWalk.PageBytes;

    private readonly Vmm.Kvm kvm;
    private readonly CodeMemory code;
    private readonly KvmSregs sregs;
    private readonly LockedMemory xsave;
    private readonly LockedMemory run = new(sizeof(KvmRun));
    private readonly Ioctl<KvmXsave> get;
    private readonly int ymm;

    public EmulationBench(EmulationDesign? design = null)
    {
        HostNeeds.Kvm();
        kvm = new Vmm.Kvm();
        Guest = new Guest(kvm, GuestProgram.StampedLoop(GuestMode.Long64Cpl3, a => a.nop()));
        code = new CodeMemory(Guest);
        Guest.Vcpu.EnableAvx();
        KvmSregs set = Guest.Vcpu.Sregs;
        set.Fs.Base = FsBase;
        set.Gs.Base = GsBase;
        Guest.Vcpu.Sregs = set;
        sregs = Guest.Vcpu.Sregs;
        Emulator = Guest.Emulate(design ?? new EmulationDesign(1024, Coherence.VerifyBytes, ShadowPaging: true));
        Emulator.Settings = new EmulationSettings(true, FetchBy.Walk);
        int size = Guest.Vm.Check(KvmCap.Xsave2);
        get = size > 0 ? KvmIoctl.GetXsave2 : KvmIoctl.GetXsave;
        xsave = new LockedMemory(Math.Max(size, sizeof(KvmXsave)));
        ymm = X86Base.CpuId(0xd, 2).Ebx;
        Guest.Vcpu.RunPage->KvmValidRegs = KvmRun.SyncX86Regs;
    }

    public Guest Guest { get; }

    public InstructionEmulator Emulator { get; }

    /// <summary>Puts code at an address in the pages of code, and behind it the OUT that ends a run.</summary>
    public void Load(ulong address, ReadOnlySpan<byte> instruction)
    {
        int offset = (int)(address - GuestLayout.CodeLinear);
        code.Write(offset, instruction);
        code.Write(offset + instruction.Length, [0xe6, (byte)GuestLayout.DonePort]);
    }

    /// <summary>What the CPU makes of the state by executing what is at RIP.</summary>
    public MachineState Execute(MachineState before, bool vectors, string what)
    {
        Set(before, vectors);
        KvmRun* page = Guest.Vcpu.RunPage;
        page->SyncRegs = before.Regs;
        page->KvmDirtyRegs = KvmRun.SyncX86Regs;
        Assert.Equal(0, Guest.Vcpu.Run());
        var exit = VmExit.Parse(in *page);
        Assert.True(
            exit is VmExit.Io { Port: GuestLayout.DonePort },
            $"{what}: the CPU ended with {exit} at 0x{page->SyncRegs.Rip:x}, CR2 0x{Guest.Vcpu.Sregs.Cr2:x}"
        );
        return Get(page->SyncRegs, vectors);
    }

    /// <summary>What the emulator makes of it.</summary>
    /// <param name="bytes">What KVM would have fetched.</param>
    public (EmulationOutcome Outcome, MachineState After) Emulate(MachineState before, bool vectors, ReadOnlySpan<byte> bytes)
    {
        Set(before, vectors);
        var page = (KvmRun*)run.Address;
        *page = default;
        page->SyncRegs = before.Regs;
        page->SyncSregs = sregs;
        page->InternalNdata = 8;
        page->InternalData[0] = 1;
        byte* data = (byte*)&page->InternalData + 8;
        data[0] = InstructionBytes.Most;
        bytes.CopyTo(new Span<byte>(data + 1, InstructionBytes.Most));
        Emulator.Begin();
        EmulationOutcome outcome = Emulator.Emulate(page, null);
        return (outcome, Get(page->SyncRegs, vectors));
    }

    public void Dispose()
    {
        Guest.Dispose();
        code.Dispose();
        xsave.Dispose();
        run.Dispose();
        kvm.Dispose();
    }

    private void Set(MachineState state, bool vectors)
    {
        code.Write((int)(Data - GuestLayout.CodeLinear), state.Memory);
        if (!vectors) return;
        Guest.Vcpu.Xsave(get, (KvmXsave*)xsave.Address);
        state.Vectors.AsSpan(0, VectorBytes).CopyTo(xsave.Span[XmmOffset..]);
        state.Vectors.AsSpan(VectorBytes).CopyTo(xsave.Span[ymm..]);
        // x87, SSE and AVX are in use.
        xsave.Span[512] |= 7;
        Guest.Vcpu.Xsave(KvmIoctl.SetXsave, (KvmXsave*)xsave.Address);
    }

    private MachineState Get(KvmRegs regs, bool vectors)
    {
        byte[] memory = Guest.Slots.Find(GuestLayout.CodePages + (Data - GuestLayout.CodeLinear), DataBytes).ToArray();
        if (!vectors) return new MachineState(regs, [], memory);
        Guest.Vcpu.Xsave(get, (KvmXsave*)xsave.Address);
        return new MachineState(regs, [.. xsave.Span.Slice(XmmOffset, VectorBytes), .. Component(2, ymm)], memory);
    }

    /// <summary>A component that is not in use is zero.</summary>
    private Span<byte> Component(int bit, int offset) =>
        (xsave.Span[512] >> bit & 1) != 0 ? xsave.Span.Slice(offset, VectorBytes) : new byte[VectorBytes];
}
