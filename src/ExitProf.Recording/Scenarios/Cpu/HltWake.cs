using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// A guest that halts in the kernel until another thread of the VMM sends it an interrupt. What is measured begins when that is sent and
/// ends when the guest goes on behind its HLT; how long it halted is no part of it.
/// </summary>
internal sealed class HltWake : IScenario
{
    private const string Halted = "halted";

    public string Name => "hlt-wake";
    public ScenarioGroup Group => ScenarioGroup.Cpu;
    public string Summary => "from the interrupt that another thread sends (KVM_SIGNAL_MSI) to the guest that it wakes from HLT";
    public string Origin => "Tosatti, KVM Forum 2010: guest to idle and back; KVM's halt polling (halt_poll_ns)";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0];

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Number(
            Halted,
            "how long the guest has halted by then, in TSC cycles: KVM polls for a while before its thread sleeps",
            200_000,
            0,
            100_000_000,
            flips: false
        ),
    ];

    public string? UnitTest => "ipi+halt";

    public IReadOnlyList<SuiteRun> SuiteRuns =>
        [new([$"{Halted}=100000,5000000"], new SuiteQuestion.Difference(Halted), 10, [$"{Halted}=0,100000"])];

    public Workload Workload(GuestMode mode, SettingValues settings) =>
        new(ExitKind.HltWake, GuestAccess.HaltUntilInterrupt, ExpectedExit.None, HaltWaker.Vector)
        {
            Devices = GuestDevices.Irqchip,
            Prepare = guest =>
            {
                HaltWaker.Prepare(guest);
                return [];
            },
            Companion = guest => new HaltWaker(guest, (ulong)settings.Number(Halted)),
        };
}
