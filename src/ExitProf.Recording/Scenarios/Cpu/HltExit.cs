using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>HLT of a VM whose interrupt controllers are in user space: the VMM has to decide what to wait for, here for nothing.</summary>
internal sealed class HltExit : IScenario
{
    public string Name => "hlt";
    public ScenarioGroup Group => ScenarioGroup.Cpu;
    public string Summary => "HLT, which reaches the VMM because the VM has no in-kernel interrupt controller";
    public string Origin => "Tosatti, KVM Forum 2010: guest to idle and back";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0];
    public IReadOnlyList<Setting> Settings => PlantedWork.Settings;

    public Workload Workload(GuestMode mode, SettingValues settings) =>
        new(ExitKind.Hlt, GuestAccess.Hlt, ExpectedExit.Hlt, 0) { Work = PlantedWork.Of(settings) };
}
