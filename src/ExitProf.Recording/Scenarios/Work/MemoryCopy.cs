using System.Buffers.Binary;
using ExitProf.Traces;
using ExitProf.Vmm;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Recording;

/// <summary>
/// Guest work that moves memory, word by word from one buffer to another, as dd does. The guest adds up what it moves; the VMM compares the
/// buffers.
/// </summary>
internal sealed class MemoryCopy : IScenario
{
    private const int WordBytes = 8;
    private const int Words = GuestLayout.WorkBytes / WordBytes;
    private const int InstructionsPerTurn = 7;
    private const int Turns = WorkScenario.Instructions / InstructionsPerTurn;
    private const ulong Step = 0x9e3779b97f4a7c15;

    private static readonly GuestWork Work = new(Turns, InstructionsPerTurn, Begin, Turn, WorkScenario.Exit);

    public string Name => "memory-copy";
    public ScenarioGroup Group => ScenarioGroup.Work;
    public string Summary => "units of guest work: 2 MiB of words copied within 256 KiB buffers";
    public string Origin => "bhyve's instruction cache: no gain for dd, which is mostly copying";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];
    public IReadOnlyList<Setting> Settings { get; } = [WorkScenario.ExitsSetting, .. WorkScenario.ExitSettings];
    public IReadOnlyList<SuiteRun> SuiteRuns => WorkScenario.SuiteRuns;

    public Refusal? Refuse(SettingValues settings, HostFeatures host) => WorkScenario.Refuse(settings);

    public Workload Workload(GuestMode mode, SettingValues settings) =>
        WorkScenario.Of(Work, settings, Sum, Fill) with
        {
            Check = (guest, _) =>
            {
                Span<byte> target = guest.Slice(GuestLayout.WorkTarget, GuestLayout.WorkBytes);
                if (!target.SequenceEqual(guest.Slice(GuestLayout.WorkSource, GuestLayout.WorkBytes)))
                    throw new GuestException("What the guest copied is not what was there.");
                target.Clear();
            },
        };

    private static void Fill(Guest guest)
    {
        Span<byte> source = guest.Slice(GuestLayout.WorkSource, GuestLayout.WorkBytes);
        for (int i = 0; i < Words; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(source[(i * WordBytes)..], Word(i));
    }

    private static ulong Word(int index) => unchecked((ulong)(index + 1) * Step);

    /// <summary>The sum of all words moved in one unit: whole passes over the buffer and the beginning of one more.</summary>
    private static ulong Sum
    {
        get
        {
            ulong sum = 0;
            for (int i = 0; i < Turns; i++)
                sum = unchecked(sum + Word(i % Words));
            return sum;
        }
    }

    private static void Begin(Assembler a)
    {
        a.xor(ebx, ebx);
        a.xor(r11d, r11d);
    }

    private static void Turn(Assembler a)
    {
        a.mov(rax, __qword_ptr[r11 + (int)GuestLayout.WorkSource]);
        a.mov(__qword_ptr[r11 + (int)GuestLayout.WorkTarget], rax);
        a.add(rbx, rax);
        a.add(r11d, WordBytes);
        a.and(r11d, GuestLayout.WorkBytes - 1);
    }
}
