namespace ExitProf.Analysis;

/// <summary>
/// What neighbours have in common: values in the order of time that resemble those beside them say less than as many independent ones.
/// </summary>
public static class Autocorrelation
{
    /// <summary>A trend over all values brings ρ near 1, where the widening has no bound; at 0.9 it is more than fourfold.</summary>
    private const double Most = 0.9;

    /// <summary>
    /// ρ, the correlation of each value with the next: Σ (x_i − m)(x_i+1 − m) ÷ Σ (x_i − m)², with 1 / n added, by which that sum is too
    /// low on the average for n independent values (Kendall, Biometrika 41, 1954). Where it is not positive it counts as 0: intervals are
    /// never made narrower.
    /// </summary>
    /// <param name="values">In the order in which they were measured.</param>
    public static double OfNeighbours(ReadOnlySpan<double> values)
    {
        return Raw(values) is { } raw ? Math.Clamp(raw + 1.0 / values.Length, 0, Most) : 0;
    }

    /// <summary>The same as it is, without a correction; null of fewer than three values, and of values that are all equal.</summary>
    internal static double? Raw(ReadOnlySpan<double> values)
    {
        if (values.Length < 3) return null;
        double mean = 0;
        foreach (double value in values) mean += value / values.Length;
        double squares = 0, neighbours = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double deviation = values[i] - mean;
            squares += deviation * deviation;
            if (i > 0) neighbours += deviation * (values[i - 1] - mean);
        }
        return squares > 0 ? neighbours / squares : null;
    }

    /// <summary>
    /// √((1 + ρ) / (1 − ρ)): by so much the standard error of the centre of a first-order autoregressive series is larger than that of
    /// independent values with the same spread.
    /// </summary>
    public static double Widening(ReadOnlySpan<double> values) => OfNeighbours(values) is var rho ? Math.Sqrt((1 + rho) / (1 - rho)) : 1;
}
