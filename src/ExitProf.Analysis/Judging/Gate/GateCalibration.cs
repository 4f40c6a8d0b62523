using ExitProf.Traces;
using Perfolizer.Mathematics.Distributions.ContinuousDistributions;

namespace ExitProf.Analysis;

/// <summary>
/// What comparing a configuration with itself tells of the gate on one host: how often it gives a false alarm, and how small a change it
/// sees.
/// </summary>
/// <param name="Settings">"device-delay=0, …".</param>
/// <param name="Alpha">Share of false alarms that the intervals promise.</param>
/// <param name="WindowQuads">Consecutive quads of a window.</param>
/// <param name="Windows">Contiguous windows, none of which shares a quad with another.</param>
/// <param name="Excluding">Windows whose interval does not hold 0.</param>
/// <param name="QuadError">Standard error of a single quad's contrast, as a share of the total.</param>
public sealed record GateCalibration(
    DateTime Utc,
    string Cpu,
    string Kernel,
    string Backend,
    string Scenario,
    string Settings,
    double Alpha,
    int WindowQuads,
    int Windows,
    int Excluding,
    double QuadError,
    double SecondsPerQuad
)
{
    public const int UsualWindowQuads = 20;

    /// <summary>So seldom may chance give more windows, if the intervals keep their promise.</summary>
    private const double TooMany = 0.005;

    /// <summary>
    /// So seldom may chance give fewer. Ranks come in steps and the widening by autocorrelation only widens, so intervals of a few quads
    /// are a little too wide.
    /// </summary>
    private const double TooFew = 0.0001;

    /// <summary>Chance with which <see cref="SmallestChange"/> is seen.</summary>
    private const double Power = 0.8;

    public double FalseAlarms => Excluding / (double)Windows;

    /// <summary>
    /// Whether the count of windows goes with alpha: neither a gate that fires too often, nor one that never does. With 1,000 windows and 1
    /// %: 1 to 19.
    /// </summary>
    public bool Good => 1 - Binomial(Excluding - 1) >= TooMany && Binomial(Excluding) >= TooFew;

    /// <summary>
    /// As a share of the total: seen (the interval at 1 − alpha lies beyond 0) in four of five comparisons of this length.
    /// </summary>
    public double SmallestChange(double seconds) =>
        QuadError / Math.Sqrt(seconds / SecondsPerQuad)
        * (NormalDistribution.Standard.Quantile(1 - Alpha / 2)
            + NormalDistribution.Standard.Quantile(Power));

    /// <summary>How many quads decide about sides that are alike, before the first of them is made; null if no number does.</summary>
    /// <param name="margin">As a share of the total.</param>
    public int? Quads(Gate gate, double margin)
    {
        const int Most = 100_000_000;
        for (int quads = SignedRank.LeastValues(gate.Confidence); quads < Most; quads = quads * 5 / 4 + 1)
        {
            if (gate.Decides(0, QuadError / Math.Sqrt(quads), double.PositiveInfinity, Math.Log(1 + margin))) return quads;
        }
        return null;
    }

    /// <summary>
    /// The comparison with what this tells of it: whether its gate is to be trusted, and what would decide where it has too few quads to
    /// say.
    /// </summary>
    public ComparisonSummary Of(ComparisonSummary comparison)
    {
        string said = $"{Utc:yyyy-MM-dd} with {Scenario}: {Excluding:N0} of {Windows:N0} windows of alike sides excluded 0 at {Alpha:P1}";
        Finding finding = Good
            ? FindingKind.Calibrated.Of(
                Windows,
                $"The gate was calibrated on this host on {said}; in 10 s it sees a change of {SmallestChange(10):P2} in four of five comparisons."
            )
            : FindingKind.BadlyCalibrated.Of(
                Excluding,
                $"On this host the gate does not keep its error rate, as calibrated on {said}: do not rely on better and worse."
            );
        MoreUnits? more = comparison.More;
        if (
            comparison.Rows is [{ Total: { Verdict: Verdict.CannotTell, Method: JudgedShift.None } total } row]
            && more != null
            && Quads(comparison.Gate, comparison.Gate.Margin.ShareOf(total.Base)) is { } quads
        )
        {
            more = more.Value.And(new MoreUnits(quads - row.BaseRuns, quads - row.BaseRuns));
        }
        return comparison with
        {
            Calibration = this,
            More = more,
            SecondsPerUnit = double.IsFinite(comparison.SecondsPerUnit) ? comparison.SecondsPerUnit : SecondsPerQuad,
            Findings = [.. comparison.Findings, finding],
        };
    }

    /// <summary>P(X ≤ count) of the windows that exclude 0 by chance.</summary>
    private double Binomial(int count)
    {
        double log = Windows * Math.Log(1 - Alpha), sum = 0;
        for (int i = 0; i <= count; i++)
        {
            sum += Math.Exp(log);
            log += Math.Log((Windows - i) / (i + 1.0) * Alpha / (1 - Alpha));
        }
        return Math.Min(sum, 1);
    }
}
