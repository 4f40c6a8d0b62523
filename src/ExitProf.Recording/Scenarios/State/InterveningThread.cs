using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// A port write between whose exit and next entry the scheduler runs another thread on the CPU: what KVM keeps on the CPU for the next
/// entry is lost.
/// </summary>
internal sealed class InterveningThread : IScenario
{
    private const int Bytes = 1;

    public string Name => "intervening-thread";
    public ScenarioGroup Group => ScenarioGroup.State;
    public string Summary => "OUT to a port whose device in the VMM lets another thread run on the CPU";
    public string Origin => "Tosatti, KVM Forum 2010: user-return notifiers, for what another thread does not disturb";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];

    public IReadOnlyList<Setting> Settings { get; } =
    [Setting.Choice("thread", "whether another thread runs (woken by one eventfd, waited for at another one)", flips: true, "off", "on")];

    public IReadOnlyList<PublishedFigure> Published =>
        [new("Tosatti, KVM Forum", 2010, "guest to idle to guest, saved by user-return notifiers", "cycles", [new("", 2_000)])];

    public IReadOnlyList<SuiteRun> SuiteRuns => [new(["thread=off,on"], new SuiteQuestion.Difference("thread"), 8)];

    public Workload Workload(GuestMode mode, SettingValues settings) =>
        new(
            ExitKind.Intervened,
            a => GuestAccess.Out(a, GuestLayout.Port, Bytes),
            ExpectedExit.PioOut(GuestLayout.Port, Bytes),
            GuestLayout.Port
        )
        {
            Work = new VmmWork(new OtherThreadWork(settings["thread"] == "on")),
        };
}
