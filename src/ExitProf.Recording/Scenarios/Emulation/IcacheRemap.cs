using ExitProf.Traces;
using ExitProf.Vmm;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Recording;

/// <summary>The guest changes a page-table entry, so that the same address means other code, every N exits.</summary>
internal sealed class IcacheRemap : IScenario
{
    private const string Every = "every";

    public string Name => "icache-remap";
    public ScenarioGroup Group => ScenarioGroup.Emulation;
    public string Summary => "an instruction that the VMM emulates, at an address that the guest maps to another page again and again";
    public string Origin => "bhyve's instruction cache, which write-protected the page tables of its instructions as well";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];

    public IReadOnlyList<Setting> Settings { get; } =
        [Setting.Number(Every, "exits from one change to the next", 16, 1, 1_000_000, flips: false), .. EmulatedAccess.Settings];

    public IReadOnlyList<SuiteRun> SuiteRuns =>
        [new(["cache=off,on"], new SuiteQuestion.Difference("cache", OfUserspace: true, EachAlike: false), 6)];

    public Refusal? Refuse(SettingValues settings, HostFeatures host) => EmulatedAccess.Refuse(settings, host);

    public Workload Workload(GuestMode mode, SettingValues settings) =>
        EmulatedAccess.Of(
            settings,
            Fill,
            a =>
                EmulatedAccess.Every(
                    a,
                    settings.Number(Every),
                    a =>
                    {
                        a.mov(rax, __qword_ptr[r11 + (int)GuestLayout.ScenarioWords]);
                        a.mov(__qword_ptr[CodeMemory.EntryAddress(0, 0)], rax);
                        EmulatedAccess.Flush(a, mode);
                    }
                )
        );

    internal static void Fill(CodeMemory memory)
    {
        EmulatedAccess.FillTwoPages(memory);
        for (int i = 0; i < 2; i++) memory.SetWord(2 * i, CodeMemory.Entry(i));
    }
}
