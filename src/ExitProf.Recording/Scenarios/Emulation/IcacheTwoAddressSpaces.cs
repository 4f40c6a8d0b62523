using ExitProf.Traces;
using ExitProf.Vmm;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Recording;

/// <summary>The same address is other code in each of two address spaces, between which the guest goes to and fro.</summary>
internal sealed class IcacheTwoAddressSpaces : IScenario
{
    private const string Every = "every";

    public string Name => "icache-two-address-spaces";
    public ScenarioGroup Group => ScenarioGroup.Emulation;
    public string Summary => "two instructions that the VMM emulates, at the same address in two address spaces";
    public string Origin => "bhyve's instruction cache, whose key holds CR3";
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
                        if (mode == GuestMode.Long64Cpl0)
                        {
                            a.mov(rax, __qword_ptr[r11 + (int)GuestLayout.ScenarioWords]);
                            a.mov(cr3, rax);
                            return;
                        }
                        a.mov(eax, r11d);
                        a.shr(eax, 4);
                        a.@out((byte)GuestLayout.SpacePort, al);
                    }
                )
        );

    private static void Fill(CodeMemory memory)
    {
        EmulatedAccess.FillTwoPages(memory);
        memory.Map(space: 1, linearPage: 0, page: 1);
        for (int i = 0; i < 2; i++) memory.SetWord(2 * i, CodeMemory.Root(i));
    }
}
