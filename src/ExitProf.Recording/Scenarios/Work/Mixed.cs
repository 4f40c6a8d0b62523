using System.Buffers.Binary;
using ExitProf.Traces;
using ExitProf.Vmm;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Recording;

/// <summary>
/// Guest work that computes and reads memory, with any number of exits in it: how much work is left when exits come more often.
/// </summary>
internal sealed class Mixed : IScenario
{
    private const string ExitsPerMillion = "exits-per-million";
    private const ulong Factor = 6364136223846793005;
    private const ulong First = 1;
    private const int WordBytes = 8;
    private const int Words = GuestLayout.WorkBytes / WordBytes;
    private const int InstructionsPerTurn = 8;
    private const int Turns = WorkScenario.Instructions / InstructionsPerTurn;

    // The upper bits of the product are the random ones.
    private const int IndexShift = 40;

    private static readonly GuestWork Work = new(Turns, InstructionsPerTurn, Begin, Turn, WorkScenario.Exit);
    private static readonly Lazy<ulong> Checksum = new(() =>
    {
        ulong x = First,
            sum = 0;
        for (int i = 0; i < Turns; i++)
        {
            x = unchecked(x * Factor + 1);
            sum = unchecked(sum + Word((int)((x >> IndexShift) & (Words - 1))));
        }
        return sum;
    });

    public string Name => "mixed";
    public ScenarioGroup Group => ScenarioGroup.Work;
    public string Summary => "units of guest work: arithmetic and memory, with exits as often as wanted";
    public string Origin => "Russell, lguest: macro benchmarks; bhyve's instruction cache: no gain for buildworld; Amdahl's law";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];

    public IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Number(
            ExitsPerMillion,
            "exits per million instructions of the guest's own work (a unit is 2 million)",
            10,
            0,
            2000,
            flips: true
        ),
    ];

    public IReadOnlyList<PublishedFigure> Published =>
        [
            new("Russell, lguest", null, "cost of being a guest, macro benchmarks", "%", [new("", 25, 30)]),
            new(
                "Carabas, bhyve instruction cache",
                2014,
                "buildworld, one run each, by whether instructions are cached",
                "s",
                [new("cached", 13_900.60), new("not cached", 13_938.07)]
            ),
        ];

    public IReadOnlyList<SuiteRun> SuiteRuns =>
        [new([$"{ExitsPerMillion}=0,1,3,10,30,100,300"], new SuiteQuestion.Work(ExitsPerMillion), 15, [$"{ExitsPerMillion}=0,10"])];

    public Workload Workload(GuestMode mode, SettingValues settings) =>
        WorkScenario.Of(Work, (int)settings.Number(ExitsPerMillion) * (WorkScenario.Instructions / 1_000_000), Checksum.Value) with
        {
            Prepare = guest =>
            {
                Span<byte> table = guest.Slice(GuestLayout.WorkSource, GuestLayout.WorkBytes);
                for (int i = 0; i < Words; i++)
                    BinaryPrimitives.WriteUInt64LittleEndian(table[(i * WordBytes)..], Word(i));
                return [];
            },
        };

    private static ulong Word(int index) => unchecked((ulong)(index + 1) * Factor);

    private static void Begin(Assembler a)
    {
        a.mov(r8, Factor);
        a.mov(r11, First);
        a.xor(ebx, ebx);
    }

    private static void Turn(Assembler a)
    {
        a.imul(r11, r8);
        a.inc(r11);
        a.mov(rsi, r11);
        a.shr(rsi, IndexShift);
        a.and(esi, Words - 1);
        a.add(rbx, __qword_ptr[rsi * WordBytes + (int)GuestLayout.WorkSource]);
    }
}
