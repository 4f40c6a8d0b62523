namespace ExitProf.Analysis;

/// <summary>The middle value, or the mean of the two middle ones.</summary>
internal static class Median
{
    /// <exception cref="ArgumentException">No value.</exception>
    public static double Of(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty) throw new ArgumentException("no value", nameof(values));
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
