using System.Collections.Immutable;

namespace ExitProf.Traces;

/// <summary>A name and a value: a host fact, a setting.</summary>
public sealed record Fact(string Name, string Value);

/// <summary>One way in which the scenario was run. A trace of a sweep has one per value.</summary>
/// <param name="Name">"default", or the settings that differ from it: "device-delay=2000".</param>
/// <param name="Settings">All settings of the scenario with their values.</param>
public sealed record Configuration(string Name, ImmutableArray<Fact> Settings)
{
    /// <summary>Name of the configuration in which every setting is as it is unless set.</summary>
    public const string Default = "default";

    /// <summary>
    /// The loop around the exits of an emulated guest, without the instruction that exits: it is measured to be taken off, and is no row of
    /// a report. No setting is named so, so none can be taken for it.
    /// </summary>
    public Configuration EmptyLoop => new(EmptyLoopPrefix + Name, []);

    public bool IsEmptyLoop => Name.StartsWith(EmptyLoopPrefix, StringComparison.Ordinal);

    private const string EmptyLoopPrefix = "empty-loop of ";

    public bool Equals(Configuration? other) =>
        other is not null && Name == other.Name && Settings.AsSpan().SequenceEqual(other.Settings.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Name, Settings.Length);
}

/// <summary>What is known before the first exit.</summary>
/// <param name="Scenario">Its name in <c>exitprof list</c>; for foreign machines and imports the name of the source.</param>
/// <param name="GuestMode">"long64-cpl3", "long64-cpl0", "real16"; empty where unknown.</param>
/// <param name="Native">True if the guest ran on the CPU, false if KVM interpreted it.</param>
/// <param name="Events">The event set by its name: "none", "lean", "full", "deep".</param>
/// <param name="Groups">The groups that traced blocks have switched on.</param>
/// <param name="Clock">The clock of all stamps.</param>
/// <param name="ProbeFloor">What one kernel event costs at least, in ticks of the clock, measured on this host; 0 where unknown.</param>
/// <param name="Seed">Of the order of blocks.</param>
/// <param name="StartUtc">When the recording started.</param>
public sealed record TraceHeader(
    string Scenario,
    TraceSource Source,
    Backend Backend,
    string GuestMode,
    bool Native,
    string Events,
    EventGroups Groups,
    TraceClock Clock,
    double ProbeFloor,
    ulong Seed,
    DateTime StartUtc,
    ImmutableArray<Configuration> Configurations,
    ImmutableArray<Fact> Host)
{
    /// <summary>The most configurations of a sweep, its empty loops included: a report has a table for each.</summary>
    public const int MaxConfigurations = 2048;

    /// <summary>
    /// How often a comparison of two configurations, interleaved in quads of blocks, was to be looked at while it grew, with the choice to
    /// stop. Each look has its part of the error rates. 0 if it is no comparison.
    /// </summary>
    public int Looks { get; init; }

    /// <summary>Cycles that a stamp of the VMM's own steps costs, measured on this host; 0 where there are none.</summary>
    public double StepFloor { get; init; }

    /// <summary>What a stamp costs at least: it is charged to the step that it opens.</summary>
    public double Floor(Stamp stamp) => stamp.IsKernelEvent() ? ProbeFloor : stamp.IsStep() ? StepFloor : 0;

    public bool Equals(TraceHeader? other) =>
        other is not null
        && (Scenario, Source, Backend, GuestMode, Native, Events, Groups)
            == (other.Scenario, other.Source, other.Backend, other.GuestMode, other.Native, other.Events, other.Groups)
        && (Clock, ProbeFloor, StepFloor, Seed, StartUtc, Looks)
            == (other.Clock, other.ProbeFloor, other.StepFloor, other.Seed, other.StartUtc, other.Looks)
        && Configurations.AsSpan().SequenceEqual(other.Configurations.AsSpan())
        && Host.AsSpan().SequenceEqual(other.Host.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Scenario, Source, Backend, Seed, StartUtc);
}
