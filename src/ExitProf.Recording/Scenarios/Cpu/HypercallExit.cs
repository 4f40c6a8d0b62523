using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>A hypercall that KVM does not know: the whole way there and back, and the smallest answer.</summary>
internal sealed class HypercallExit : IScenario
{
    // No KVM_HC_*: KVM answers every number that it does not know with -KVM_ENOSYS (include/uapi/linux/kvm_para.h).
    private const uint Unknown = 0x4550;
    private const long Enosys = 1000;

    public string Name => "hypercall";
    public ScenarioGroup Group => ScenarioGroup.Cpu;
    public string Summary => "VMCALL or VMMCALL with a number that the kernel refuses";
    public string Origin => "Amsden, 2006: a hypercall against a #GP";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0];
    public IReadOnlyList<Setting> Settings => [];

    public string? UnitTest => "vmcall";
    public IReadOnlyList<PublishedFigure> Published =>
        [new("Amsden, mail on I/O hypercalls", 2006, "the way into the hypervisor", "cycles", [new("hypercall", 120), new("#GP", 2_000)])];

    public IReadOnlyList<SuiteRun> SuiteRuns => [new([], new SuiteQuestion.Against("pio-out"))];

    public Workload Workload(GuestMode mode, SettingValues settings) =>
        new(ExitKind.Hypercall, a => GuestAccess.Hypercall(a, Unknown), ExpectedExit.None, Unknown)
        {
            Reads = _ => unchecked((ulong)-Enosys),
        };
}
