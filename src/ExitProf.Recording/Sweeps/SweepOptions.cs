using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>What <c>exitprof record</c> was asked for.</summary>
/// <param name="Assignments">"key=value", "key=v1,v2", "key=lo..hi".</param>
/// <param name="Exits">Record until each configuration has this number of traced exits, and as many untraced; null goes by time.</param>
/// <param name="Cpu">Where the vCPU runs; null takes the last CPU that the process may use.</param>
/// <param name="Seed">Of the order of blocks; null draws one.</param>
public sealed record SweepOptions(
    IScenario Scenario,
    IReadOnlyList<string> Assignments,
    long? Exits,
    TimeSpan Duration,
    int? Cpu,
    EventSet Events,
    ulong? Seed)
{
    /// <summary>
    /// All combinations of the assignments' values. Making the options fails with a <see cref="SettingException"/> if a setting or value
    /// does not exist.
    /// </summary>
    public ImmutableArray<SweptConfiguration> Configurations { get; } = SettingValues.Sweep(Scenario, Assignments);

    /// <summary>
    /// Whether configurations that this host cannot run are left out of several, with a finding that says why; if none is left, or if this
    /// is false, the recording is refused.
    /// </summary>
    public bool LeaveOutUnsupported { get; init; }

    /// <summary>What one tick of the TSC is here: instructions where the CPU is software that counts them.</summary>
    public ClockUnit Unit { get; init; }

    /// <summary>Host facts that the host cannot find out by itself: what emulates it.</summary>
    public IReadOnlyList<Fact> Facts { get; init; } = [];

    /// <summary>Rounds over which a given number of exits is spread: with eight a 99 % interval is worth having.</summary>
    public int Rounds { get; init; } = 8;

    /// <summary>
    /// The time that those rounds are spread over, waiting in between: what else runs on the machine comes and goes. They end at one and a
    /// half times of it. Zero for no wait and no end.
    /// </summary>
    public TimeSpan Spread { get; init; }

    /// <summary>Whether calls of KVM's functions are counted too, by the kernel's function_graph tracer, after everything else.</summary>
    public bool Functions { get; init; }

    /// <summary>
    /// The exits of each of calibration's blocks. Fewer are enough to see a signature, too few for the floor of a probe that figures are to
    /// be corrected by.
    /// </summary>
    public int CalibrationExits { get; init; } = Calibration.ExitsPerBlock;
}
