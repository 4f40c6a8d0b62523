using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>A port write that the kernel notes for later: a light exit, whose device comes to hear of it with the next heavy one.</summary>
internal sealed class CoalescedPio : IScenario
{
    private const int Bytes = 2;

    public string Name => "coalesced-pio";
    public ScenarioGroup Group => ScenarioGroup.Io;
    public string Summary => "OUT to a port whose writes the kernel collects for the VMM (coalesced)";
    public string Origin =>
        "Tosatti, KVM Forum 2010: light exits, without the stages between host state restore and guest state reload; KVM_CAP_COALESCED_PIO";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];
    public IReadOnlyList<Setting> Settings => [];
    public IReadOnlyList<PublishedFigure> Published => LightExit.Published;
    public IReadOnlyList<SuiteRun> SuiteRuns => [new([], new SuiteQuestion.Against("pio-out"))];

    public Workload Workload(GuestMode mode, SettingValues settings) =>
        CoalescedWrites.Of(
            new(ExitKind.PioOut, a => GuestAccess.Out(a, GuestLayout.Port, Bytes), ExpectedExit.None, GuestLayout.Port),
            Bytes,
            pio: true
        );
}
