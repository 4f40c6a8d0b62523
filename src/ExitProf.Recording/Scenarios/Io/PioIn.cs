using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>A port read that the VMM answers; the guest adds up what it reads, and the sum is checked.</summary>
internal sealed class PioIn : IScenario
{
    private const uint Answer = 0x5a5a1234;

    public string Name => "pio-in";
    public ScenarioGroup Group => ScenarioGroup.Io;
    public string Summary => "IN from a port that the VMM answers";
    public string Origin => "kvm-unit-tests, vmexit: a port read that the VMM answers";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];
    public IReadOnlyList<Setting> Settings => PlantedWork.Settings;

    public string? UnitTest => "inl_from_qemu, inl_from_pmtimer";

    public Workload Workload(GuestMode mode, SettingValues settings) =>
        new(ExitKind.PioIn, a => GuestAccess.In32(a, GuestLayout.Port), ExpectedExit.PioIn(GuestLayout.Port, 4, Answer), GuestLayout.Port)
        {
            Work = PlantedWork.Of(settings),
        };
}
