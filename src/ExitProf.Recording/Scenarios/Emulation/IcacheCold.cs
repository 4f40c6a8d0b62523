using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// Instructions that are never in the cache: each of more than the cache can hold comes once before any comes again. Every exit pays for
/// the lookup, and for keeping what nobody will ask for.
/// </summary>
internal sealed class IcacheCold : IScenario
{
    private const int Sites = 100_000;

    public string Name => "icache-cold";
    public ScenarioGroup Group => ScenarioGroup.Emulation;
    public string Summary => "instructions that the VMM emulates once each, so that no cache helps";
    public string Origin => "bhyve's instruction cache: the worst case that its report feared, lookup and decode";
    public IReadOnlyList<GuestMode> Modes => [GuestMode.Long64Cpl0, GuestMode.Long64Cpl3];
    public IReadOnlyList<Setting> Settings => EmulatedAccess.Settings;

    public IReadOnlyList<SuiteRun> SuiteRuns => [new(["cache=off,on"], new SuiteQuestion.Difference("cache", OfUserspace: true), 10)];

    public Refusal? Refuse(SettingValues settings, HostFeatures host) => EmulatedAccess.Refuse(settings, host);

    public Workload Workload(GuestMode mode, SettingValues settings) =>
        IcacheMany.InTurn(settings, Sites) with
        {
            Check = (guest, exits) =>
            {
                EmulatedAccess.Check(guest, exits);
                if (guest.Emulator!.Counters.Hits > 0)
                    throw new GuestException(
                        $"{guest.Emulator.Counters.Hits} instructions were in the cache, where each should come once."
                    );
            },
        };
}
