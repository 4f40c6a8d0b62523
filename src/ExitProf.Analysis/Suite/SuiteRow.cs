using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>One recording of the suite: what it is of, as its scenario declares it, and what became of it.</summary>
/// <param name="Trace">Null if nothing was recorded.</param>
/// <param name="Reason">Why nothing was recorded, as it was found; empty if it was.</param>
/// <param name="Seconds">How long it took, with the making of its VMs.</param>
public sealed record SuiteRow(
    string Scenario,
    string Summary,
    string Origin,
    string? UnitTest,
    ImmutableArray<PublishedFigure> Published,
    SuiteRun Run,
    TraceSummary? Trace,
    string Reason,
    double Seconds
)
{
    /// <summary>"pio-search --set devices=0,10 --set placement=same-port".</summary>
    public string Command => Scenario + string.Concat(Run.Assignments.Select(a => " --set " + a));

    /// <summary>Why configurations of it are missing, as the recorder found it; empty if all are there.</summary>
    public string LeftOut => Trace?.Findings.FirstOrDefault(f => f.Is(FindingKind.UnsupportedConfiguration))?.Text ?? "";

    /// <summary>KVM interpreted the guest: whatever is said of it has to say so.</summary>
    public bool Emulated => Trace is { } trace && trace.Configurations.Any(c => !c.Native);
}

/// <summary>A whole suite.</summary>
/// <param name="Quick">True if it only shows that everything works: a few exits of each, and no figure.</param>
/// <param name="Seconds">From the first recording to the last.</param>
/// <param name="Interrupted">True if it was ended before the last row.</param>
public sealed record SuiteSummary(ImmutableArray<SuiteRow> Rows, bool Quick, double Seconds, bool Interrupted)
{
    /// <summary>Emulators of whole machines, by the name that they give themselves as hypervisors or firmware.</summary>
    private static readonly string[] Emulators = ["TCG", "Bochs"];

    public IEnumerable<TraceSummary> Traces => Rows.Select(r => r.Trace).OfType<TraceSummary>();

    /// <summary>
    /// Cycles are results only where a CPU spent them. A quick suite is too short for any; of a host that is itself emulated (its facts say
    /// so) they are the emulator's, but for its instructions, which are exact.
    /// </summary>
    public bool HasFigures => !Quick && !HostEmulated;

    /// <summary>The unit's word for people; a suite is of one host, and so of one clock.</summary>
    public string Unit => Traces.FirstOrDefault()?.Header.Clock.Symbol ?? "cycles";

    /// <summary>Whether its figures are instructions of a software CPU.</summary>
    public bool InInstructions => Traces.FirstOrDefault() is { Header.Clock.IsTime: false };

    public bool HostEmulated =>
        Traces
            .Where(t => t.Header.Clock.IsTime)
            .SelectMany(t => t.Header.Host)
            .Any(f =>
                Emulators.Any(e => f.Value.Contains(e, StringComparison.OrdinalIgnoreCase))
                && f.Name is "hypervisor above" or "cpu" or "machine"
            );
}
