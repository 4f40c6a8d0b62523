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
public sealed record InterleaveOptions(
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

    /// <inheritdoc cref="RecordOptions.Unit"/>
    public ClockUnit Unit { get; init; }

    /// <summary>True if both sides are the same: what is measured then is the comparison itself.</summary>
    public bool Alike => Settings(First) == Settings(Second);

    /// <summary>Two sides that are alike are flipped in one VM only if the scenario has a setting for which that would be done.</summary>
    public bool ApartEvenIfAlike => Alike && Scenario.Settings.Count > 0 && !Scenario.Settings.Any(s => s.Flips);

    /// <summary>A and B.</summary>
    /// <exception cref="SettingException">No such setting, no such value, or several values.</exception>
    public ImmutableArray<(Configuration Configuration, SettingValues Values)> Sides()
    {
        var a = Side(First);
        var b = Side(Second);
        return [a, Alike ? (b.Configuration with { Name = b.Configuration.Name + Again }, b.Values) : b];
    }

    private (Configuration Configuration, SettingValues Values) Side(IReadOnlyList<string> assignments)
    {
        var sweep = SettingValues.Sweep(Scenario, assignments);
        return sweep.Length == 1 ? sweep[0] : throw new SettingException("A side of a comparison has one value per setting; exitprof record sweeps several.");
    }

    private string Settings(IReadOnlyList<string> assignments) => string.Join(',', Side(assignments).Configuration.Settings.Select(s => s.Value));
}
