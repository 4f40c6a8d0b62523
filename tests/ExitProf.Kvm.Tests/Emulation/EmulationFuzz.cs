using System.Buffers.Binary;
using ExitProf.Vmm;
using Iced.Intel;

namespace ExitProf.Kvm.Tests.Emulation;

/// <summary>What a row of fuzzed instructions came to.</summary>
internal record struct FuzzTotals(long Instructions, long Emulated, long Refused, long Hits, long Compared);

/// <summary>
/// A hostile guest: page tables that loop, point outside memory or set reserved bits, addresses that are not canonical or at the end of memory, instructions from
/// generated to random bytes, code and tables that change all the time. The emulator may carry out an instruction, inject a fault or refuse by a sentence, nothing
/// else; and with the cache on it must come to what it comes to with the cache off.
/// </summary>
internal sealed unsafe class EmulationFuzz : IDisposable
{
    private const ulong RegionEnd = GuestLayout.CodeMemory + GuestLayout.CodeMemoryBytes;

    private readonly Vmm.Kvm kvm = new();
    private readonly Guest guest;
    private readonly CodeMemory code;
    private readonly LockedMemory run = new(sizeof(KvmRun));
    private readonly InstructionEmulator emulator;
    private readonly InstructionFetch fetch;
    private readonly byte[][] instructions;
    private readonly KvmSregs sregs;
    private readonly int seed;
    private readonly Random random;
    private FuzzTotals totals;

    public EmulationFuzz(int seed, Coherence coherence)
    {
        this.seed = seed;
        random = new Random(seed);
        guest = new Guest(kvm, GuestProgram.StampedLoop(GuestMode.Long64Cpl3, a => a.nop()));
        code = new CodeMemory(guest);
        emulator = guest.Emulate(new EmulationDesign(64, coherence, ShadowPaging: true));
        emulator.Mmio.Insert(GuestLayout.Mmio, 0x1000_0000, new ConstantDevice(0x5a5a_1234_9876_fedc));
        fetch = new InstructionFetch(guest.Slots, new PageWalk(guest.Slots, 46, hugePages: true));
        sregs = guest.Vcpu.Sregs;
        // Vector instructions read and write the registers by system calls: one in sixteen is enough.
        Code[] general = [.. EmulatedForm.All.Where(c => EmulatedForm.Of(c).Operation is not (Operation.LoadVector or Operation.StoreVector))], all = [.. EmulatedForm.All];
        instructions = [.. Enumerable.Range(0, 512).Select(i => GeneratedInstruction.Make(i % 16 == 0 ? all[random.Next(all.Length)] : general[random.Next(general.Length)], GuestLayout.CodeLinear, random).Bytes)];
        for (int page = 0; page < GuestLayout.CodePageCount; page++) Fill(page);
    }

    /// <exception cref="InvalidOperationException">The cache was wrong; the message says which instruction it was.</exception>
    public FuzzTotals Run(long count)
    {
        for (long i = 0; i < count; i++)
        {
            if (i % 4 == 0) ChangeMemory();
            One(i);
        }
        return totals with { Hits = emulator.Counters.Hits };
    }

    public void Dispose()
    {
        guest.Dispose();
        code.Dispose();
        run.Dispose();
        kvm.Dispose();
    }

    private void One(long number)
    {
        KvmRegs regs = default;
        for (int i = 0; i < 16; i++) GuestRegisters.Write(ref regs, i, Address(), 8);
        regs.Rflags = 2 | (ulong)random.Next() & 0x408d5;
        regs.Rip = random.Next(8) == 0 ? Address() : GuestLayout.CodeLinear + (ulong)(random.Next(4) * PageWalk.PageBytes + 16 * random.Next(16) + (random.Next(16) == 0 ? 4090 : 0));
        KvmSregs state = sregs;
        state.Cr3 = CodeMemory.Root(random.Next(2)) + (random.Next(256) == 0 ? Address() & 0xf_ffff_ffff_f000 : 0);
        if (random.Next(4) == 0) state.Ss.Dpl = 0;
        if (random.Next(16) == 0) state.Cr4 ^= 1ul << random.Next(23);
        if (random.Next(16) == 0) state.Cr0 ^= 1ul << 16;
        if (random.Next(16) == 0) state.Efer ^= 1ul << random.Next(12);
        FetchBy by = random.Next(2) == 0 ? FetchBy.Walk : FetchBy.KernelBytes;

        (EmulationOutcome outcome, KvmRegs cached) = Emulate(regs, state, new EmulationSettings(true, by));
        totals.Instructions++;
        if (outcome == EmulationOutcome.Failed) totals.Refused++;
        if (outcome == EmulationOutcome.Failed && emulator.Failure.Length == 0) throw new InvalidOperationException($"seed {seed}, instruction {number}: refused without a reason");
        // A store may have changed its own code or tables.
        if (cached.Rip == regs.Rip || stored) return;
        totals.Emulated++;
        (EmulationOutcome again, KvmRegs plain) = Emulate(regs, state, new EmulationSettings(false, FetchBy.Walk));
        totals.Compared++;
        if (again != outcome || !Same(cached, plain)) throw new InvalidOperationException($"seed {seed}, instruction {number}: the cache came to something else at RIP 0x{regs.Rip:x}, CR3 0x{state.Cr3:x}");
    }

