using Perfolizer.Mathematics.Distributions.ContinuousDistributions;

namespace ExitProf.Analysis;

/// <summary>
/// Contrasts of the two sides that were measured close to each other, new minus base, in the order of time: of quads, or of pairs of runs.
/// What drifts over longer than one of them has cancelled already; what neighbours still have in common widens the interval.
/// </summary>
internal sealed class PairedContrast : ISideContrast
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

    public bool HasSpread { get; }

    /// <summary>Made when it is first asked for: intervals of several confidences share it.</summary>
    private WalshAverages Averages => field ??= new WalshAverages(contrasts);

    private (int, double?)[] Neighbours => field ??= [(contrasts.Length, Autocorrelation.Raw(contrasts))];

    public string Method => HasSpread ? JudgedShift.ByPairs : contrasts.Length > 0 ? JudgedShift.BySigns : JudgedShift.None;

    /// <summary>What neighbouring contrasts have in common.</summary>
    public SerialWidening Widening(double confidence) => SerialWidening.Of(confidence, Neighbours);

    /// <summary>
    /// New minus base; without ends where there are too few contrasts for so much confidence. Contrasts that are all equal have an interval
    /// without width: whoever judges it adds the grain of the values.
    /// </summary>
    public Interval At(double confidence) =>
        contrasts.Length == 0
            ? new Interval(double.NaN, double.NaN, double.NaN)
            : Averages.At(confidence).Widened(Widening(confidence).Factor);

    /// <summary>Standard error of the centre; NaN where there are too few contrasts for an interval.</summary>
    public double Error => At(Gate.EquivalenceConfidence) is { Exists: true } usual
        ? (usual.High - usual.Low) / 2 / NormalDistribution.Standard.Quantile(0.5 + Gate.EquivalenceConfidence / 2)
        : double.NaN;

    /// <inheritdoc/>
    /// <remarks>With too few for any interval it is not known what would decide: then as many as one needs.</remarks>
    public MoreUnits? More(Gate gate, double margin, int tests)
    {
        int least = SignedRank.LeastValues(1 - (1 - gate.Confidence) / tests);
        if (contrasts.Length < least) return Both(least - contrasts.Length);
        double error = Error, shift = At(Gate.EquivalenceConfidence).Value;
        if (!(error > 0) || !Decides(MostUnits)) return null;
        int fails = 0, decides = MostUnits;
        while (decides - fails > 1)
        {
            int middle = fails + (decides - fails) / 2;
            if (Decides(middle)) decides = middle;
            else fails = middle;
        }
        return Both(decides);

        bool Decides(int more) =>
            gate.Decides(
                shift,
                error * Math.Sqrt(contrasts.Length / (contrasts.Length + (double)more)),
                double.PositiveInfinity,
                margin,
                tests
            );
        static MoreUnits Both(int more) => new(more, more);
    }
}
