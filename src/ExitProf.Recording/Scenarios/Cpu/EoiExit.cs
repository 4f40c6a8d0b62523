using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// End of interrupt at the local APIC: a store that has to be decoded in xAPIC mode, a WRMSR that says what it is in x2APIC mode.
/// </summary>
internal sealed class EoiExit : IScenario
{
    // Register 0xb0 of the page, MSR 0x80b (Intel SDM volume 3, 11.4 and 11.12).
    private const ulong Register = 0xb0;
    private const uint X2apicMsr = 0x80b;

    public string Name => "eoi";
    public ScenarioGroup Group => ScenarioGroup.Cpu;
    public string Summary => "end of interrupt at the in-kernel local APIC (exits only where APICv or AVIC does not answer)";
    public string Origin => "Tosatti, KVM Forum 2010: APIC EOI, xAPIC against x2APIC";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0];
    public IReadOnlyList<Setting> Settings { get; } = [Setting.Choice("apic", "mode of the local APIC", flips: false, "xapic", "x2apic")];

    public IReadOnlyList<PublishedFigure> Published =>
        [
            new(
                "Tosatti, KVM Forum",
                2010,
                "end of interrupt at the local APIC",
                "cycles",
                [new("apic=xapic", 4_677), new("apic=x2apic", 2_366)]
            ),
        ];

    public IReadOnlyList<SuiteRun> SuiteRuns => [new(["apic=xapic,x2apic"], new SuiteQuestion.Difference("apic"), 10)];

    public Workload Workload(GuestMode mode, SettingValues settings)
    {
        bool x2apic = settings["apic"] == "x2apic";
        return new(ExitKind.Apic, a =>
        {
            if (x2apic) GuestAccess.Wrmsr(a, X2apicMsr, 0);
            else GuestAccess.Store32(a, GuestLayout.LocalApic + Register);
        }, ExpectedExit.None, Register)
        {
            Devices = GuestDevices.Irqchip,
            Prepare = guest =>
            {
                guest.Vcpu.EnableLocalApic(x2apic);
                return [];
            },
        };
    }
}