    private bool stored;

    private (EmulationOutcome, KvmRegs) Emulate(in KvmRegs regs, in KvmSregs state, EmulationSettings settings)
    {
        var page = (KvmRun*)run.Address;
        page->SyncRegs = regs;
        page->SyncSregs = state;
        page->InternalNdata = 8;
        // KVM has fetched what is there now.
        bool there = PagingMode.TryOf(state, regs.Rflags, out PagingMode mode) & fetch.Fetch(mode, regs.Rip, out InstructionBytes bytes, out _) == FetchResult.Fetched;
        page->InternalData[0] = there && random.Next(16) > 0 ? 1ul : 0;
        byte* data = (byte*)&page->InternalData + 8;
        data[0] = (byte)bytes.Count;
        bytes.Room.CopyTo(new Span<byte>(data + 1, 16));
        stored = there && bytes.Count > 0 && Stores(bytes, regs.Rip);
        emulator.Begin();
        emulator.Settings = settings;
        return (emulator.Emulate(page, null), page->SyncRegs);
    }

    private readonly InstructionDecoder decoder = new();

    private bool Stores(in InstructionBytes bytes, ulong rip) => decoder.Decode(bytes, rip, out EmulatedInstruction instruction) == DecodeResult.Decoded && instruction.Stores;

    private static bool Same(in KvmRegs a, in KvmRegs b)
    {
        for (int i = 0; i < 16; i++)
        {
            if (GuestRegisters.Read(a, i) != GuestRegisters.Read(b, i)) return false;
        }
        return a.Rip == b.Rip && a.Rflags == b.Rflags;
    }

    /// <summary>The guest writes code, or an entry of a page table, sensible or not.</summary>
    private void ChangeMemory()
    {
        Span<byte> word = stackalloc byte[16];
        if (random.Next(3) > 0)
        {
            random.NextBytes(word);
            if (random.Next(8) > 0) instructions[random.Next(instructions.Length)].CopyTo(word);
            ulong at = GuestLayout.CodePages + (ulong)(random.Next(8) * PageWalk.PageBytes + 16 * random.Next(16) + (random.Next(16) == 0 ? 3840 : 0));
            Write(at, word[..8]);
            Write(at + 8, word[8..]);
            return;
        }
        int space = random.Next(2), level = random.Next(8);
        ulong entry = random.Next(8) switch
        {
            0 => Address() | (uint)random.Next(256),
            1 => (GuestLayout.CodeMemory + (ulong)random.Next(8) * 4096) | 0x67,
            2 => RegionEnd - 4096 | 0x67,
            3 => RegionEnd | 0x67,
            4 => (ulong)random.NextInt64(),
            _ => CodeMemory.Entry(random.Next(8)),
        };
        // Mostly the last level, which changes most; the others now and then, and always back, or nothing would be found any more.
        ulong table = level < 7 ? CodeMemory.EntryAddress(space, random.Next(6)) : GuestLayout.CodeMemory + (ulong)(space * 4 + random.Next(3)) * 4096 + (ulong)random.Next(2) * 8;
        Span<byte> before = stackalloc byte[8];
        guest.Slots.Find(table, 8).CopyTo(before);
        BinaryPrimitives.WriteUInt64LittleEndian(word, entry);
        Write(table, word[..8]);
        if (level < 7) return;
        One(-1);
        Write(table, before);
    }

    /// <summary>As a guest's store: where the page is protected, it comes to the VMM.</summary>
    private void Write(ulong address, ReadOnlySpan<byte> data)
    {
        if (!emulator.WriteProtected(address, data)) data.CopyTo(guest.Slots.FindWritable(address, data.Length));
    }

    private ulong Address() => random.Next(10) switch
    {
        0 => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
        1 => 0x0000_7fff_ffff_fff0 + (ulong)random.Next(32),
        2 => unchecked((ulong)-random.Next(64)),
        3 => GuestLayout.MemoryBytes - 8 + (ulong)random.Next(16),
        4 => RegionEnd - 8 + (ulong)random.Next(16),
        5 => GuestLayout.CodeLinear + (ulong)random.Next(GuestLayout.CodePageCount * 4096),
        6 => GuestLayout.CodeMemory + (ulong)random.Next((int)GuestLayout.CodeMemoryBytes),
        7 => (ulong)random.Next(64),
        _ => GuestLayout.Mmio + (ulong)random.Next(4096),
    };

    private void Fill(int page)
    {
        for (int at = 0; at < PageWalk.PageBytes; at += 16)
        {
            code.Write(page * PageWalk.PageBytes + at, instructions[random.Next(instructions.Length)]);
        }
    }
}
