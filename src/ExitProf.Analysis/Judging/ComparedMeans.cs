namespace ExitProf.Analysis;

/// <summary>What runs cost on the average: what a workload pays that has all of them, the slow ones too.</summary>
/// <param name="Base">The mean of the base's runs.</param>
/// <param name="Shift">New minus base, by Welch's t.</param>
public sealed record ComparedMeans(double Base, Interval Shift)
{
    public static ComparedMeans Of(double[] first, double[] second, double confidence) =>
        new(first.Average(), MeanShift.Welch(first, second).At(confidence));
}
