namespace ExitProf.Analysis;

/// <summary>By how much the new side lies above the base, and what that comes to.</summary>
/// <param name="Base">Centre of the base's runs: Hodges-Lehmann's by ranks, else the geometric mean, so that it fits the shift.</param>
/// <param name="New">Centre of the new side.</param>
/// <param name="Absolute">New minus base in the unit of the values, at <paramref name="Confidence"/>.</param>
/// <param name="Percent">The same in percent of the base.</param>
/// <param name="Equivalence">In percent, at <paramref name="EquivalenceConfidence"/>.</param>
/// <param name="ExceedsMargin">True if the whole interval lies beyond the margin.</param>
/// <param name="MoreRuns">How many more units (runs on each side, quads) would decide; null if it is decided, or if nobody can tell.</param>
public sealed record JudgedShift(
    string Method,
    double Base,
    double New,
    Interval Absolute,
    Interval Percent,
    Interval Equivalence,
    double Confidence,
    double EquivalenceConfidence,
    Verdict Verdict,
    bool ExceedsMargin,
    int? MoreRuns)
{
    /// <summary>Below this a shift counts as none, in the unit of the values; NaN if nobody said.</summary>
    public double Margin { get; init; } = double.NaN;

    /// <summary>True if a percentage has no meaning: then <see cref="Percent"/> is absent and <see cref="Equivalence"/> is in the unit of the values.</summary>
    public bool InAmounts { get; init; }

    public const string ByRanks = "hodges-lehmann";
    public const string ByWelch = "welch-log";
    public const string ByPlainWelch = "welch";
    public const string ByPairs = "hodges-lehmann-signed-rank";
    public const string None = "none";

    /// <summary>A total: its runs are compared as logarithms, because what changes a duration multiplies it.</summary>
    /// <param name="first">Runs of the base, all above 0.</param>
    /// <param name="second">Runs of the new side, all above 0.</param>
    /// <param name="narrowest">No interval is narrower, in the unit of the values: the clock's grain allows no more.</param>
    /// <param name="reliable">False if the runs are not to be relied on: then nothing is concluded from them.</param>
    public static JudgedShift OfTotal(Gate gate, double[] first, double[] second, double narrowest, bool reliable = true)
    {
        var logs = new RunContrast([.. first.Select(v => Math.Log(v))], [.. second.Select(v => Math.Log(v))]);
        double centre = Centre(first, logs.ByRanks);
        double margin = gate.Margin.ShareOf(centre);
        Interval shift = Share(gate.Confidence), equivalence = Share(gate.SameConfidence);
        Verdict verdict = reliable ? gate.Judge(equivalence, shift, margin) : Verdict.CannotTell;
        // By ranks each side's differences have the order of their logarithms' where they pass 0, so both scales agree on which side of it the interval lies.
        Interval absolute = logs is { ByRanks: true, HasInterval: true }
            ? RankShift.Between(first, second, gate.Confidence).AtLeast(narrowest)
            : shift.Map(s => s * centre);
        return new JudgedShift(
            !logs.HasInterval ? None : logs.ByRanks ? ByRanks : ByWelch,
            centre,
            Centre(second, logs.ByRanks),
            absolute,
            shift.Map(InPercent),
            equivalence.Map(InPercent),
            gate.Confidence,
            gate.SameConfidence,
            verdict,
            reliable && (shift.Above(margin) || shift.Below(-margin)),
            verdict == Verdict.CannotTell && reliable ? logs.MoreRuns(gate, Math.Log(1 + margin), tests: 1) : null)
        {
            Margin = margin * centre,
        };

        Interval Share(double confidence) => logs.At(confidence).Map(s => Math.Exp(s) - 1).AtLeast(narrowest / centre);
    }

    /// <summary>A total of sides that were measured in turn: what is judged are the contrasts of neighbours.</summary>
    /// <param name="contrasts">Of logarithms, new minus base, in the order of time.</param>
    /// <param name="first">What the base's values were, for its centre.</param>
    /// <param name="second">Of the new side.</param>
    /// <param name="narrowest">No interval is narrower, in the unit of the values.</param>
    /// <param name="reliable">False if the values are not to be relied on: then nothing is concluded from them.</param>
    public static JudgedShift OfPairs(Gate gate, double[] contrasts, double[] first, double[] second, double narrowest, bool reliable = true)
    {
        var pairs = new PairedContrast(contrasts);
        double centre = CentreOf(first);
        double margin = gate.Margin.ShareOf(centre);
        Interval shift = Share(gate.Confidence), equivalence = Share(gate.SameConfidence);
        Verdict verdict = reliable ? gate.Judge(equivalence, shift, margin) : Verdict.CannotTell;
        return new JudgedShift(
            shift.Exists ? ByPairs : None,
            centre,
            CentreOf(second),
            shift.Map(s => s * centre),
            shift.Map(InPercent),
            equivalence.Map(InPercent),
            gate.Confidence,
            gate.SameConfidence,
            verdict,
            reliable && (shift.Above(margin) || shift.Below(-margin)),
            verdict == Verdict.CannotTell && reliable ? pairs.MoreUnits(gate, Math.Log(1 + margin), tests: 1) : null)
        {
            Margin = margin * centre,
        };

        Interval Share(double confidence) => pairs.At(confidence).Map(s => Math.Exp(s) - 1).AtLeast(narrowest / centre);
    }

    /// <summary>The share of the total below which a stage's shift counts as none.</summary>
    private const double LeastShareOfTotal = 0.001;

    /// <summary>
    /// A stage: compared in the unit of its figures, because a stage without its probes may be nothing. Its margin is no less than the clock's grain
    /// and a thousandth of the total; both error rates are divided by the number of stages (Bonferroni).
    /// </summary>
    /// <param name="grain">Of the clock, in the unit of the figures.</param>
    /// <param name="total">Centre of the base's total.</param>
    /// <param name="stages">How many are judged together.</param>
    public static JudgedShift OfStage(Gate gate, double[] first, double[] second, double narrowest, double grain, double total, int stages, bool reliable)
    {
        var runs = new RunContrast(first, second);
        double centre = PlainCentre(first, runs.ByRanks);
        double margin = StageMargin(gate, centre, grain, total);
        double confidence = 1 - (1 - gate.Confidence) / stages, looser = 1 - (1 - gate.SameConfidence) / stages;
        Interval shift = runs.At(confidence).AtLeast(narrowest), equivalence = runs.At(looser).AtLeast(narrowest);
        Verdict verdict = reliable ? gate.Judge(equivalence, shift, margin) : Verdict.CannotTell;
        return new JudgedShift(
            !runs.HasInterval ? None : runs.ByRanks ? ByRanks : ByPlainWelch,
            centre,
            PlainCentre(second, runs.ByRanks),
            shift,
            shift.Map(Share),
            equivalence.Map(Share),
            confidence,
            looser,
            verdict,
            reliable && (shift.Above(margin) || shift.Below(-margin)),
            verdict == Verdict.CannotTell && reliable ? runs.MoreRuns(gate, margin, stages) : null)
        {
            Margin = margin,
        };

        double Share(double cycles) => centre > 0 ? InPercent(cycles / centre) : double.NaN;
    }

    /// <summary>The same of contrasts, in the order of time.</summary>
    /// <inheritdoc cref="OfStage"/>
    public static JudgedShift OfStagePairs(
        Gate gate, double[] contrasts, double[] first, double[] second, double narrowest, double grain, double total, int stages, bool reliable)
    {
        var pairs = new PairedContrast(contrasts);
        double centre = CentreOf(first);
        double margin = StageMargin(gate, centre, grain, total);
        double confidence = 1 - (1 - gate.Confidence) / stages, looser = 1 - (1 - gate.SameConfidence) / stages;
        Interval shift = pairs.At(confidence).AtLeast(narrowest), equivalence = pairs.At(looser).AtLeast(narrowest);
        Verdict verdict = reliable ? gate.Judge(equivalence, shift, margin) : Verdict.CannotTell;
        return new JudgedShift(
            shift.Exists ? ByPairs : None,
            centre,
            CentreOf(second),
            shift,
            shift.Map(Share),
            equivalence.Map(Share),
            confidence,
            looser,
            verdict,
            reliable && (shift.Above(margin) || shift.Below(-margin)),
            verdict == Verdict.CannotTell && reliable ? pairs.MoreUnits(gate, margin, stages) : null)
        {
            Margin = margin,
        };

        double Share(double cycles) => centre > 0 ? InPercent(cycles / centre) : double.NaN;
    }

    private static double StageMargin(Gate gate, double centre, double grain, double total) =>
        Math.Max(gate.Margin.AmountOf(centre), Math.Max(grain, LeastShareOfTotal * total));

    private static double CentreOf(double[] values) => values.Length == 0 ? double.NaN : SignedRank.Centre(values, Gate.EquivalenceConfidence).Value;

    private static double PlainCentre(double[] values, bool byRanks) => byRanks ? SignedRank.Centre(values, Gate.EquivalenceConfidence).Value : values.Average();

    private static double Centre(double[] values, bool byRanks) =>
        byRanks ? SignedRank.Centre(values, Gate.EquivalenceConfidence).Value : Math.Exp(values.Average(v => Math.Log(v)));

    private static double InPercent(double share) => share * 100;
}
