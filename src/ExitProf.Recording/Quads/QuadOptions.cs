using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Recording;

/// <summary>What <c>exitprof ab</c> was asked for, of one scenario.</summary>
/// <param name="First">"key=value" of the base, A.</param>
/// <param name="Second">"key=value" of the new side, B.</param>
/// <param name="Quads">So many untraced quads; null goes by time.</param>
/// <param name="Looks">How often the data are looked at, the last time at the end; the others at doubling parts of the whole.</param>
/// <param name="Cpu">Where the vCPU runs; null takes the last CPU that the process may use.</param>
/// <param name="Seed">Of the order of blocks; null draws one.</param>
public sealed record QuadOptions(
    IScenario Scenario,
    IReadOnlyList<string> First,
    IReadOnlyList<string> Second,
    int? Quads,
    TimeSpan Duration,
    int Looks,
    int? Cpu,
    EventSet Events,
    ulong? Seed)
{
    /// <summary>A side that is the other one again needs another name.</summary>
    public const string Again = " (again)";

    /// <inheritdoc cref="SweepOptions.Unit"/>
    public ClockUnit Unit { get; init; }

    /// <summary>
    /// A and B. Making the options fails with a <see cref="SettingException"/> if a setting or value does not exist, or if a side has
    /// several values.
    /// </summary>
    public ImmutableArray<SweptConfiguration> Sides { get; } = Both(Side(Scenario, First), Side(Scenario, Second));

    /// <summary>True if both sides are the same: what is measured then is the comparison itself.</summary>
    public bool Alike => AreAlike(Sides[0], Sides[1]);

    /// <summary>Two sides that are alike are flipped in one VM only if the scenario has a setting for which that would be done.</summary>
    public bool ApartEvenIfAlike => Alike && Scenario.Settings.Count > 0 && !Scenario.Settings.Any(s => s.Flips);

    private static ImmutableArray<SweptConfiguration> Both(SweptConfiguration a, SweptConfiguration b) =>
        [a, AreAlike(a, b) ? b with { Configuration = b.Configuration with { Name = b.Configuration.Name + Again } } : b];

    private static SweptConfiguration Side(IScenario scenario, IReadOnlyList<string> assignments)
    {
        ImmutableArray<SweptConfiguration> sweep = SettingValues.Sweep(scenario, assignments);
        return sweep.Length == 1
            ? sweep[0]
            : throw new SettingException("A side of a comparison has one value per setting; exitprof record sweeps several.");
    }

    private static bool AreAlike(SweptConfiguration a, SweptConfiguration b) =>
        a.Configuration.Settings.SequenceEqual(b.Configuration.Settings);
}
