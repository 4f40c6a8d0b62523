using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// A port write with more and more devices in the kernel that are asked before the one that answers: on the guest's own port in turn, on
/// other ports by halves.
/// </summary>
internal sealed class PioSearch : IScenario
{
    private const int Bytes = 4;
    private const string SamePort = "same-port";
    private const string OtherPorts = "other-ports";
    private const string TargetLast = "target-last";

    /// <summary>Above the guest's own, with room for 5,000 of four bytes each.</summary>
    private const int FirstOtherPort = 0x8000;

    public string Name => "pio-search";
    public ScenarioGroup Group => ScenarioGroup.Io;
    public string Summary => "OUT of 4 bytes past in-kernel devices that do not answer it";
    public string Origin => "Tosatti, KVM Forum 2010: kernel pio search";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];

    public IReadOnlyList<Setting> Settings =>
        [
            Setting.Number(SamePortDevices.Name, "in-kernel devices that do not answer", 0, 0, 5000, flips: false),
            Setting.Choice(
                "placement",
                "where they are: on the guest's port (searched in turn), on other ports (searched by halves), on the guest's port before an ioeventfd that answers",
                flips: false,
                SamePort,
                OtherPorts,
                TargetLast
            ),
        ];

    public IReadOnlyList<PublishedFigure> Published =>
        [new("Tosatti, KVM Forum", 2010, "the stage kernel pio search of a port write", "cycles", [new("", 1_000)])];

    public string? UnitTest => "portio-datamatch-eventfd:pci-io";
    public IReadOnlyList<SuiteRun> SuiteRuns =>
        [
            new(
                [$"{SamePortDevices.Name}=0,10,100,1000", $"placement={SamePort},{TargetLast}"],
                new SuiteQuestion.Slope(SamePortDevices.Name, "device"),
                12,
                [$"{SamePortDevices.Name}=0,10", $"placement={SamePort},{TargetLast}"]
            ),
            new(
                [$"{SamePortDevices.Name}=1,16,256,4096", $"placement={OtherPorts}"],
                new SuiteQuestion.SlopePerDoubling(SamePortDevices.Name),
                10,
                [$"{SamePortDevices.Name}=1,16", $"placement={OtherPorts}"]
            ),
        ];

    public Workload Workload(GuestMode mode, SettingValues settings)
    {
        int devices = (int)settings.Number(SamePortDevices.Name);
        string placement = settings["placement"];
        ExpectedExit expected = placement == TargetLast ? ExpectedExit.None : ExpectedExit.PioOut(GuestLayout.Port, Bytes);
        return new(ExitKind.PioOut, a => GuestAccess.Out(a, GuestLayout.Port, Bytes), expected, GuestLayout.Port)
        {
            Prepare = guest => placement switch
            {
                OtherPorts => RegisterElsewhere(guest, devices),
                TargetLast => [.. SamePortDevices.Register(guest, GuestLayout.Port, Bytes, devices), RegisterTarget(guest)],
                _ => SamePortDevices.Register(guest, GuestLayout.Port, Bytes, devices),
            },
        };
    }

    private static IReadOnlyList<IDisposable> RegisterElsewhere(Guest guest, int count)
    {
        KvmHandle eventfd = VirtualMachine.CreateEventfd();
        for (int i = 0; i < count; i++) guest.Vm.Ioeventfd(eventfd, (ulong)(FirstOtherPort + i * Bytes), Bytes, pio: true);
        return [eventfd];
    }

    /// <summary>
    /// It waits for what the guest writes; without a value of its own it could not share the port. The bus asks devices of one port in the
    /// order in which they came.
    /// </summary>
    private static KvmHandle RegisterTarget(Guest guest)
    {
        KvmHandle eventfd = VirtualMachine.CreateEventfd();
        guest.Vm.Ioeventfd(eventfd, GuestLayout.Port, Bytes, pio: true, datamatch: 0);
        return eventfd;
    }
}
