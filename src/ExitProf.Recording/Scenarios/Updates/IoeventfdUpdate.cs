using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>How long KVM_IOEVENTFD takes while vCPUs exit. It is no exit: both stamps are the VMM's.</summary>
internal sealed class IoeventfdUpdate : IScenario
{
    private const string Update = "update";

    public string Name => "ioeventfd-update";
    public ScenarioGroup Group => ScenarioGroup.Updates;
    public string Summary => "latency of KVM_IOEVENTFD while vCPUs exit (a call of the VMM, no exit)";
    public string Origin => "Tosatti, KVM Forum 2010: slots_lock against SRCU";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];
    public IReadOnlyList<Setting> Settings { get; } =
    [UpdatedVm.Vcpus, Setting.Choice(Update, "whether the ioeventfd comes or goes", flips: false, "assign", "deassign")];

    public IReadOnlyList<PublishedFigure> Published => [new("Tosatti, KVM Forum", 2010, "a grace period of SRCU", "ms", [new("", 10)])];

    public IReadOnlyList<SuiteRun> SuiteRuns =>
        [new([UpdatedVm.Sweep, $"{Update}=assign,deassign"], new SuiteQuestion.Totals(), 10, [$"{Update}=assign"])];

    public Workload Workload(GuestMode mode, SettingValues settings) =>
        UpdatedVm.Workload(
            settings,
            GuestLayout.ShortPort,
            guest => VmmCall.Ioeventfd(guest.Vm, GuestLayout.ShortPort, settings[Update] == "deassign")
        );
}
