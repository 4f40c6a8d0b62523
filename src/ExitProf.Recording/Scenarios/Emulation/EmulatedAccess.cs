using System.Buffers.Binary;
using System.Numerics;
using ExitProf.Linux;
using ExitProf.Traces;
using ExitProf.Vmm;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Recording;

/// <summary>
/// What the scenarios of the instruction cache have in common: a guest that calls one of many places of code, each with one instruction
/// that reads a device in memory and that KVM does not emulate. The guest compares each result with what it should be.
/// </summary>
/// <remarks>Registers: r8 the result expected, r9 turns to the next change, r10 the place called, r11 which of two variants (0 or 16), rbp
/// the end of the places.</remarks>
internal static class EmulatedAccess
{
    public const uint Answer = 0x5a5a1234;
    public const int SiteBytes = 16;

    private const string Cache = "cache";
    private const string Entries = "entries";
    private const string Fetch = "fetch";
    private const string CoherenceName = "coherence";
    private const string Tables = "write-protect-code+tables";

    /// <summary>
    /// Exits before anything is recorded: the code that answers them is compiled once more when it has been called a few dozen times.
    /// </summary>
    public const int WarmUp = 500;

    public static Setting CacheSetting { get; } =
        Setting.Choice(Cache, "whether decoded instructions are kept", flips: true, "off", "on") with
        {
            Default = "on",
        };

    public static IReadOnlyList<Setting> Settings { get; } =
    [
        CacheSetting,
        Setting.Number(
            Entries,
            "instructions that the cache keeps, in sets of eight; in a full set the one not used for longest makes room",
            1024,
            1,
            65536,
            flips: false
        ),
        Setting.Choice(
            Fetch,
            "where the bytes come from: the VMM walks the guest's page tables, or KVM hands them over with the exit",
            flips: true,
            "walk",
            "kernel-bytes"
        ),
        Setting.Choice(
            CoherenceName,
            "how a cached instruction stays right: its bytes are compared with KVM's, its page is write-protected, or its page tables as well",
            flips: false,
            "verify-bytes",
            "write-protect-code",
            Tables
        ),
    ];

    /// <summary>Two instructions with other results for the same operand: by them the guest tells which one was carried out.</summary>
    public static IReadOnlyList<(byte[] Code, ulong Result)> Variants { get; } =
    [
        (Assemble(a => a.popcnt(ebx, __dword_ptr[rcx])), (ulong)BitOperations.PopCount(Answer)),
        (Assemble(a => a.crc32(ebx, __dword_ptr[rcx])), BitOperations.Crc32C(0u, Answer)),
    ];

    public static PublishedFigure MicroBenchmark { get; } =
        new(
            "Carabas, bhyve instruction cache",
            2014,
            "gain of a loop that reads the local APIC, by caching instructions",
            "%",
            [new("", 35, 40)]
        );

    public static bool CacheOn(SettingValues settings) => settings[Cache] == "on";

    public static Coherence CoherenceOf(SettingValues settings) => settings[CoherenceName] switch
    {
        "write-protect-code" => Coherence.WriteProtectCode,
        Tables => Coherence.WriteProtectCodeAndTables,
        _ => Coherence.VerifyBytes,
    };

    /// <param name="settings">With <see cref="Settings"/>.</param>
    /// <param name="fill">Puts code and words in place; called once per VM.</param>
    /// <param name="change">Instructions that change something between two exits; null for none.</param>
    public static Workload Of(SettingValues settings, Action<CodeMemory> fill, Action<Assembler>? change = null, int places = 1) =>
        new(ExitKind.EmulationFailure, Call, ExpectedExit.EmulationFailure, GuestLayout.Mmio)
        {
            Outside = a => Outside(a, change),
            Emulation = EmulationOf(settings),
            FirstExits = WarmUp,
            Prepare = guest => Prepare(guest, Design(settings), fill, places),
            Check = Check,
        };

    public static EmulationSettings EmulationOf(SettingValues settings) =>
        new(CacheOn(settings), settings[Fetch] == "kernel-bytes" ? FetchBy.KernelBytes : FetchBy.Walk);

    /// <summary>Not every host can keep the guest's page tables read-only.</summary>
    public static Refusal? Refuse(SettingValues settings, HostFeatures host)
    {
        if (CoherenceOf(settings) != Coherence.WriteProtectCodeAndTables || !host.WalkWrites) return null;
        (string with, string remedy) = host.Paging == KvmPaging.Npt
            ? ("NPT (kvm_amd.npt=1)", "kvm_amd with npt=0")
            : ("EPT and its accessed and dirty flags (kvm_intel.eptad=1)", "kvm_intel with eptad=0");
        return Refusal.Unsupported(
            $"{CoherenceName}={Tables} cannot be had with {with}: the CPU itself writes to the guest's page tables as it walks them, and faults on read-only ones for ever. Take {CoherenceName}=write-protect-code, or load {remedy}."
        );
    }

