using System.Collections.Immutable;
using ExitProf.Traces;
using Perfolizer.Mathematics.Multimodality;

namespace ExitProf.Analysis;

/// <summary>Where the lengths of exits gather, and what tells the places apart if one thing does.</summary>
internal static class ExitModes
{
    /// <summary>
    /// Quantiles, evenly spread, from which the modes are found: the detector takes milliseconds for these and seconds for all exits.
    /// </summary>
    private const int Points = 400;

    /// <summary>The share of all exits that a mode must hold.</summary>
    private const double LeastShare = 0.05;

    /// <summary>The relative distance between neighbouring modes.</summary>
    private const double LeastDistance = 0.02;

    /// <summary>The share of all exits that must lie in the mode of their origin, if origins are to explain the modes.</summary>
    private const double Explained = 0.9;

    /// <summary>A finding for each configuration with several modes.</summary>
    public static IEnumerable<Finding> Findings(IEnumerable<TraceSummary> traces)
    {
        foreach (TraceSummary trace in traces)
        {
            foreach (ConfigurationSummary c in trace.Configurations)
            {
                if (Of(c) is not { Length: > 1 } modes)
                    continue;
                string name =
                    c.Configuration.Name == Configuration.Default
                        ? trace.Header.Scenario
                        : $"{trace.Header.Scenario} {c.Configuration.Name}";
                string where =
                    $"{name} ({trace.File}): {modes.Length} modes, at {Listed([.. modes.Select(m => $"{m.Location:N0}")])} {trace.Header.Clock.Symbol}";
                string[]? origins = Explain(c.Origins, modes);
                yield return origins is null
                    ? FindingKind.Modes.Of(
                        modes.Length,
                        $"{where}; no port, leaf or vCPU explains them. A median between modes says little: look at the quantile shift."
                    )
                    : FindingKind.ModesExplained.Of(modes.Length, $"{where}: {Listed(origins)}.");
            }
        }
    }

    /// <summary>By Perfolizer's lowland detector on logarithms, in the order of length.</summary>
    private static ImmutableArray<Mode> Of(ConfigurationSummary configuration)
    {
        IReadOnlyList<CurvePoint> curve = configuration.TracedCurve.IsEmpty ? configuration.UntracedCurve : configuration.TracedCurve;
        if (curve.Count < 3 || configuration.Work != null || curve.Any(p => !(p.Cycles > 0))) return [];
        double[] logs = [.. Enumerable.Range(0, Points).Select(i => Math.Log(QuantileComparison.At(curve, (i + 0.5) / Points)))];
        if (logs[(int)(Points * (1 - LeastShare))] - logs[(int)(Points * LeastShare)] < LeastDistance) return [];
        var modes = new List<Mode>();
        double from = 0;
        RangedMode[] found = [.. LowlandModalityDetector.Instance.DetectModes(logs).Modes.OrderBy(m => m.Location)];
        for (int i = 0; i < found.Length; i++)
        {
            double to = i + 1 < found.Length ? Math.Exp((found[i].Right + found[i + 1].Left) / 2) : double.PositiveInfinity;
            var mode = new Mode(Math.Exp(found[i].Location), from, to);
            // What is too small or too near belongs to the mode before it.
            if (modes.Count > 0 && (Share(curve, mode) < LeastShare || mode.Location < modes[^1].Location * (1 + LeastDistance)))
                modes[^1] = modes[^1] with { To = to };
            else if (Share(curve, mode) >= LeastShare)
                modes.Add(mode);
            if (modes.Count > 0)
                from = to;
        }
        return [.. modes];
    }

    /// <returns>For each mode what its exits have in common; null if nothing does.</returns>
    private static string[]? Explain(ImmutableArray<ExitOrigin> all, ImmutableArray<Mode> modes)
    {
        foreach (var sort in all.GroupBy(o => o.Sort))
        {
            ExitOrigin[][] byMode = [.. modes.Select(_ => Array.Empty<ExitOrigin>())];
            double inside = 0;
            foreach (ExitOrigin origin in sort)
            {
                double[] shares = [.. modes.Select(m => Share(origin.Curve, m))];
                int own = Array.IndexOf(shares, shares.Max());
                byMode[own] = [.. byMode[own], origin];
                inside += shares[own] * origin.Exits;
            }
            if (byMode.All(m => m.Length > 0) && inside >= Explained * sort.Sum(o => o.Exits))
                return [.. byMode.Select(m => Listed([.. m.Select(o => $"{o.Sort} {o.Name}")]))];
        }
        return null;
    }

    private static double Share(IReadOnlyList<CurvePoint> curve, Mode mode) => ShareBelow(curve, mode.To) - ShareBelow(curve, mode.From);

    private static double ShareBelow(IReadOnlyList<CurvePoint> curve, double cycles)
    {
        if (cycles < curve[0].Cycles) return 0;
        for (int i = 1; i < curve.Count; i++)
        {
            (CurvePoint low, CurvePoint high) = (curve[i - 1], curve[i]);
            if (cycles < high.Cycles) return low.Share + (high.Share - low.Share) * (cycles - low.Cycles) / (high.Cycles - low.Cycles);
        }
        return 1;
    }

    private static string Listed(string[] names) =>
        names.Length < 2 ? string.Concat(names) : $"{string.Join(", ", names[..^1])} and {names[^1]}";

    /// <param name="From">Where it begins and ends, in cycles.</param>
    private readonly record struct Mode(double Location, double From, double To);
}
