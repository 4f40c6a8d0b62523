using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>A port write that the VMM answers: the exit of the classic table.</summary>
internal sealed class PioOut : IScenario
{
    public string Name => "pio-out";
    public string Summary => "OUT to a port that the VMM answers";
    public string Origin => "Tosatti, KVM Forum 2010: PIO write in eight stages, 400 / 800 / 1,800 / 3,800 / 6,700 / 8,500 / 9,600 / 10,400 cycles (cumulative)";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];

    public IReadOnlyList<Setting> Settings =>
    [
        .. PlantedWork.Settings,
        SamePortDevices.Setting,
        Setting.Choice("size", "bytes of the access", flips: false, "1", "2", "4"),
    ];

    public Workload Workload(GuestMode mode, SettingValues settings)
    {
        int size = (int)settings.Number("size");
        return new(ExitKind.PioOut, a => GuestAccess.Out(a, GuestLayout.Port, size), ExpectedExit.PioOut(GuestLayout.Port, size), GuestLayout.Port)
        {
            Work = PlantedWork.Of(settings),
            Prepare = guest => SamePortDevices.Register(guest, GuestLayout.Port, size, (int)settings.Number(SamePortDevices.Name)),
        };
    }
}
