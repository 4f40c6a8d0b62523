using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>RDMSR, answered by the kernel (the base of the local APIC) or, for a register that KVM does not know, by the VMM.</summary>
internal sealed class MsrExit : IScenario
{
    private const uint ApicBase = 0x1b;

    // Outside both ranges of the hardware's MSR bitmaps, and none that KVM knows.
    private const uint Unknown = 0x45500000;
    private const uint Answer = 0x5a5a1234;

    // KVM_MSR_EXIT_REASON_UNKNOWN of <linux/kvm.h>.
    private const ulong ExitIfUnknown = 2;

    public string Name => "msr";
    public ScenarioGroup Group => ScenarioGroup.Cpu;
    public string Summary => "RDMSR that the kernel or the VMM answers";
    public string Origin => "kvm-unit-tests, vmexit: an MSR read; KVM_CAP_X86_USER_SPACE_MSR";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0];
    public IReadOnlyList<Setting> Settings { get; } =
    [Setting.Choice("target", "who answers", flips: false, "kernel", "user"), .. PlantedWork.Settings];

    public string? UnitTest => "rd_tsc_adjust_msr";
    public IReadOnlyList<SuiteRun> SuiteRuns => [new(["target=kernel,user"], new SuiteQuestion.Difference("target"))];

    public Workload Workload(GuestMode mode, SettingValues settings) => settings["target"] == "kernel"
        ? new(ExitKind.Msr, a => GuestAccess.Rdmsr(a, ApicBase), ExpectedExit.None, ApicBase)
        {
            Reads = guest => (uint)guest.Vcpu.Sregs.ApicBase,
        }
        : new(ExitKind.Msr, a => GuestAccess.Rdmsr(a, Unknown), ExpectedExit.Rdmsr(Answer), Unknown)
        {
            Work = PlantedWork.Of(settings),
            Prepare = guest =>
            {
                guest.Vm.EnableCap(KvmCap.X86UserSpaceMsr, ExitIfUnknown);
                return [];
            },
        };
}
