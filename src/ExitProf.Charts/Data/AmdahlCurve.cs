using System.Collections.Immutable;

namespace ExitProf.Charts;

/// <summary>The work that a guest still does at a rate of exits, as a share of what it does without one.</summary>
public sealed record WorkPoint(double ExitsPerMillion, double Share, string Tooltip);

/// <summary>Measured shares of work, and Amdahl's line for exits of one cost: 1 / (1 + rate × loss).</summary>
/// <param name="Loss">What one exit per million instructions adds, as a share of a million instructions' time.</param>
public sealed record AmdahlCurve(string Title, string Subtitle, double Loss, ImmutableArray<WorkPoint> Points) : IChart
{
    public string Description => string.Join("; ", Points.Select(p => p.Tooltip)) + ".";
}
