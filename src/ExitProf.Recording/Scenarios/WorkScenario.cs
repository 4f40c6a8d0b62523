using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// What guest workloads have in common: the size of a unit, its exits, what the texts say. The exit is a port write that the VMM answers; the
/// figures are of a unit, with its exits in it.
/// </summary>
internal static class WorkScenario
{
    /// <summary>Of one unit, as near as a whole number of turns allows: a millisecond or so.</summary>
    public const int Instructions = 2_000_000;

    private const int Bytes = 1;
    private const string Exits = "exits";

    /// <summary>Of workloads that have an exit only now and then, as an operating system's timer makes them.</summary>
    public static Setting ExitsSetting { get; } = Setting.Number(Exits, "exits of one unit of work (about 2 million instructions), spread over it", 1, 0, 4000, flips: true);

    public static IReadOnlyList<SuiteRun> SuiteRuns { get; } = [new([$"{Exits}=0,1"], new SuiteReading.Work(Exits), 6)];

    public static PublishedFigure Shell { get; } = new("Carabas, bhyve instruction cache", 2014, "a loop in a shell, mean of the runs, by whether instructions are cached", "s", [new("cached", 177.75), new("not cached", 178.26)]);

    public static int ExitsOf(SettingValues settings) => (int)settings.Number(Exits);

    /// <param name="checksum">What rbx holds at the end of a unit without exits.</param>
    public static Workload Of(GuestWork work, int exits, ulong checksum) => new(
        ExitKind.GuestWork, work.Unit, exits == 0 ? ExpectedExit.None : ExpectedExit.PioOut(GuestLayout.ShortPort, Bytes) with { Times = exits }, new WorkUnit((uint)work.Instructions, (uint)exits).Subkey)
    {
        Unit = (work, exits, checksum),
        Reads = _ => checksum + (ulong)exits,
    };

    /// <summary>A port write of the low byte of whatever eax holds.</summary>
    public static void Exit(Iced.Intel.Assembler a) => a.@out(GuestLayout.ShortPort, Iced.Intel.AssemblerRegisters.al);
}
