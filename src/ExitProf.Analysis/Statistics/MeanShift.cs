using Perfolizer.Mathematics.Distributions.ContinuousDistributions;

namespace ExitProf.Analysis;

/// <summary>
/// The difference of two means by a t statistic: for a few values, where ranks allow no interval. It takes the values as normally
/// distributed; durations are given to it as logarithms.
/// </summary>
/// <param name="Value">Second minus first.</param>
/// <param name="Error">Its standard error.</param>
/// <param name="Freedom">Degrees of freedom; NaN if no value of either side differs from the others.</param>
public readonly record struct MeanShift(double Value, double Error, double Freedom)
{
    /// <summary>Each side has a spread of its own (Welch 1947, with Satterthwaite's degrees of freedom).</summary>
    /// <param name="first">At least two values.</param>
    /// <param name="second">At least two values.</param>
    public static MeanShift Welch(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        (double firstMean, double firstSquares) = Of(first);
        (double secondMean, double secondSquares) = Of(second);
        double firstSquare = firstSquares / (first.Length - 1) / first.Length,
            secondSquare = secondSquares / (second.Length - 1) / second.Length;
        double square = firstSquare + secondSquare;
        double freedom =
            square * square / (firstSquare * firstSquare / (first.Length - 1) + secondSquare * secondSquare / (second.Length - 1));
        return new MeanShift(secondMean - firstMean, Math.Sqrt(square), freedom);
    }

    /// <summary>
    /// Both sides have one spread (Student 1908): where one side has few values and the other many. Welch's degrees of freedom hang on the
    /// variance of the few there, and his interval misses the truth six times as often as it says.
    /// </summary>
    /// <inheritdoc cref="Welch"/>
    public static MeanShift Pooled(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        (double firstMean, double firstSquares) = Of(first);
        (double secondMean, double secondSquares) = Of(second);
        int freedom = first.Length + second.Length - 2;
        double variance = (firstSquares + secondSquares) / freedom;
        return new MeanShift(
            secondMean - firstMean,
            Math.Sqrt(variance * (1.0 / first.Length + 1.0 / second.Length)),
            variance > 0 ? freedom : double.NaN
        );
    }

    public Interval At(double confidence)
    {
        if (!double.IsFinite(Freedom)) return new Interval(Value, double.NaN, double.NaN);
        double half = Error * new StudentDistribution(Freedom).Quantile(0.5 + confidence / 2);
        return new Interval(Value, Value - half, Value + half);
    }

    /// <summary>The mean, and the sum of the squared distances from it.</summary>
    private static (double Mean, double Squares) Of(ReadOnlySpan<double> values)
    {
        if (values.Length < 2) throw new ArgumentException("fewer than two values", nameof(values));
        double mean = 0, squares = 0;
        foreach (double value in values) mean += value / values.Length;
        foreach (double value in values) squares += (value - mean) * (value - mean);
        return (mean, squares);
    }
}
