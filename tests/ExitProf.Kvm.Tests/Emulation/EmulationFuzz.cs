using System.Buffers.Binary;
using ExitProf.Vmm;
using Iced.Intel;

namespace ExitProf.Kvm.Tests.Emulation;

/// <summary>What a row of fuzzed instructions came to.</summary>
internal record struct FuzzTotals(long Instructions, long Emulated, long Refused, long Hits, long Compared);

/// <summary>
/// A hostile guest: page tables that loop, point outside memory or set reserved bits, addresses that are not canonical or at the end of
/// memory, instructions from generated to random bytes, code and tables that change all the time. The emulator may carry out an
/// instruction, inject a fault or refuse by a sentence, nothing else; and with the cache on it must come to what it comes to with the cache
/// off.
/// </summary>
internal sealed class EmulationFuzz : IDisposable
{
    private const ulong RegionEnd = GuestLayout.CodeMemory + GuestLayout.CodeMemoryBytes;

    private readonly EmulatedVcpu vcpu;
    private readonly byte[][] instructions;
    private readonly KvmSregs sregs;
    private readonly int seed;
    private readonly Random random;
    private FuzzTotals totals;

    /// <param name="fault">What is wrong with the cache; null for nothing.</param>
    public EmulationFuzz(int seed, Coherence coherence, CacheFault? fault = null)
    {
        this.seed = seed;
        random = new Random(seed);
        vcpu = new EmulatedVcpu(new EmulationDesign(64, coherence, ShadowPaging: true), fault);
        sregs = vcpu.Guest.Vcpu.Sregs;
        // Vector instructions read and write the registers by system calls: one in sixteen is enough.
        Code[] general =
            [.. EmulatedForm.All.Where(c => EmulatedForm.Of(c).Operation is not (Operation.LoadVector or Operation.StoreVector))],
            all = [.. EmulatedForm.All];
        instructions =
        [
            .. Enumerable
                .Range(0, 512)
                .Select(i =>
                    GeneratedInstruction
                        .Make(
                            i % 16 == 0 ? all[random.Next(all.Length)] : general[random.Next(general.Length)],
                            GuestLayout.CodeLinear,
                            random
                        )
                        .Bytes
                ),
        ];
        for (int page = 0; page < GuestLayout.CodePageCount; page++)
            Fill(page);
    }

    /// <exception cref="InvalidOperationException">The cache was wrong; the message says which instruction it was.</exception>
    public FuzzTotals Run(long count)
    {
        for (long i = 0; i < count; i++)
        {
            if (i % 4 == 0) ChangeMemory();
            One(i);
        }
        return totals with { Hits = vcpu.Emulator.Counters.Hits };
    }

    public void Dispose() => vcpu.Dispose();

    private void One(long number)
    {
        KvmRegs regs = default;
        for (int i = 0; i < 16; i++) GuestRegisters.Write(ref regs, i, Address(), 8);
        regs.Rflags = 2 | (ulong)random.Next() & 0x408d5;
        regs.Rip =
            random.Next(8) == 0
                ? Address()
                : GuestLayout.CodeLinear
                    + (ulong)(random.Next(4) * PageWalk.PageBytes + 16 * random.Next(16) + (random.Next(16) == 0 ? 4090 : 0));
        KvmSregs state = sregs;
        state.Cr3 = CodeMemory.Root(random.Next(2)) + (random.Next(256) == 0 ? Address() & 0xf_ffff_ffff_f000 : 0);
        if (random.Next(4) == 0) state.Ss.Dpl = 0;
        if (random.Next(16) == 0) state.Cr4 ^= 1ul << random.Next(23);
        if (random.Next(16) == 0) state.Cr0 ^= 1ul << 16;
        if (random.Next(16) == 0) state.Efer ^= 1ul << random.Next(12);
        FetchBy by = random.Next(2) == 0 ? FetchBy.Walk : FetchBy.KernelBytes;

        (EmulationOutcome outcome, KvmRegs cached) = Emulate(regs, state, new EmulationSettings(true, by));
        totals.Instructions++;
        if (outcome == EmulationOutcome.Failed)
            totals.Refused++;
        if (outcome == EmulationOutcome.Failed && vcpu.Emulator.Failure.Length == 0)
            throw new InvalidOperationException($"seed {seed}, instruction {number}: refused without a reason");
        // A store may have changed its own code or tables.
        if (cached.Rip == regs.Rip || stored) return;
        totals.Emulated++;
        (EmulationOutcome again, KvmRegs plain) = Emulate(regs, state, new EmulationSettings(false, FetchBy.Walk));
        totals.Compared++;
        if (again != outcome || !EmulatedVcpu.Same(cached, plain))
            throw new InvalidOperationException(
                $"seed {seed}, instruction {number}: the cache came to something else at RIP 0x{regs.Rip:x}, CR3 0x{state.Cr3:x}"
            );
    }

    private bool stored;

    private (EmulationOutcome, KvmRegs) Emulate(in KvmRegs regs, in KvmSregs state, EmulationSettings settings)
    {
        var result = vcpu.Exit(regs, state, settings, withBytes: random.Next(16) > 0, out InstructionBytes bytes);
        stored = bytes.Count > 0 && Stores(bytes, regs.Rip);
        return result;
    }

    private readonly InstructionDecoder decoder = new();

    private bool Stores(in InstructionBytes bytes, ulong rip) =>
        decoder.Decode(bytes, rip, out EmulatedInstruction instruction) == DecodeResult.Decoded && instruction.Stores;

    /// <summary>The guest writes code, or an entry of a page table, sensible or not.</summary>
    private void ChangeMemory()
    {
        Span<byte> word = stackalloc byte[16];
        if (random.Next(3) > 0)
        {
            random.NextBytes(word);
            if (random.Next(8) > 0)
                instructions[random.Next(instructions.Length)].CopyTo(word);
            ulong at =
                GuestLayout.CodePages
                + (ulong)(random.Next(8) * PageWalk.PageBytes + 16 * random.Next(16) + (random.Next(16) == 0 ? 3840 : 0));
            vcpu.Store(at, word[..8]);
            vcpu.Store(at + 8, word[8..]);
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
        ulong table =
            level < 7
                ? CodeMemory.EntryAddress(space, random.Next(6))
                : GuestLayout.CodeMemory + (ulong)(space * 4 + random.Next(3)) * 4096 + (ulong)random.Next(2) * 8;
        Span<byte> before = stackalloc byte[8];
        vcpu.Guest.Slots.Find(table, 8).CopyTo(before);
        BinaryPrimitives.WriteUInt64LittleEndian(word, entry);
        vcpu.Store(table, word[..8]);
        if (level < 7) return;
        One(-1);
        vcpu.Store(table, before);
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
            vcpu.Code.Write(page * PageWalk.PageBytes + at, instructions[random.Next(instructions.Length)]);
        }
    }
}
