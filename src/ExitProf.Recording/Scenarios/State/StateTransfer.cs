using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// A port write whose device answers in a register of the guest, as a VMM does that emulates instructions: by two calls, through kvm_run,
/// or not at all. The guest adds up what it finds there, and the sum is checked.
/// </summary>
internal sealed class StateTransfer : IScenario
{
    private const uint Answer = 0x5a5a1234;
    private const int Bytes = 1;
    private const string Via = "via";

    public string Name => "state-transfer";
    public ScenarioGroup Group => ScenarioGroup.State;
    public string Summary => "OUT to a port whose device in the VMM reads and sets the guest's registers";
    public string Origin => "Russell, lguest: copying a CPU's state at each switch costs 15 % of it; KVM_CAP_SYNC_REGS";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Choice(
            Via,
            "not at all, by KVM_GET_REGS and KVM_SET_REGS, or in kvm_run (KVM_CAP_SYNC_REGS)",
            flips: true,
            "none",
            "get-set-regs",
            "sync-regs"
        ),
    ];

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
        [new([$"{Via}=sync-regs,none,get-set-regs"], new SuiteQuestion.Difference(Via, OfUserspace: true), 10)];

    public Workload Workload(GuestMode mode, SettingValues settings)
    {
        RegisterTransfer transfer = settings[Via] switch
        {
            "get-set-regs" => RegisterTransfer.GetSetRegs,
            "sync-regs" => RegisterTransfer.SyncRegs,
            _ => RegisterTransfer.None,
        };
        return new(
            ExitKind.PioOut,
            a => GuestAccess.OutAndTakeRbx(a, GuestLayout.Port, Bytes),
            ExpectedExit.PioOut(GuestLayout.Port, Bytes),
            GuestLayout.Port
        )
        {
            Work = new VmmWork(new TransferWork(transfer)),
            Reads = _ => transfer == RegisterTransfer.None ? 0ul : Answer,
        };
    }
}
