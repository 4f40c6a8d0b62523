using Perfolizer.Mathematics.Distributions.ContinuousDistributions;

namespace ExitProf.Analysis;

/// <summary>
/// Contrasts of the two sides that were measured close to each other, new minus base, in the order of time: of quads, or of pairs of runs. What drifts
/// over longer than one of them has cancelled already; what neighbours still have in common widens the interval.
/// </summary>
internal sealed class PairedContrast
{
    /// <summary>More units than these nobody makes to decide a comparison.</summary>
    private const int MostUnits = 100_000_000;

    private readonly double[] contrasts;

    /// <exception cref="ArgumentException">A contrast that is not finite.</exception>
    public PairedContrast(double[] contrasts)
    {
        this.contrasts = contrasts;
        HasSpread = contrasts.Distinct().Skip(1).Any();
    }

    /// <summary>False if all contrasts have one value: then nothing is known of how much they differ.</summary>
    public bool HasSpread { get; }

    /// <summary>New minus base; without ends where there are too few contrasts for so much confidence, or where they have no spread.</summary>
    public Interval At(double confidence)
    {
        if (contrasts.Length == 0) return new Interval(double.NaN, double.NaN, double.NaN);
        Interval centre = SignedRank.Correlated(contrasts, confidence);
        return HasSpread ? centre : new Interval(centre.Value, double.NaN, double.NaN);
    }

    /// <summary>Standard error of the centre; NaN where there are too few contrasts for an interval.</summary>
    public double Error => At(Gate.EquivalenceConfidence) is { Exists: true } usual
        ? (usual.High - usual.Low) / 2 / NormalDistribution.Standard.Quantile(0.5 + Gate.EquivalenceConfidence / 2)
        : double.NaN;

    /// <summary>How many more contrasts would decide, with four chances in five, if shift and spread are as they were estimated.</summary>
    /// <param name="margin">On the scale of the contrasts.</param>
    /// <param name="tests">Over how many verdicts the error rates are divided, beside the gate's own looks.</param>
    /// <returns>Null if no number that anybody would make does. With too few for any interval it is not known what would decide: then as many as one needs.</returns>
    public int? MoreUnits(Gate gate, double margin, int tests)
    {
        int least = SignedRank.LeastValues(1 - (1 - gate.Confidence) / tests);
        if (contrasts.Length < least) return least - contrasts.Length;
        double error = Error, shift = At(Gate.EquivalenceConfidence).Value;
        if (double.IsNaN(error) || !Decides(MostUnits)) return null;
        int fails = 0, decides = MostUnits;
        while (decides - fails > 1)
        {
            int middle = fails + (decides - fails) / 2;
            if (Decides(middle)) decides = middle;
            else fails = middle;
        }
        return decides;

        bool Decides(int more) => gate.Decides(shift, error * Math.Sqrt(contrasts.Length / (contrasts.Length + (double)more)), double.PositiveInfinity, margin, tests);
    }
}
