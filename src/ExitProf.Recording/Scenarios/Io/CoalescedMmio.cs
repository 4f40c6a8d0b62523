using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>A store that the kernel notes for later: a light exit, whose device comes to hear of it with the next heavy one.</summary>
internal sealed class CoalescedMmio : IScenario
{
    private const int Bytes = 4;

    public string Name => "coalesced-mmio";
    public ScenarioGroup Group => ScenarioGroup.Io;
    public string Summary => "store of 4 bytes to an address whose writes the kernel collects for the VMM (coalesced)";
    public string Origin =>
        "Tosatti, KVM Forum 2010: light exits, without the stages between host state restore and guest state reload; KVM_CAP_COALESCED_MMIO, the frame buffer of QEMU's VGA";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];
    public IReadOnlyList<Setting> Settings => [];
    public IReadOnlyList<PublishedFigure> Published => LightExit.Published;
    public IReadOnlyList<SuiteRun> SuiteRuns => [new([], new SuiteQuestion.Against("mmio-write"))];

    public Workload Workload(GuestMode mode, SettingValues settings) =>
        CoalescedWrites.Of(
            new(ExitKind.MmioWrite, a => GuestAccess.Store32(a, GuestLayout.Mmio), ExpectedExit.None, GuestLayout.Mmio),
            Bytes,
            pio: false
        );
}
