using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>A store to an address without memory behind it, which the VMM answers.</summary>
internal sealed class MmioWrite : IScenario
{
    public string Name => "mmio-write";
    public ScenarioGroup Group => ScenarioGroup.Io;
    public string Summary => "store of 4 bytes to an address that the VMM answers";
    public string Origin => "Amsden, 2006: a fault that must be decoded, against an instruction that says what it is";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];
    public IReadOnlyList<Setting> Settings => PlantedWork.Settings;

    public string? UnitTest => "mmio-no-eventfd:pci-mem";
    public IReadOnlyList<SuiteRun> SuiteRuns => [new([], new SuiteQuestion.Stages())];

    public Workload Workload(GuestMode mode, SettingValues settings) =>
        new(ExitKind.MmioWrite, a => GuestAccess.Store32(a, GuestLayout.Mmio), ExpectedExit.MmioWrite(GuestLayout.Mmio), GuestLayout.Mmio)
        {
            Work = PlantedWork.Of(settings),
        };
}
