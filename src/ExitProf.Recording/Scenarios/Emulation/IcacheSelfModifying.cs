using ExitProf.Traces;
using ExitProf.Vmm;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Recording;

/// <summary>
/// The guest writes another instruction over the one that is emulated, every N exits, and always has to see the new one.
/// </summary>
internal sealed class IcacheSelfModifying : IScenario
{
    private const string Every = "every";

    public string Name => "icache-self-modifying";
    public ScenarioGroup Group => ScenarioGroup.Emulation;
    public string Summary => "an instruction that the VMM emulates and the guest rewrites again and again";
    public string Origin => "bhyve's instruction cache, which write-protected the pages of its instructions";
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
                        a.mov(__qword_ptr[r10], rax);
                    }
                )
        );

    internal static void Fill(CodeMemory memory)
    {
        EmulatedAccess.FillOne(memory);
        for (int i = 0; i < 2; i++) memory.SetWord(2 * i, EmulatedAccess.Word(i));
    }
}
