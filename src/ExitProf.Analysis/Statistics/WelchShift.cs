using Perfolizer.Mathematics.Distributions.ContinuousDistributions;

namespace ExitProf.Analysis;

/// <summary>
/// The difference of two means by Welch's t, with Satterthwaite's degrees of freedom: for a few values, where ranks allow no interval. It takes the
/// values as normally distributed, each side with a spread of its own; durations are given to it as logarithms.
/// </summary>
/// <param name="Value">Second minus first.</param>
/// <param name="Error">Its standard error.</param>
/// <param name="Freedom">Degrees of freedom; NaN if no value of either side differs from the others.</param>
public readonly record struct WelchShift(double Value, double Error, double Freedom)
{
    /// <param name="first">At least two values.</param>
    /// <param name="second">At least two values.</param>
    public static WelchShift Between(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        (double firstMean, double firstSquare) = Of(first);
        (double secondMean, double secondSquare) = Of(second);
        double square = firstSquare + secondSquare;
        double freedom = square * square / (firstSquare * firstSquare / (first.Length - 1) + secondSquare * secondSquare / (second.Length - 1));
        return new WelchShift(secondMean - firstMean, Math.Sqrt(square), freedom);
    }

    public Interval At(double confidence)
    {
        if (!double.IsFinite(Freedom)) return new Interval(Value, double.NaN, double.NaN);
        double half = Error * new StudentDistribution(Freedom).Quantile(0.5 + confidence / 2);
        return new Interval(Value, Value - half, Value + half);
    }

    /// <summary>The mean, and the square of its standard error.</summary>
    private static (double Mean, double Square) Of(ReadOnlySpan<double> values)
    {
        if (values.Length < 2) throw new ArgumentException("fewer than two values", nameof(values));
        double mean = 0, squares = 0;
        foreach (double value in values) mean += value / values.Length;
        foreach (double value in values) squares += (value - mean) * (value - mean);
        return (mean, squares / (values.Length - 1) / values.Length);
    }
}
