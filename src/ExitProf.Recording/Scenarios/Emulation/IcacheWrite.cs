using ExitProf.Traces;
using ExitProf.Vmm;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Recording;

/// <summary>
/// What keeping the cache right costs the guest: a store to the page of a cached instruction, or to its page-table entry. The guest
/// executes the instruction between any two stores, outside of its stamps, and sees the change each time.
/// </summary>
internal sealed class IcacheWrite : IScenario
{
    private const string Target = "target";

    public string Name => "icache-write";
    public ScenarioGroup Group => ScenarioGroup.Emulation;
    public string Summary => "a store to the code or to the page-table entry of an instruction that the VMM emulates and keeps";
    public string Origin => "bhyve's instruction cache, whose write protection makes such stores exit";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];

    public IReadOnlyList<Setting> Settings { get; } =
        [Setting.Choice(Target, "what the guest writes to", flips: false, "code", "table"), .. EmulatedAccess.Settings];

    public IReadOnlyList<SuiteRun> SuiteRuns =>
        [new(["target=code", "coherence=verify-bytes,write-protect-code"], new SuiteQuestion.Difference("coherence"), 6)];

    public Refusal? Refuse(SettingValues settings, HostFeatures host) => EmulatedAccess.Refuse(settings, host);

    public Workload Workload(GuestMode mode, SettingValues settings)
    {
        bool table = settings[Target] == "table";
        Coherence coherence = EmulatedAccess.CoherenceOf(settings);
        bool exits = coherence == Coherence.WriteProtectCodeAndTables || (!table && coherence == Coherence.WriteProtectCode);
        ulong address = table ? CodeMemory.EntryAddress(0, 0) : GuestLayout.CodePages;
        // KVM forgets what it made of a table: what follows is more than one exit.
        bool forgets = table && exits && KvmPagingDetection.Detect(KvmBackend.Detect()) == KvmPaging.Shadow;
        Workload workload = EmulatedAccess.Of(settings, table ? IcacheRemap.Fill : IcacheSelfModifying.Fill);
        return workload with
        {
            Kind = forgets ? ExitKind.ProtectedTable : ExitKind.MmioWrite,
            Access = a => Store(a, table),
            Expected = exits ? ExpectedExit.MmioWrite(address) : ExpectedExit.None,
            Subkey = address,
            Prepare = guest =>
            {
                IReadOnlyList<IDisposable> owned = workload.Prepare!(guest);
                // The first store comes before the first instruction is cached.
                if (exits) guest.Emulator!.ProtectAhead(address, table);
                return owned;
            },
            Outside = a =>
            {
                if (table) EmulatedAccess.Flush(a, mode);
                EmulatedAccess.Call(a);
                EmulatedAccess.Outside(a, null);
            },
        };
    }

    /// <summary>The other variant's word, and the result that the instruction has from now on.</summary>
    private static void Store(Assembler a, bool table)
    {
        a.xor(r11d, 16);
        a.mov(r8, __qword_ptr[r11 + (int)GuestLayout.ScenarioWords + 8]);
        a.mov(rax, __qword_ptr[r11 + (int)GuestLayout.ScenarioWords]);
        if (table) a.mov(__qword_ptr[CodeMemory.EntryAddress(0, 0)], rax);
        else a.mov(__qword_ptr[r10], rax);
    }
}
