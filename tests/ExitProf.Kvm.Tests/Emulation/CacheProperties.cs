using System.Buffers.Binary;
using ExitProf.Linux;
using ExitProf.Vmm;
using FsCheck;
using FsCheck.Fluent;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Kvm.Tests.Emulation;

/// <summary>Whatever a guest does to its code and its page tables, it sees the same with the cache on and off.</summary>
public sealed class CacheProperties
{
    private const int Histories = 500;
    private const int Pages = 2;

    /// <summary>Places of a page at which instructions begin; one at the last goes on in the next page.</summary>
    private static readonly int[] Offsets = [0, 16, 2048, PageWalk.PageBytes - 3];

    /// <summary>Instructions of several lengths that give other results for the same operand.</summary>
    private static readonly byte[][] Instructions =
    [
        Assembled(a => a.popcnt(ebx, __dword_ptr[rcx])),
        Assembled(a => a.popcnt(rbx, __qword_ptr[rcx + 0x12345])),
        Assembled(a => a.crc32(ebx, __dword_ptr[rcx])),
        Assembled(a => a.crc32(rbx, __byte_ptr[rcx + 2])),
        Assembled(a => a.adcx(rbx, __qword_ptr[rcx])),
        Assembled(a => a.bextr(ebx, __dword_ptr[ecx], esi)),
    ];

    /// <summary>Something that a guest does; a property fails with as few of them as show it.</summary>
    internal abstract record GuestAction
    {
        private GuestAction()
        {
        }

        /// <summary>Stores an instruction to a place in physical memory.</summary>
        public sealed record Write(int Page, int Place, int Instruction) : GuestAction;

        /// <summary>Has a linear page of an address space lead to another physical one.</summary>
        public sealed record Map(int Space, int Linear, int Page) : GuestAction;

        /// <summary>Executes what is at a place.</summary>
        public sealed record Execute(int Space, int Linear, int Place, bool Ring3, FetchBy Fetch) : GuestAction;
    }

    private static readonly Gen<GuestAction> Action = Gen.OneOf(
        from page in Gen.Choose(0, Pages)
        from place in Gen.Choose(0, Offsets.Length - 1)
        from i in Gen.Choose(0, Instructions.Length - 1)
        select (GuestAction)new GuestAction.Write(page, place, i),
        from space in Gen.Choose(0, 1)
        from linear in Gen.Choose(0, Pages)
        from page in Gen.Choose(0, Pages)
        select (GuestAction)new GuestAction.Map(space, linear, page),
        Executions(),
        Executions());

    private static readonly Arbitrary<GuestAction[]> History = Arb.From(Gen.Choose(2, 60).SelectMany(n => Action.ArrayOf(n)), Shorter);

    [Theory]
    [InlineData(Coherence.VerifyBytes)]
    [InlineData(Coherence.WriteProtectCode)]
    [InlineData(Coherence.WriteProtectCodeAndTables)]
    public void A_guest_sees_the_same_with_the_cache_on_and_off_whatever_it_writes_and_maps(Coherence coherence)
    {
        HostNeeds.Kvm();
        using EmulatedVcpu vcpu = Vcpu(coherence);
        Prop.ForAll(History, history => IsAlike(vcpu, history))
            .Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(Histories));
        Assert.True(vcpu.Emulator.Counters.Hits > Histories, $"only {vcpu.Emulator.Counters.Hits} hits");
    }

    [Fact]
    public void A_cache_that_misses_stores_to_code_is_found_with_the_few_actions_that_show_it()
    {
        HostNeeds.Kvm();
        using EmulatedVcpu vcpu = Vcpu(Coherence.WriteProtectCode, CacheFault.CodeStoresMissed);
        GuestAction[] fewest = [];
        Assert.ThrowsAny<Exception>(() => Prop.ForAll(History, history =>
        {
            bool alike = IsAlike(vcpu, history);
            if (!alike) fewest = history;
            return alike;
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(Histories)));
        // Execute, store, execute again; where a page had to be mapped first, one or two more.
        Assert.InRange(fewest.Length, 3, 5);
    }

    private static EmulatedVcpu Vcpu(Coherence coherence, CacheFault? fault = null) =>
        new(new EmulationDesign(16, coherence, ShadowPaging: false), fault);

    private static bool IsAlike(EmulatedVcpu vcpu, GuestAction[] history)
    {
        for (int page = 0; page <= Pages; page++)
        {
            for (int place = 0; place < Offsets.Length; place++) Do(vcpu, new GuestAction.Write(page, place, 0));
            for (int space = 0; space < 2; space++) Do(vcpu, new GuestAction.Map(space, page, page));
        }
        vcpu.ClearCache();
        return history.All(action => Do(vcpu, action));
    }

    /// <returns>False if an instruction came to something else with the cache on.</returns>
    private static bool Do(EmulatedVcpu vcpu, GuestAction action)
    {
        switch (action)
        {
            case GuestAction.Write(var page, var place, var instruction):
                vcpu.Store(GuestLayout.CodePages + (ulong)(page * PageWalk.PageBytes + Offsets[place]), Instructions[instruction]);
                return true;
            case GuestAction.Map(var space, var linear, var page):
                Span<byte> entry = stackalloc byte[sizeof(ulong)];
                BinaryPrimitives.WriteUInt64LittleEndian(entry, CodeMemory.Entry(page));
                vcpu.Store(CodeMemory.EntryAddress(space, linear), entry);
                return true;
            case GuestAction.Execute(var space, var linear, var place, var ring3, var fetch):
                var regs = new KvmRegs
                {
                    Rcx = GuestLayout.Mmio,
                    Rbx = 0x123456789,
                    Rsi = 0x0904,
                    Rflags = 3,
                    Rip = GuestLayout.CodeLinear + (ulong)(linear * PageWalk.PageBytes + Offsets[place]),
                };
                KvmSregs sregs = vcpu.Guest.Vcpu.Sregs;
                sregs.Cr3 = CodeMemory.Root(space);
                sregs.Ss.Dpl = (byte)(ring3 ? 3 : 0);
                var cached = vcpu.Exit(regs, sregs, new EmulationSettings(true, fetch), withBytes: true, out _);
                var plain = vcpu.Exit(regs, sregs, new EmulationSettings(false, FetchBy.Walk), withBytes: true, out _);
                return cached.Outcome == plain.Outcome && EmulatedVcpu.Same(cached.Regs, plain.Regs);
            default:
                throw new InvalidOperationException($"{action} is no action of a guest");
        }
    }

    private static Gen<GuestAction> Executions() =>
        from space in Gen.Choose(0, 1)
        from linear in Gen.Choose(0, Pages - 1)
        from place in Gen.Choose(0, Offsets.Length - 1)
        from ring3 in Gen.Elements(true, true, false)
        from fetch in Gen.Elements(FetchBy.Walk, FetchBy.KernelBytes)
        select (GuestAction)new GuestAction.Execute(space, linear, place, ring3, fetch);

    private static IEnumerable<GuestAction[]> Shorter(GuestAction[] history)
    {
        int half = history.Length / 2;
        if (half > 1) yield return history[..half];
        if (half > 1) yield return history[half..];
        for (int i = 0; i < history.Length; i++) yield return [.. history[..i], .. history[(i + 1)..]];
    }

    private static byte[] Assembled(Action<Assembler> instruction)
    {
        var a = new Assembler(64);
        instruction(a);
        return NativeCode.Assemble(a, 0);
    }
}
