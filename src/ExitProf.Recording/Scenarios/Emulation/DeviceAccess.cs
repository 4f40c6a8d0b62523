using ExitProf.Traces;
using ExitProf.Vmm;
using Iced.Intel;

namespace ExitProf.Recording;

/// <summary>
/// What emulating an instruction is up against: the same device, asked by an instruction that KVM decodes itself, by a port, or answered in
/// the kernel. All that reach the VMM are answered by the same managed loop and the same device.
/// </summary>
internal sealed class DeviceAccess : IScenario
{
    private const string By = "by";

    public string Name => "device-access";
    public ScenarioGroup Group => ScenarioGroup.Emulation;
    public string Summary => "one device, asked by an instruction that the VMM emulates, by MMIO, by a port, or by an ioeventfd";
    public string Origin =>
        "bhyve's instruction cache: what it would have to be faster than; Amsden, 2006: an instruction that says what it is against a fault that has to be decoded";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Choice(
            By,
            "how the guest asks: popcnt from memory, mov from memory, out, or an out that the kernel answers",
            flips: false,
            "emulated",
            "mmio",
            "out",
            "ioeventfd"
        ),
        .. EmulatedAccess.Settings,
    ];

    public IReadOnlyList<SuiteRun> SuiteRuns => [new(["by=emulated,mmio,out,ioeventfd"], new SuiteQuestion.Ratio("by"), 10)];

    public Refusal? Refuse(SettingValues settings, HostFeatures host) => EmulatedAccess.Refuse(settings, host);

    public Workload Workload(GuestMode mode, SettingValues settings)
    {
        Workload emulated = EmulatedAccess.Of(settings, EmulatedAccess.FillOne);
        if (settings[By] == "emulated") return emulated;
        bool port = settings[By] != "mmio";
        Workload direct = emulated with
        {
            Kind = port ? ExitKind.PioOut : ExitKind.MmioRead,
            Access = port ? a => GuestAccess.Out(a, GuestLayout.Port, 1) : Load,
            Expected = port ? ExpectedExit.PioOut(GuestLayout.Port, 1) : ExpectedExit.MmioRead(GuestLayout.Mmio, EmulatedAccess.Answer),
            Subkey = port ? GuestLayout.Port : GuestLayout.Mmio,
            Outside = null,
        };
        if (settings[By] != "ioeventfd") return direct;
        return direct with
        {
            Expected = ExpectedExit.None,
            Prepare = guest =>
            {
                KvmHandle eventfd = VirtualMachine.CreateEventfd();
                guest.Vm.Ioeventfd(eventfd, GuestLayout.Port, 1, pio: true);
                return [.. emulated.Prepare!(guest), eventfd];
            },
        };
    }

    private static void Load(Assembler a) => GuestAccess.Load32(a, GuestLayout.Mmio);
}
