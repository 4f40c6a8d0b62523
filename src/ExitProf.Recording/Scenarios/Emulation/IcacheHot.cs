using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>One instruction that the VMM emulates, in a loop: what a cache of decoded instructions is best at.</summary>
internal sealed class IcacheHot : IScenario
{
    public string Name => "icache-hot";
    public ScenarioGroup Group => ScenarioGroup.Emulation;
    public string Summary => "one instruction that the VMM fetches, decodes and emulates, again and again";
    public string Origin => "bhyve's instruction cache: 35 to 40 % on a loop that reads the local APIC";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];
    public IReadOnlyList<Setting> Settings => EmulatedAccess.Settings;

    public IReadOnlyList<PublishedFigure> Published => [EmulatedAccess.MicroBenchmark];
    public IReadOnlyList<SuiteRun> SuiteRuns => [new(["cache=off,on"], new SuiteQuestion.Difference("cache", OfUserspace: true), 10)];

    public Refusal? Refuse(SettingValues settings, HostFeatures host) => EmulatedAccess.Refuse(settings, host);

    public Workload Workload(GuestMode mode, SettingValues settings) => EmulatedAccess.Of(settings, EmulatedAccess.FillOne);
}
