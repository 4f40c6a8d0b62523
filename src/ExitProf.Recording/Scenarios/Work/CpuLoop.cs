using ExitProf.Traces;
using ExitProf.Vmm;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Recording;

/// <summary>Guest work that needs nothing but the CPU: a recurrence whose last value the VMM knows.</summary>
internal sealed class CpuLoop : IScenario
{
    // Knuth's MMIX: x' = 6364136223846793005 x + 1442695040888963407.
    private const ulong Factor = 6364136223846793005;
    private const ulong Addend = 1442695040888963407;
    private const ulong First = 1;
    private const int InstructionsPerTurn = 4;
    private const int Turns = WorkScenario.Instructions / InstructionsPerTurn;

    private static readonly GuestWork Work = new(Turns, InstructionsPerTurn, Begin, Turn, WorkScenario.Exit);
    private static readonly Lazy<ulong> Checksum = new(() =>
    {
        ulong x = First;
        for (int i = 0; i < Turns; i++) x = unchecked(x * Factor + Addend);
        return x;
    });

    public string Name => "cpu-loop";
    public ScenarioGroup Group => ScenarioGroup.Work;
    public string Summary => "units of guest work: integer arithmetic in a loop";
    public string Origin => "bhyve's instruction cache: no gain for a loop in a shell, which is mostly computing";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];
    public IReadOnlyList<Setting> Settings { get; } = [WorkScenario.ExitsSetting, .. WorkScenario.ExitSettings];
    public IReadOnlyList<PublishedFigure> Published => [WorkScenario.Shell];
    public IReadOnlyList<SuiteRun> SuiteRuns => WorkScenario.SuiteRuns;

    public Refusal? Refuse(SettingValues settings, HostFeatures host) => WorkScenario.Refuse(settings);

    public Workload Workload(GuestMode mode, SettingValues settings) => WorkScenario.Of(Work, settings, Checksum.Value);

    private static void Begin(Assembler a)
    {
        a.mov(r8, Factor);
        a.mov(rsi, Addend);
        a.mov(rbx, First);
    }

    private static void Turn(Assembler a)
    {
        a.imul(rbx, r8);
        a.add(rbx, rsi);
    }
}