    public static EmulationDesign Design(SettingValues settings) =>
        new((int)settings.Number(Entries), CoherenceOf(settings), KvmPagingDetection.Detect(KvmBackend.Detect()) == KvmPaging.Shadow);

    /// <summary>The VM's code, its devices and its emulator.</summary>
    public static IReadOnlyList<IDisposable> Prepare(Guest guest, EmulationDesign design, Action<CodeMemory> fill, int places)
    {
        var memory = new CodeMemory(guest);
        fill(memory);
        InstructionEmulator emulator = guest.Emulate(design);
        emulator.Mmio.Insert(GuestLayout.Mmio, 0x1000, new ConstantDevice(Answer));
        emulator.Ports.Insert(GuestLayout.FlushPort, 1, new FlushPort(guest));
        emulator.Ports.Insert(GuestLayout.SpacePort, 1, new AddressSpacePort(guest));
        emulator.Ports.Insert(GuestLayout.Port, 1, new ConstantDevice(Answer));
        KvmRegs regs = guest.Vcpu.Regs;
        regs.R8 = Variants[0].Result;
        regs.R9 = 1;
        regs.R10 = GuestLayout.CodeLinear;
        regs.Rbp = GuestLayout.CodeLinear + (ulong)(places * SiteBytes);
        guest.Vcpu.Regs = regs;
        return [memory];
    }

    /// <summary>
    /// An emulator with the device alone, for guests whose own code has the instruction. Cached bytes are compared with KVM's.
    /// </summary>
    public static void AddEmulator(Guest guest)
    {
        const int Entries = 1024;
        InstructionEmulator emulator = guest.Emulate(new EmulationDesign(Entries, Coherence.VerifyBytes, ShadowPaging: false));
        emulator.Mmio.Insert(GuestLayout.Mmio, 0x1000, new ConstantDevice(Answer));
    }

    /// <summary>One place of code; both variants and their results stand in the first words.</summary>
    public static void FillOne(CodeMemory memory)
    {
        memory.Write(0, Variants[0].Code);
        for (int i = 0; i < 2; i++) memory.SetWord(2 * i + 1, Variants[i].Result);
    }

    /// <summary>The two variants in a page each.</summary>
    public static void FillTwoPages(CodeMemory memory)
    {
        FillOne(memory);
        memory.Write(PageWalk.PageBytes, Variants[1].Code);
    }

    /// <summary>A variant's code as the eight bytes that the guest stores.</summary>
    public static ulong Word(int variant)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        bytes.Clear();
        Variants[variant].Code.CopyTo(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>Has translations forgotten: by reloading CR3, or by asking the VMM where the guest may not.</summary>
    public static void Flush(Assembler a, GuestMode mode)
    {
        if (mode == GuestMode.Long64Cpl0)
        {
            a.mov(rax, cr3);
            a.mov(cr3, rax);
        }
        else
        {
            a.@out((byte)GuestLayout.FlushPort, al);
        }
    }

    /// <summary>Every N turns: the other variant, what it does and what it gives.</summary>
    public static void Every(Assembler a, long turns, Action<Assembler> change)
    {
        Label skip = a.CreateLabel();
        a.dec(r9d);
        a.jnz(skip);
        a.mov(r9d, (uint)turns);
        a.xor(r11d, 16);
        a.mov(r8, __qword_ptr[r11 + (int)GuestLayout.ScenarioWords + 8]);
        change(a);
        a.Label(ref skip);
        a.nop();
    }

    public static void Check(Guest guest, int exits)
    {
        if (guest.Mismatches > 0)
            throw new GuestException(
                $"The guest found another result than its instruction has {guest.Mismatches} times: the wrong instruction was emulated, or wrongly."
            );
    }

    public static void Call(Assembler a)
    {
        a.mov(ecx, (uint)GuestLayout.Mmio);
        a.xor(ebx, ebx);
        a.call(r10);
    }

    public static void Outside(Assembler a, Action<Assembler>? change)
    {
        Label right = a.CreateLabel();
        a.cmp(rbx, r8);
        a.je(right);
        a.inc(__qword_ptr[GuestLayout.Mismatches]);
        a.Label(ref right);
        if (change != null) change(a);
        else a.nop();
    }

    private static byte[] Assemble(Action<Assembler> access)
    {
        var a = new Assembler(64);
        access(a);
        a.ret();
        return NativeCode.Assemble(a, 0);
    }
}
