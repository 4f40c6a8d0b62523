using System.Numerics;
using ExitProf.Traces;
using ExitProf.Vmm;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Recording;

/// <summary>
/// What guest workloads have in common: the size of a unit, its exits, what the texts say. The exit is a port write that the VMM answers,
/// or an instruction that it emulates: the macro side of the instruction cache. The figures are of a unit, with its exits in it.
/// </summary>
internal static class WorkScenario
{
    /// <summary>The instructions of one unit, as near as a whole number of turns allows: a millisecond or so.</summary>
    public const int Instructions = 2_000_000;

    private const int Bytes = 1;
    private const string Exits = "exits";
    private const string By = "exit";
    private const string Emulated = "emulated";
    private const string Cache = "cache";

    /// <summary>The setting of workloads that have an exit only now and then, as an operating system's timer makes them.</summary>
    public static Setting ExitsSetting { get; } =
        Setting.Number(Exits, "exits of one unit of work (about 2 million instructions), spread over it", 1, 0, 4000, flips: true);

    /// <summary>How the exits come about.</summary>
    public static IReadOnlyList<Setting> ExitSettings { get; } =
    [
        Setting.Choice(By, "how the guest exits: a port write, or an instruction that the VMM emulates", flips: false, "out", Emulated),
        Setting.Choice(Cache, "whether decoded instructions are kept, where they are emulated", flips: true, "off", "on"),
    ];

    public static IReadOnlyList<SuiteRun> SuiteRuns { get; } =
    [
        new([$"{Exits}=0,1"], new SuiteQuestion.Work(Exits), 6),
        new([$"{By}={Emulated}", $"{Cache}=off,on"], new SuiteQuestion.Sameness(Cache, 0.01), 6),
    ];

    public static PublishedFigure Shell { get; } =
        new(
            "Carabas, bhyve instruction cache",
            2014,
            "a loop in a shell, mean of the runs, by whether instructions are cached",
            "s",
            [new("cached", 177.75), new("not cached", 178.26)]
        );

    /// <param name="settings">With <see cref="ExitSettings"/>.</param>
    public static Refusal? Refuse(SettingValues settings) =>
        CacheOn(settings) && settings[By] != Emulated
            ? Refusal.Contradiction(
                $"{Cache}=on keeps instructions that the VMM emulates, and a port write is none: set {By}={Emulated} as well."
            )
            : null;

    public static int ExitsOf(SettingValues settings) => (int)settings.Number(Exits);

    /// <param name="settings">With <see cref="ExitSettings"/> and a number of exits.</param>
    /// <param name="prepare">What the work needs beside its program.</param>
    /// <inheritdoc cref="Of(GuestWork, int, ulong)"/>
    public static Workload Of(GuestWork work, SettingValues settings, ulong checksum, Action<Guest>? prepare = null)
    {
        int exits = ExitsOf(settings);
        bool emulated = settings[By] == Emulated;
        Workload workload = Of(emulated ? work with { Exit = EmulatedExit } : work, exits, checksum);
        if (emulated)
        {
            workload = workload with
            {
                Expected = exits == 0 ? ExpectedExit.None : ExpectedExit.EmulationFailure with { Times = exits },
                Emulation = new EmulationSettings(CacheOn(settings), FetchBy.Walk),
                FirstExits = exits == 0 ? 0 : (EmulatedAccess.WarmUp + exits - 1) / exits,
            };
        }
        return workload with
        {
            Prepare = guest =>
            {
                prepare?.Invoke(guest);
                if (emulated) EmulatedAccess.AddEmulator(guest);
                return [];
            },
        };
    }

    /// <param name="checksum">What rbx holds at the end of a unit without exits.</param>
    public static Workload Of(GuestWork work, int exits, ulong checksum) =>
        new(
            ExitKind.GuestWork,
            work.Unit,
            exits == 0 ? ExpectedExit.None : ExpectedExit.PioOut(GuestLayout.ShortPort, Bytes) with { Times = exits },
            new WorkUnit((uint)work.Instructions, (uint)exits).Subkey
        )
        {
            Unit = (work, exits, checksum),
            Reads = _ => checksum + (ulong)exits,
        };

    private static bool CacheOn(SettingValues settings) => settings[Cache] == "on";

    /// <summary>A port write of the low byte of whatever eax holds.</summary>
    public static void Exit(Assembler a) => a.@out(GuestLayout.ShortPort, al);

    /// <summary>
    /// An instruction that reads a device and that KVM does not emulate. Any other result than the right one spoils the checksum.
    /// </summary>
    private static void EmulatedExit(Assembler a)
    {
        a.mov(ecx, (uint)GuestLayout.Mmio);
        a.xor(edx, edx);
        a.popcnt(edx, __dword_ptr[rcx]);
        a.sub(rdx, BitOperations.PopCount(EmulatedAccess.Answer));
        a.add(rbx, rdx);
    }
}
