using System.Collections.Immutable;
using Perfolizer.Mathematics.Distributions.ContinuousDistributions;

namespace ExitProf.Analysis;

/// <summary>Which verdict makes a gate fail.</summary>
public enum FailOn
{
    Nothing,
    Worse,

    /// <summary>Worse too.</summary>
    CannotTell,
}

/// <summary>The margins of one scenario, of one configuration of it, or of one metric.</summary>
/// <param name="Name">"pio-out", "pio-out devices=100", "vmcall".</param>
/// <param name="Margin">Of the total; null leaves it as it is.</param>
/// <param name="Stages">By the stage's name.</param>
public sealed record MarginRule(string Name, Margin? Margin, ImmutableSortedDictionary<string, Margin> Stages)
{
    /// <summary>Which way a metric gets better; null leaves it as it is.</summary>
    public Better? Better { get; init; }
}

/// <summary>The rule of the verdict, by intervals alone.</summary>
/// <param name="Alpha">
/// Share of false alarms that is put up with. The centre of the runs and their tail share it: either may call a row better or worse.
/// </param>
public sealed record Gate(Margin Margin, double Alpha, bool HigherIsBetter)
{
    /// <summary>
    /// The confidence of the interval that has to lie inside the margin: two one-sided tests at 5 % each (Schuirmann, J. Pharmacokin.
    /// Biopharm. 15, 1987).
    /// </summary>
    public const double EquivalenceConfidence = 0.90;

    /// <summary>The shares of alpha. A tail is rare and takes more runs to be seen, so that it gets the larger part.</summary>
    public const double CentreShare = 0.4;

    private const double TailShare = 0.6;

    /// <summary>Chance with which the units that <see cref="Decides"/> asks for decide.</summary>
    private const double Power = 0.80;

    public static readonly Gate Usual = new(Margin.OfShare(0.02), 0.01, HigherIsBetter: false);

    /// <summary>
    /// How often the data are looked at while they grow, with the choice to stop: each look has its part of both error rates.
    /// </summary>
    public int Looks { get; init; } = 1;

    /// <summary>The confidence of the centre's interval that has to lie beyond 0.</summary>
    public double Confidence => 1 - CentreShare * Alpha / Looks;

    /// <summary>How often a tail may be seen where there is none, both directions together.</summary>
    public double TailAlpha => TailShare * Alpha / Looks;

    /// <summary>
    /// The confidence of a stage's interval, before the error rate is divided over the stages. Stages have no tail of their own.
    /// </summary>
    public double StageConfidence => 1 - Alpha / Looks;

    /// <summary>The confidence of the interval that has to lie inside the margin.</summary>
    public double SameConfidence => 1 - (1 - EquivalenceConfidence) / Looks;

    public FailOn FailOn { get; init; }

    /// <summary>On each side, of a gate that can fail: runs in two modes give 8 % and 3 % false alarms at two and three a side.</summary>
    public const int LeastRunsThatFail = 4;

    /// <summary>How many runs each side has to have for a verdict.</summary>
    public int LeastRuns { get; init; } = RunContrast.LeastRuns;

    /// <summary>True if somebody asked for a number of runs, who then knows that they have one mode.</summary>
    public bool OneMode { get; init; }

    /// <summary>How often runs of two modes may look like a shift. Stages and metrics do not share it: modes are of whole runs.</summary>
    public double Modes => OneMode ? 1 : Alpha;

    /// <summary>The margins of stages that have one of their own; the gate looks only at these and at the total.</summary>
    public ImmutableSortedDictionary<string, Margin> StageMargins { get; init; } = ImmutableSortedDictionary<string, Margin>.Empty;

    /// <summary>What is different for some scenarios.</summary>
    public ImmutableArray<MarginRule> Rules { get; init; } = [];

    /// <summary>The gate of one row: a rule for the configuration goes before one for its scenario.</summary>
    /// <param name="name">Of the row: "pio-out devices=100".</param>
    public Gate For(string scenario, string name)
    {
        Gate gate = this;
        foreach (string key in (string[])[scenario, .. name == scenario ? (string[])[] : [name]])
        {
            if (Rules.FirstOrDefault(r => r.Name == key) is not { } rule) continue;
            gate = gate with { Margin = rule.Margin ?? gate.Margin, StageMargins = gate.StageMargins.SetItems(rule.Stages) };
        }
        return gate;
    }

    /// <summary>The same with its amounts in the unit of what is judged.</summary>
    /// <param name="what">Is judged, for the message.</param>
    /// <exception cref="InputException">A margin is an amount of something else.</exception>
    public Gate In(string unit, string what) =>
        this with
        {
            Margin = Margin.In(unit, what),
            StageMargins = StageMargins.ToImmutableSortedDictionary(
                m => m.Key,
                m => m.Value.In(unit, $"{m.Key} of {what}"),
                StringComparer.Ordinal
            ),
        };

    /// <summary>Which way a rule says that a metric gets better; null if none does.</summary>
    public Better? DirectionOf(string name) => Rules.FirstOrDefault(r => r.Name == name)?.Better;

    public bool Gates(string stage) => StageMargins.ContainsKey(stage);

    /// <summary>The rule by which a stage is judged.</summary>
    public Gate ForStage(string stage) => StageMargins.TryGetValue(stage, out Margin own) ? this with { Margin = own } : this;

    public bool Fails(Verdict verdict) => verdict switch
    {
        Verdict.Worse => FailOn != FailOn.Nothing,
        Verdict.CannotTell => FailOn == FailOn.CannotTell,
        _ => false,
    };

    /// <param name="equivalence">New minus base, at <see cref="SameConfidence"/>.</param>
    /// <param name="shift">New minus base, at <see cref="Confidence"/>.</param>
    /// <param name="margin">On the scale of the two.</param>
    /// <returns>Nobody can tell without both intervals: of too few units the one of 90 % comes first.</returns>
    public Verdict Judge(Interval equivalence, Interval shift, double margin)
    {
        if (!equivalence.Exists || !shift.Exists) return Verdict.CannotTell;
        if (equivalence.Inside(margin)) return Verdict.Same;
        if (shift.Above(0)) return HigherIsBetter ? Verdict.Better : Verdict.Worse;
        if (shift.Below(0)) return HigherIsBetter ? Verdict.Worse : Verdict.Better;
        return Verdict.CannotTell;
    }

    /// <summary>Whether so exact an estimate would decide in four of five cases, if the shift is as it was estimated.</summary>
    /// <param name="error">Standard error of the estimate.</param>
    /// <param name="freedom">Degrees of freedom of the error; infinite if it counts as known.</param>
    /// <param name="tests">Over how many verdicts the error rates are divided.</param>
    public bool Decides(double shift, double error, double freedom, double margin, int tests = 1)
    {
        double near = (margin - Math.Abs(shift)) / error, far = (margin + Math.Abs(shift)) / error;
        double within = Quantile(1 - (1 - SameConfidence) / 2 / tests, freedom);
        // The estimate must stay clear of both ends of the margin.
        double same = NormalDistribution.Standard.Cdf(near - within) + NormalDistribution.Standard.Cdf(far - within) - 1;
        double different = NormalDistribution.Standard.Cdf(Math.Abs(shift) / error - Quantile(1 - (1 - Confidence) / 2 / tests, freedom));
        return Math.Max(same, different) >= Power;
    }

    private static double Quantile(double share, double freedom) => double.IsFinite(freedom)
        ? new StudentDistribution(freedom).Quantile(share)
        : NormalDistribution.Standard.Quantile(share);
}
