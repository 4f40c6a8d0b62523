using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>The header of exits that only the kernel's events tell of: those of machines that ran anyway, and of booted guests.</summary>
internal static class AttachHeader
{
    /// <param name="facts">What is known beside the facts of this host: the machines' names, and what a host outside says.</param>
    public static TraceHeader Of(string scenario, Backend backend, EventGroups groups, TraceClock clock, IEnumerable<Fact> facts) => new(
        scenario,
        TraceSource.Attach,
        backend,
        "",
        Native: true,
        EventSet.Attach.Name,
        groups,
        clock,
        ProbeFloor: 0,
        Seed: 0,
        DateTime.UtcNow,
        [new Configuration(Configuration.Default, [])],
        [.. HostFacts.Collect(), .. facts]);
}
