using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>A port write that the VMM answers: the exit of the classic table.</summary>
internal sealed class PioOut : IScenario
{
    public string Name => "pio-out";
    public ScenarioGroup Group => ScenarioGroup.Io;
    public string Summary => "OUT to a port that the VMM answers";
    public string Origin => "Tosatti, KVM Forum 2010: a port write in eight stages";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];

    public IReadOnlyList<Setting> Settings =>
        [.. PlantedWork.Settings, SamePortDevices.Setting, Setting.Choice("size", "bytes of the access", flips: false, "1", "2", "4")];

    public IReadOnlyList<PublishedFigure> Published =>
        [
            new(
                "Tosatti, KVM Forum",
                2010,
                "a port write, up to the end of each stage",
                "cycles",
                [
                    new(Stage.Exit.Name(), 400),
                    new(Stage.Handler.Name(), 800),
                    new(Stage.PioSearch.Name(), 1_800),
                    new(Stage.HostRestore.Name(), 3_800),
                    new(Stage.Userspace.Name(), 6_700),
                    new(Stage.GuestReload.Name(), 8_500),
                    new(Stage.GuestEntry.Name(), 9_600),
                    new(Stage.GuestResume.Name(), 10_400),
                ]
            ),
        ];

    public string? UnitTest => "portio-no-eventfd:pci-io";
    public IReadOnlyList<SuiteRun> SuiteRuns => [new([], new SuiteQuestion.Stages())];

    public Workload Workload(GuestMode mode, SettingValues settings)
    {
        int size = (int)settings.Number("size");
        return new(
            ExitKind.PioOut,
            a => GuestAccess.Out(a, GuestLayout.Port, size),
            ExpectedExit.PioOut(GuestLayout.Port, size),
            GuestLayout.Port
        )
        {
            Work = PlantedWork.Of(settings),
            Prepare = guest => SamePortDevices.Register(guest, GuestLayout.Port, size, (int)settings.Number(SamePortDevices.Name)),
        };
    }
}
