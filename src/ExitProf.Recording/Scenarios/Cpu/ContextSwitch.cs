using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// A guest that changes between two sets of page tables, by its own MOV to CR3, or by asking the VMM to do it. Each set has the address of
/// the other one at the same place, so what the guest finds there shows that it has changed.
/// </summary>
internal sealed class ContextSwitch : IScenario
{
    private const int Bytes = 1;
    private const string Exit = "exit";

    public string Name => "context-switch";
    public ScenarioGroup Group => ScenarioGroup.Cpu;
    public string Summary => "change of the guest's page tables, by itself or by the VMM";
    public string Origin => "Russell, lguest: a context switch, in which the host changes the page tables";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0];

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Choice(
            Exit,
            "none: MOV to CR3; per-switch: an OUT, at which the VMM changes CR3 (KVM_CAP_SYNC_REGS)",
            flips: false,
            "none",
            "per-switch"
        ),
    ];

    public IReadOnlyList<PublishedFigure> Published =>
        [new("Russell, lguest", null, "slower than without a host", "%", [new("over all", 25, 30), new("context switch", 60, 90)])];

    public IReadOnlyList<SuiteRun> SuiteRuns => [new([$"{Exit}=none,per-switch"], new SuiteQuestion.Difference(Exit), 8)];

    public Workload Workload(GuestMode mode, SettingValues settings)
    {
        bool exits = settings[Exit] == "per-switch";
        Workload workload = exits
            ? new(
                ExitKind.PioOut,
                a => GuestAccess.BetweenMarks(a, () => GuestAccess.Out(a, GuestLayout.Port, Bytes)),
                ExpectedExit.PioOut(GuestLayout.Port, Bytes),
                GuestLayout.Port
            )
            {
                Work = new VmmWork(SetStateWork.ChangeCr3(GuestLayout.Pml4 ^ GuestLayout.OtherPml4)),
            }
            : new(ExitKind.PageTables, a => GuestAccess.BetweenMarks(a, () => GuestAccess.LoadCr3(a)), ExpectedExit.None, 0);
        return workload with
        {
            Without = a => GuestAccess.BetweenMarks(a, () => { }),
            Prepare = guest =>
            {
                guest.AddOtherTables();
                return [];
            },
            Reads = _ => GuestLayout.Pml4 + GuestLayout.OtherPml4,
        };
    }
}
