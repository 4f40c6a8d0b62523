using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// CPUID, which the kernel answers from the table that the VMM gave it; what the guest reads is checked against that table.
/// </summary>
internal sealed class CpuidExit : IScenario
{
    public string Name => "cpuid";
    public ScenarioGroup Group => ScenarioGroup.Cpu;
    public string Summary => "CPUID, which the kernel answers";
    public string Origin => "Tosatti, KVM Forum 2010: light exits; the shortest exit there is";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0];
    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Number("leaf", "CPUID leaf (decimal or 0x…)", 0, 0, uint.MaxValue, flips: false),
        Setting.Choice("irqchip", "interrupt controllers in the kernel, which each exit looks after", flips: false, "off", "on"),
    ];

    public string? UnitTest => "cpuid";
    public IReadOnlyList<SuiteRun> SuiteRuns =>
        [new(["leaf=0,1,7,0x80000008"], new SuiteQuestion.Totals(), QuickAssignments: ["leaf=0,1"])];

    public Workload Workload(GuestMode mode, SettingValues settings)
    {
        uint leaf = (uint)settings.Number("leaf");
        return new(ExitKind.Cpuid, a => GuestAccess.Cpuid(a, leaf), ExpectedExit.None, leaf)
        {
            Reads = guest => guest.Vcpu.CpuidEax(leaf),
            Devices = settings["irqchip"] == "on" ? GuestDevices.Irqchip : GuestDevices.None,
        };
    }
}
