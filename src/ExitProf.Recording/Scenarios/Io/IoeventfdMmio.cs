using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>A store that the kernel answers by signalling an eventfd: decoded like any MMIO, but without the way to user space.</summary>
internal sealed class IoeventfdMmio : IScenario
{
    private const int Bytes = 4;

    public string Name => "ioeventfd-mmio";
    public ScenarioGroup Group => ScenarioGroup.Io;
    public string Summary => "store of 4 bytes to an address that the kernel answers (ioeventfd)";
    public string Origin => "Tosatti, KVM Forum 2010: light exits; the doorbell of virtio 1.0";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];
    public IReadOnlyList<Setting> Settings => [];
    public IReadOnlyList<PublishedFigure> Published => LightExit.Published;
    public string? UnitTest => "mmio-wildcard-eventfd:pci-mem";
    public IReadOnlyList<SuiteRun> SuiteRuns => [new([], new SuiteQuestion.Against("mmio-write"))];

    public Workload Workload(GuestMode mode, SettingValues settings) =>
        new(ExitKind.MmioWrite, a => GuestAccess.Store32(a, GuestLayout.Mmio), ExpectedExit.None, GuestLayout.Mmio)
        {
            Prepare = guest =>
            {
                KvmHandle eventfd = VirtualMachine.CreateEventfd();
                guest.Vm.Ioeventfd(eventfd, GuestLayout.Mmio, Bytes, pio: false);
                return [eventfd];
            },
        };
}
