using ExitProf.Linux;
using ExitProf.Vmm;

namespace ExitProf.Kvm.Tests.Emulation;

/// <summary>An emulator that is given exits without a CPU: what KVM would hand over is made from what is in the guest's memory.</summary>
internal sealed unsafe class EmulatedVcpu : IDisposable
{
    private readonly Vmm.Kvm kvm = new();
    private readonly LockedMemory run = new(sizeof(KvmRun));
    private readonly InstructionFetch fetch;
    private readonly IInstructionCache cache;

    /// <param name="fault">What is wrong with its cache; null for nothing.</param>
    public EmulatedVcpu(EmulationDesign design, CacheFault? fault = null)
    {
        Guest = new Guest(kvm, GuestProgram.StampedLoop(GuestMode.Long64Cpl3, a => a.nop()));
        Code = new CodeMemory(Guest);
        var sound = new InstructionCache(design.Entries, withPlaces: design.Coherence != Coherence.VerifyBytes);
        cache = fault is { } broken ? new BrokenCache(broken, sound) : sound;
        Emulator = Guest.Emulate(design, cache);
        Emulator.Mmio.Insert(GuestLayout.Mmio, 0x1000_0000, new ConstantDevice(0x5a5a_1234_9876_fedc));
        fetch = new InstructionFetch(Guest.Slots, new PageWalk(Guest.Slots, 46, hugePages: true));
    }

    public Guest Guest { get; }

    public CodeMemory Code { get; }

    public InstructionEmulator Emulator { get; }

    /// <summary>Nothing is cached any more.</summary>
    public void ClearCache() => cache.Clear();

    /// <summary>What the emulator makes of the instruction at RIP.</summary>
    /// <param name="withBytes">Whether KVM hands over what it fetched.</param>
    /// <param name="bytes">What is there now.</param>
    public (EmulationOutcome Outcome, KvmRegs Regs) Exit(
        in KvmRegs regs,
        in KvmSregs sregs,
        EmulationSettings settings,
        bool withBytes,
        out InstructionBytes bytes
    )
    {
        var page = (KvmRun*)run.Address;
        page->SyncRegs = regs;
        page->SyncSregs = sregs;
        page->InternalNdata = 8;
        bool there =
            PagingMode.TryOf(sregs, regs.Rflags, out PagingMode mode)
            & fetch.Fetch(mode, regs.Rip, out bytes, out _) == FetchResult.Fetched;
        if (!there)
            bytes = default;
        page->InternalData[0] = there && withBytes ? 1ul : 0;
        byte* data = (byte*)&page->InternalData + 8;
        data[0] = (byte)bytes.Count;
        bytes.Room.CopyTo(new Span<byte>(data + 1, 16));
        Emulator.Begin();
        Emulator.Settings = settings;
        return (Emulator.Emulate(page, null), page->SyncRegs);
    }

    /// <summary>The guest's store, page by page: where one is protected, it comes to the VMM.</summary>
    public void Store(ulong address, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            int bytes = Math.Min(data.Length, PageWalk.PageBytes - ((int)address & (PageWalk.PageBytes - 1)));
            if (!Emulator.WriteProtected(address, data[..bytes])) data[..bytes].CopyTo(Guest.Slots.FindWritable(address, bytes));
            address += (ulong)bytes;
            data = data[bytes..];
        }
    }

    /// <summary>Whether a guest could tell one from the other.</summary>
    public static bool Same(in KvmRegs a, in KvmRegs b)
    {
        for (int i = 0; i < 16; i++)
        {
            if (GuestRegisters.Read(a, i) != GuestRegisters.Read(b, i)) return false;
        }
        return a.Rip == b.Rip && a.Rflags == b.Rflags;
    }

    public void Dispose()
    {
        Guest.Dispose();
        Code.Dispose();
        run.Dispose();
        kvm.Dispose();
    }
}
