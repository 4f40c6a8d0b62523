using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>A port write whose device copies memory: what it costs a VMM to keep the guest's state in two places.</summary>
internal sealed class StateCopy : IScenario
{
    private const int AccessBytes = 1;
    private const string Bytes = "bytes";

    public string Name => "state-copy";
    public ScenarioGroup Group => ScenarioGroup.State;
    public string Summary => "OUT to a port whose device in the VMM copies memory";
    public string Origin => "Russell, lguest: copying a CPU's state at each switch costs 15 % of it";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];
    public IReadOnlyList<Setting> Settings { get; } =
    [Setting.Number(Bytes, "bytes that the device copies at each exit (rep movsb)", 0, 0, CopyWork.MostBytes, flips: true)];

    public IReadOnlyList<PublishedFigure> Published =>
        [
            new(
                "Russell, lguest",
                null,
                "a context switch, by whether the state of a CPU is copied in and out",
                "ns",
                [new("without", 7_800), new("with", 9_000)]
            ),
        ];

    public IReadOnlyList<SuiteRun> SuiteRuns =>
        [new([$"{Bytes}=0,1024,4096,16384"], new SuiteQuestion.Slope(Bytes, "byte", OfUserspace: true), 10, [$"{Bytes}=0,4096"])];

    public Workload Workload(GuestMode mode, SettingValues settings) =>
        new(
            ExitKind.PioOut,
            a => GuestAccess.Out(a, GuestLayout.Port, AccessBytes),
            ExpectedExit.PioOut(GuestLayout.Port, AccessBytes),
            GuestLayout.Port
        )
        {
            Work = new VmmWork(new CopyWork((int)settings.Number(Bytes))),
        };
}
