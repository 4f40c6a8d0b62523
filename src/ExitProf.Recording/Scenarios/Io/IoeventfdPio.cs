using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>A port write that the kernel answers by signalling an eventfd: the light exit, without the way to user space.</summary>
internal sealed class IoeventfdPio : IScenario
{
    private const int Bytes = 2;

    public string Name => "ioeventfd-pio";
    public ScenarioGroup Group => ScenarioGroup.Io;
    public string Summary => "OUT to a port that the kernel answers (ioeventfd)";
    public string Origin =>
        "Tosatti, KVM Forum 2010: light exits, without the stages between host state restore and guest state reload; virtio's doorbell";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];
    public IReadOnlyList<Setting> Settings => [];
    public IReadOnlyList<PublishedFigure> Published => LightExit.Published;
    public string? UnitTest => "portio-wildcard-eventfd:pci-io, outl_to_kernel";
    public IReadOnlyList<SuiteRun> SuiteRuns => [new([], new SuiteQuestion.Against("pio-out"))];

    public Workload Workload(GuestMode mode, SettingValues settings) =>
        new(ExitKind.PioOut, a => GuestAccess.Out(a, GuestLayout.Port, Bytes), ExpectedExit.None, GuestLayout.Port)
        {
            Prepare = guest =>
            {
                KvmHandle eventfd = VirtualMachine.CreateEventfd();
                guest.Vm.Ioeventfd(eventfd, GuestLayout.Port, Bytes, pio: true);
                return [eventfd];
            },
        };
}
