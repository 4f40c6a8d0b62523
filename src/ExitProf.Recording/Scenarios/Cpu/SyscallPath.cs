using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// A system call of the guest, to a handler of its own, and back: delivered by the CPU, reflected by the host's kernel, taken through an
/// exception, or reflected by the VMM, as hosts did that ran a guest's kernel without its rings.
/// </summary>
internal sealed class SyscallPath : IScenario
{
    private const string Path = "path";
    private const string Direct = "direct";
    private const string KernelReflected = "kernel-reflected";
    private const string Exception = "exception";
    private const string VmmReflected = "vmm-reflected";
    private const string Host = "host";
    private const int BreakpointVector = 3;
    private const uint Marker = 0x5a5a1234;

    public string Name => "syscall";
    public ScenarioGroup Group => ScenarioGroup.Cpu;
    public string Summary => "system call of the guest to its own handler and back";
    public string Origin => "Russell, lhype: system calls when each trap goes through the host";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl3];

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Choice(
            Path,
            "direct: SYSCALL that enters ring 0; kernel-reflected: SYSCALL that the host's kernel sends back to ring 3; exception: INT3 to ring 0 and IRETQ; vmm-reflected: an OUT, at which the VMM sends the guest to its handler; host: getppid of the VMM without any guest, to compare",
            flips: false,
            Direct,
            KernelReflected,
            Exception,
            VmmReflected,
            Host
        ) with
        {
            Default = VmmReflected,
        },
    ];

    public IReadOnlyList<PublishedFigure> Published =>
        [new("Russell, lhype", null, "a system call, when each trap goes through the host", "times", [new("", 35)])];

    public IReadOnlyList<SuiteRun> SuiteRuns =>
        [new([$"{Path}={Host},{Direct},{KernelReflected},{Exception},{VmmReflected}"], new SuiteQuestion.Ratio(Path), 12)];

    public Workload Workload(GuestMode mode, SettingValues settings) =>
        settings[Path] switch
        {
            Direct => Syscall(GuestRings.Ring0Code, "the host's kernel sends SYSCALL back to ring 3 (see path=kernel-reflected)"),
            KernelReflected => Syscall(GuestRings.Ring3Code, "SYSCALL enters ring 0 without the host's kernel (see path=direct)"),
            Exception => new(ExitKind.Exception, GuestAccess.Breakpoint, ExpectedExit.None, BreakpointVector)
            {
                Prepare = guest =>
                {
                    guest.Load(GuestLayout.Handlers, GuestAccess.ReturnFromException());
                    GuestRings.AddGate(guest, BreakpointVector, GuestLayout.Handlers);
                    return [];
                },
                Reads = _ => GuestRings.Ring3Code,
            },
            Host => new(ExitKind.VmmCall, GuestAccess.Syscall, ExpectedExit.None, 0) { Call = _ => VmmCall.Getppid() },
            _ => new(
                ExitKind.PioOut,
                a => GuestAccess.OutAndTakeRbx(a, GuestLayout.ShortPort),
                ExpectedExit.PioOut(GuestLayout.ShortPort, 1),
                GuestLayout.ShortPort
            )
            {
                Work = new VmmWork(new ReflectWork(GuestLayout.Handlers)),
                Prepare = guest =>
                {
                    guest.Load(GuestLayout.Handlers, GuestAccess.ReturnToRcx(Marker));
                    return [];
                },
                Reads = _ => Marker,
            },
        };

    /// <param name="ring">The code segment that the handler has to find itself in.</param>
    /// <param name="otherwise">What it means if it does not.</param>
    private static Workload Syscall(ushort ring, string otherwise) =>
        new(ExitKind.Syscall, GuestAccess.Syscall, ExpectedExit.None, 0)
        {
            Prepare = guest =>
            {
                guest.Load(GuestLayout.Handlers, GuestAccess.ReturnFromSyscall());
                GuestRings.AddSyscall(guest, GuestLayout.Handlers);
                return [];
            },
            Check = (guest, exits) =>
            {
                if (guest.ReadSum != ring * (ulong)exits)
                    throw new GuestException(otherwise + ".");
            },
        };
}
