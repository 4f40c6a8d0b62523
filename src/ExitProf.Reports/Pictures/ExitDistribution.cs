using System.Collections.Immutable;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>The distributions of the totals and of every stage of a configuration.</summary>
internal static class ExitDistribution
{
    /// <summary>Shades for stages that share a group; a group has three at most.</summary>
    private static readonly string[] Shades = ["", "-2", "-3"];

    /// <returns>Null if there is nothing to draw.</returns>
    public static DistributionChart? Of(Subject subject)
    {
        ImmutableArray<DistributionCurve> curves = [.. Curves(subject).Where(c => c.Points.Length > 1)];
        return curves.IsEmpty ? null : new DistributionChart($"{subject.Label}: distribution of the exits", subject.Unit, curves);
    }

    private static IEnumerable<DistributionCurve> Curves(Subject subject)
    {
        ConfigurationSummary c = subject.Configuration;
        foreach (var group in c.Stages.Where(s => s.State != StageState.Absent).GroupBy(s => s.Stages[0].Group()))
        {
            int i = 0;
            foreach (StageSummary stage in group)
            {
                string shade = group.Key == Stage.GuestResume.Group() ? Shades[i++ % Shades.Length] : "";
                yield return Curve(stage.Name, $"{group.Key}{shade}-line", strong: false, stage.Cycles.P50, stage.Curve);
            }
        }
        yield return Curve("traced total", "traced-line", strong: true, c.Total.P50, c.TracedCurve);
        if (c.Untraced is { } untraced)
            yield return Curve("untraced total", "total-line", strong: true, untraced.Total.P50, c.UntracedCurve);
    }

    private static DistributionCurve Curve(string name, string ink, bool strong, double p50, ImmutableArray<CurvePoint> points) =>
        new(name, ink, strong, p50, Figures.Cycles(p50), DistributionCurve.Clip(points));
}
