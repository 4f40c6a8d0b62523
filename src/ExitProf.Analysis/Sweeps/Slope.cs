using System.Collections.Immutable;

namespace ExitProf.Analysis;

/// <summary>
/// A straight line through the typical costs of a sweep, by least squares. A round has all configurations, so the interval of the slope
/// is that of a contrast: by how much each round, with its own line, moves it.
/// </summary>
/// <param name="PerDoubling">True if the line is against the logarithm to base 2 of the value (at least 1), not the value itself.</param>
/// <param name="Cycles">For each one more, or each doubling.</param>
/// <param name="Start">Where the line is at 0, or at 1 of a line against the logarithm.</param>
/// <param name="Bend">The largest distance of a typical cost from the line, as a share of it: how straight it is.</param>
public sealed record Slope(
    string Setting,
    string Others,
    bool PerDoubling,
    Estimate Cycles,
    double Start,
    double Bend,
    ImmutableArray<(double Value, double Cycles)> Points
)
{
    /// <summary>A line through two points is always straight and says nothing of others.</summary>
    private const int LeastPoints = 3;

    /// <summary>
    /// The slopes of every numeric setting of a trace that took three values or more, for each combination of the others.
    /// </summary>
    public static IReadOnlyList<Slope> AllOf(TraceSummary trace) =>
        [
            .. Sweep
                .Swept(trace)
                .SelectMany(s => Sweep.Of(trace, s))
                .Where(s => s.Configurations.Length >= LeastPoints)
                .Select(s => Of(s, perDoubling: false))
                .OfType<Slope>(),
        ];

    /// <param name="costOf">What the line is through; the whole exit if nothing is said.</param>
    /// <returns>Null if the values are no numbers, all the same, or were not measured.</returns>
    public static Slope? Of(
        Sweep sweep,
        bool perDoubling,
        Func<ConfigurationSummary, RoundCost?>? costOf = null,
        double confidence = StageFigures.Confidence
    )
    {
        costOf ??= c => c.Cost;
        var points = new List<(double X, double Value, RoundCost Cost)>();
        foreach (ConfigurationSummary configuration in sweep.Configurations)
        {
            if (Sweep.Number(configuration, sweep.Setting) is not { } value || costOf(configuration) is not { } cost) return null;
            points.Add((perDoubling ? Math.Log2(Math.Max(1, value)) : value, value, cost));
        }
        double centre = points.Average(p => p.X);
        double squares = points.Sum(p => (p.X - centre) * (p.X - centre));
        if (points.Count < 2 || squares == 0) return null;
        Estimate slope = RoundCost.TypicalContrast(confidence, [.. points.Select(p => ((p.X - centre) / squares, p.Cost))]);
        double start = points.Average(p => p.Cost.Typical) - slope.Mean * centre;
        double bend = points.Max(p => Math.Abs(p.Cost.Typical - start - slope.Mean * p.X) / p.Cost.Typical);
        return new Slope(sweep.Setting, sweep.Others, perDoubling, slope, start, bend, [.. points.Select(p => (p.Value, p.Cost.Typical))]);
    }
}
