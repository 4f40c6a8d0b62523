using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// A triple fault, after which the VMM starts the vCPU again. KVM may have reset its registers, so the guest saves those it needs, and the
/// VMM gives it all others.
/// </summary>
internal sealed class ShutdownExit : IScenario
{
    private const uint Marker = 0x5a5a1234;

    public string Name => "shutdown";
    public ScenarioGroup Group => ScenarioGroup.Cpu;
    public string Summary => "triple fault, after which the VMM sets all registers and enters again";
    public string Origin => "KVM_EXIT_SHUTDOWN: how a guest without any other means reboots";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];
    public IReadOnlyList<Setting> Settings => [];

    public Workload Workload(GuestMode mode, SettingValues settings)
    {
        var start = new GuestState();
        return new(ExitKind.Shutdown, GuestReset.Fault, ExpectedExit.Shutdown, 0)
        {
            Work = new VmmWork(SetStateWork.Restore(start)),
            Prepare = guest =>
            {
                GuestReset.Load(guest, Marker, start);
                return [];
            },
            Reads = _ => Marker,
        };
    }
}
