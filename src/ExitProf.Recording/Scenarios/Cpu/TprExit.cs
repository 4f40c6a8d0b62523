using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// Task priority of the local APIC: the register that guests of old wrote most, and the first that CPUs learned to keep themselves.
/// </summary>
internal sealed class TprExit : IScenario
{
    // Register 0x80 of the page, MSR 0x808 (Intel SDM volume 3, 11.8.3.1 and 11.12).
    private const ulong Register = 0x80;
    private const uint X2apicMsr = 0x808;

    // Bits 7 to 4 are the class, which CR8 shows too.
    private const uint Priority = 0x50;

    public string Name => "tpr";
    public ScenarioGroup Group => ScenarioGroup.Cpu;
    public string Summary =>
        "task priority of the in-kernel local APIC (exits only where the CPU does not keep it: FlexPriority, APICv, AVIC)";
    public string Origin => "Tosatti, KVM Forum 2010: xAPIC against x2APIC";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0];
    public IReadOnlyList<Setting> Settings { get; } = [Setting.Choice("apic", "mode of the local APIC", flips: false, "xapic", "x2apic")];

    public string? UnitTest => "mov_to_cr8";
    public IReadOnlyList<SuiteRun> SuiteRuns => [new(["apic=xapic,x2apic"], new SuiteQuestion.Difference("apic"), 8)];

    public Workload Workload(GuestMode mode, SettingValues settings)
    {
        bool x2apic = settings["apic"] == "x2apic";
        return new(ExitKind.Apic, a =>
        {
            if (x2apic) GuestAccess.Wrmsr(a, X2apicMsr, Priority);
            else GuestAccess.Store32(a, GuestLayout.LocalApic + Register, Priority);
        }, ExpectedExit.None, Register)
        {
            Devices = GuestDevices.Irqchip,
            Prepare = guest =>
            {
                guest.Vcpu.EnableLocalApic(x2apic);
                return [];
            },
            Check = (guest, _) =>
            {
                int found = guest.Vcpu.TaskPriorityClass;
                if (found != Priority >> 4)
                    throw new GuestException($"The local APIC's task priority is of class {found} instead of {Priority >> 4}.");
            },
        };
    }
}
