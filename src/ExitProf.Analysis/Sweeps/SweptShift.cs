using System.Collections.Immutable;

namespace ExitProf.Analysis;

/// <summary>A point of a curve: what a value of a numeric setting costs more than the first value of the sweep, in cycles.</summary>
/// <param name="Whole">The shift of a typical exit; all 0 for the first value.</param>
/// <param name="Userspace">Of the VMM's own stage; null where exits do not reach it.</param>
public sealed record SweptShift(double Value, Estimate Whole, Estimate? Userspace)
{
    /// <summary>The fewest points that make a curve.</summary>
    private const int LeastPoints = 3;
    private const double MostValue = 1e15;

    /// <summary>More curves say less than the table of the sweep.</summary>
    private const int MostCurves = 4;

    /// <summary>
    /// Makes a sweep for each numeric setting of three values or more and each combination of the others; none if they are too many.
    /// </summary>
    public static ImmutableArray<Sweep> Curves(TraceSummary trace)
    {
        ImmutableArray<Sweep> curves = [.. Sweep.Swept(trace).SelectMany(s => Sweep.Of(trace, s)).Where(s => !Of(s).IsEmpty)];
        return curves.Length <= MostCurves ? curves : [];
    }

    /// <summary>By ascending value, each compared with the lowest one.</summary>
    /// <returns>None if the values are no numbers, too few, or were not measured without events.</returns>
    public static ImmutableArray<SweptShift> Of(Sweep sweep, double confidence = StageFigures.Confidence)
    {
        if (
            sweep.Configurations.Length < LeastPoints
            || sweep.Configurations.Any(c => Sweep.Number(c, sweep.Setting) is null || c.Cost is null || c.Work is not null)
        )
            return [];
        ConfigurationSummary[] ascending = [.. sweep.Configurations.OrderBy(c => Sweep.Number(c, sweep.Setting))];
        // A damaged trace may give a value twice, or one that no axis has room for.
        double[] values = [.. ascending.Select(c => Sweep.Number(c, sweep.Setting)!.Value)];
        if (values.Distinct().Count() < values.Length || values.Any(v => Math.Abs(v) > MostValue)) return [];
        ConfigurationSummary first = ascending[0];
        bool userspace = ascending.All(c => c.UserspaceCost is not null);
        return
        [
            .. ascending.Select(c => new SweptShift(
                Sweep.Number(c, sweep.Setting)!.Value,
                c == first ? default : RoundCost.TypicalContrast(confidence, (1, c.Cost!), (-1, first.Cost!)),
                !userspace ? null
                    : c == first ? default(Estimate)
                    : RoundCost.Contrast(confidence, (1, c.UserspaceCost!), (-1, first.UserspaceCost!))
            )),
        ];
    }
}
