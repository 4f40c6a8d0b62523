using Perfolizer.Mathematics.Distributions.ContinuousDistributions;

namespace ExitProf.Analysis;

/// <summary>
/// The runs of two sides on one scale. A run is one value: the exits in it resemble each other, and so do its blocks. With enough runs a side the
/// shift is Hodges-Lehmann's with its exact distribution, with fewer Welch's.
/// </summary>
internal sealed class RunContrast
{
    /// <summary>On each side, for a rank method.</summary>
    public const int LeastForRanks = 8;

    /// <summary>On each side, for any interval.</summary>
    public const int LeastRuns = 2;

    /// <summary>More runs than these nobody makes to decide a comparison.</summary>
    private const int MostRuns = 1_000_000;

    private readonly double[] first;
    private readonly double[] second;
    private readonly WelchShift welch;

    public RunContrast(double[] first, double[] second)
    {
        (this.first, this.second) = (first, second);
        int fewest = Math.Min(first.Length, second.Length);
        HasSpread = first.Distinct().Skip(1).Any() || second.Distinct().Skip(1).Any();
        ByRanks = fewest >= LeastForRanks;
        HasInterval = fewest >= LeastRuns && HasSpread;
        if (!ByRanks && HasInterval) welch = WelchShift.Between(first, second);
    }

    public bool ByRanks { get; }

    /// <summary>False if all runs of each side have one value: then nothing is known of how much runs differ.</summary>
    public bool HasSpread { get; }

    public bool HasInterval { get; }

    /// <summary>Second minus first.</summary>
    public Interval At(double confidence)
    {
        if (ByRanks && HasInterval) return RankShift.Between(first, second, confidence);
        return HasInterval ? welch.At(confidence) : new Interval(ByRanks ? RankShift.Between(first, second, confidence).Value : second.Average() - first.Average(), double.NaN, double.NaN);
    }

    /// <summary>How many more runs on each side would decide, with four chances in five, if shift and spread are as they were estimated.</summary>
    /// <param name="margin">On the scale of the values.</param>
    /// <returns>
    /// Null if no number that anybody would make does, or if all runs so far have one value. With too few runs for any interval it is not known
    /// what would decide: then as many as the shorter side lacks for a rank method.
    /// </returns>
    public int? MoreRuns(Gate gate, double margin, int tests)
    {
        if (Math.Min(first.Length, second.Length) is var fewest && fewest < LeastRuns) return LeastForRanks - fewest;
        if (!HasInterval) return null;
        Interval usual = At(Gate.EquivalenceConfidence);
        double error = ByRanks ? (usual.High - usual.Low) / 2 / NormalDistribution.Standard.Quantile(0.5 + Gate.EquivalenceConfidence / 2) : welch.Error;
        double size = Size(0);
        if (!Decides(MostRuns)) return null;
        int fails = 0, decides = MostRuns;
        while (decides - fails > 1)
        {
            int middle = fails + (decides - fails) / 2;
            if (Decides(middle)) decides = middle;
            else fails = middle;
        }
        return decides;

        // The error falls with the root of the harmonic size of the sides.
        bool Decides(int more) => gate.Decides(usual.Value, error * Math.Sqrt(size / Size(more)), ByRanks ? double.PositiveInfinity : welch.Freedom + 2.0 * more, margin, tests);
        double Size(int more) => 1 / (1.0 / (first.Length + more) + 1.0 / (second.Length + more));
    }
}
