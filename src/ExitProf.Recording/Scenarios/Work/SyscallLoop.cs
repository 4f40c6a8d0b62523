using ExitProf.Traces;
using ExitProf.Vmm;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Recording;

/// <summary>
/// Guest work that calls the guest's own kernel all the time, as a loop of getuid does. Where the CPU runs ring 0 of the guest it enters it
/// without an exit; on PVM the host's kernel sends it on to a handler in ring 3.
/// </summary>
internal sealed class SyscallLoop : IScenario
{
    // __NR_getuid, and who asks.
    private const int Getuid = 102;
    private const int User = 1000;
    private const int Calls = 100;

    // Of the caller; the handler has five or six more.
    private const int InstructionsPerTurn = 5;

    private static readonly GuestWork Work = new(Calls, InstructionsPerTurn, a => a.xor(ebx, ebx), Turn, WorkScenario.Exit);

    public string Name => "syscall-loop";
    public ScenarioGroup Group => ScenarioGroup.Work;
    public string Summary => "units of guest work: 100 system calls to the guest's own handler";
    public string Origin => "bhyve's instruction cache: no gain for a loop of getuid";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl3];
    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Number("exits", "exits of one unit of work (100 calls), spread over it", 1, 0, Calls - 1, flips: true),
        .. WorkScenario.ExitSettings,
    ];
    public IReadOnlyList<SuiteRun> SuiteRuns => WorkScenario.SuiteRuns;

    public Refusal? Refuse(SettingValues settings, HostFeatures host) => WorkScenario.Refuse(settings);

    public Workload Workload(GuestMode mode, SettingValues settings) => WorkScenario.Of(Work, settings, Calls * (User + Getuid), guest =>
    {
        guest.Load(GuestLayout.Handlers, Handler());
        GuestRings.AddSyscall(guest, GuestLayout.Handlers);
    });

    private static void Turn(Assembler a)
    {
        a.mov(eax, Getuid);
        a.syscall();
        a.add(rbx, rax);
    }

    /// <summary>
    /// Returns the user plus the call's number, so that both ways are seen to work. It leaves by the way that its ring allows.
    /// </summary>
    private static Assembler Handler()
    {
        var a = new Assembler(64);
        Label ring3 = a.CreateLabel();
        a.add(eax, User);
        a.mov(edx, cs);
        a.test(dl, 3);
        a.jnz(ring3);
        a.sysretq();
        a.Label(ref ring3);
        a.jmp(rcx);
        return a;
    }
}
