using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// A load from an address without memory behind it, which the VMM answers; the guest adds up what it reads, and the sum is checked.
/// </summary>
internal sealed class MmioRead : IScenario
{
    private const uint Answer = 0x5a5a1234;

    public string Name => "mmio-read";
    public ScenarioGroup Group => ScenarioGroup.Io;
    public string Summary => "load of 4 bytes from an address that the VMM answers";
    public string Origin => "Amsden, 2006: a fault that must be decoded, against an instruction that says what it is";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];
    public IReadOnlyList<Setting> Settings => PlantedWork.Settings;


    public Workload Workload(GuestMode mode, SettingValues settings) =>
        new(
            ExitKind.MmioRead,
            a => GuestAccess.Load32(a, GuestLayout.Mmio),
            ExpectedExit.MmioRead(GuestLayout.Mmio, Answer),
            GuestLayout.Mmio
        )
        {
            Work = PlantedWork.Of(settings),
        };
}
