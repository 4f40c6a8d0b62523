using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// What a recording works with: what runs on this host, on which vCPUs, with which kernel events, and where it is written to.
/// </summary>
/// <param name="Tracing">Null without kernel events.</param>
internal sealed record RecordingSetup(HostTrial Trial, Vcpus Vcpus, KernelTracing? Tracing, FindingLedger Findings, ITraceSink Sink)
{
    public Backend Backend { get; } = KvmBackend.Detect();

    /// <inheritdoc cref="SweepOptions.Unit"/>
    public ClockUnit Unit { get; init; }

    /// <inheritdoc cref="SweepOptions.Facts"/>
    public IReadOnlyList<Fact> Facts { get; init; } = [];

    /// <summary>The groups that traced blocks have on; none without kernel events.</summary>
    public EventGroups Traced => Tracing?.Events.Groups ?? EventGroups.None;
}
