using ExitProf.Traces;
using ExitProf.Vmm;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Recording;

/// <summary>Many emulated instructions in turn: where their number passes the cache's capacity, hits become misses.</summary>
internal sealed class IcacheMany : IScenario
{
    private const string Sites = "sites";

    public string Name => "icache-many";
    public ScenarioGroup Group => ScenarioGroup.Emulation;
    public string Summary => "many instructions that the VMM emulates, one after the other and over again";
    public string Origin =>
        "bhyve's instruction cache, whose size was never chosen by measurement: footprints above and below the capacity";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];

    public IReadOnlyList<Setting> Settings { get; } =
        [Setting.Number(Sites, "different instructions, 16 bytes apart", 1024, 1, 100_000, flips: false), .. EmulatedAccess.Settings];

    public IReadOnlyList<SuiteRun> SuiteRuns =>
        [
            new(
                ["sites=16,1024,4096", "cache=off,on"],
                new SuiteQuestion.Difference("cache", OfUserspace: true),
                12,
                QuickAssignments: ["sites=16", "cache=off,on"]
            ),
        ];

    public Refusal? Refuse(SettingValues settings, HostFeatures host) => EmulatedAccess.Refuse(settings, host);

    public Workload Workload(GuestMode mode, SettingValues settings)
    {
        int sites = (int)settings.Number(Sites);
        Workload workload = InTurn(settings, sites);
        // The cache has seen all of them, as often as it takes to keep what it can.
        return EmulatedAccess.CacheOn(settings)
            ? workload with
            {
                FirstExits = Math.Max(workload.FirstExits, 2 * Math.Min(sites, (int)settings.Number("entries") * 2)),
            }
            : workload;
    }

    public static Workload InTurn(SettingValues settings, int sites) =>
        EmulatedAccess.Of(settings, memory => Fill(memory, sites), Next, sites);

    private static void Fill(CodeMemory memory, int sites)
    {
        for (int i = 0; i < sites; i++) memory.Write(i * EmulatedAccess.SiteBytes, EmulatedAccess.Variants[0].Code);
    }

    private static void Next(Assembler a)
    {
        Label inside = a.CreateLabel();
        a.add(r10, EmulatedAccess.SiteBytes);
        a.cmp(r10, rbp);
        a.jb(inside);
        a.mov(r10d, (uint)GuestLayout.CodeLinear);
        a.Label(ref inside);
        a.nop();
    }
}
