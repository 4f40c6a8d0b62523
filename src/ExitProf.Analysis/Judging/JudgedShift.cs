namespace ExitProf.Analysis;

/// <summary>By how much the new side lies above the base, and what that comes to.</summary>
/// <param name="Base">Centre of the base: the median of its runs by ranks, Hodges-Lehmann's of blocks and pairs, else the mean (of
/// logarithms the geometric one).</param>
/// <param name="New">The base's centre moved by the shift, so that a reader who subtracts the two gets it.</param>
/// <param name="Absolute">New minus base in the unit of the values, at <paramref name="Confidence"/>.</param>
/// <param name="Percent">The same in percent of the base; NaN where the base is not above 0.</param>
/// <param name="Equivalence">In percent, at <paramref name="EquivalenceConfidence"/>.</param>
/// <param name="Confidence">NaN of values that are exact: their interval has no width.</param>
/// <param name="Verdict">Of the centre and of the tail together.</param>
/// <param name="ExceedsMargin">True if the whole interval lies beyond the margin.</param>
/// <param name="More">How many more units (runs of each side, quads) would decide; null if it is decided, or if nobody can tell.</param>
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
    MoreUnits? More)
{
    public const string ByRanks = "hodges-lehmann";
    public const string ByWelch = "welch-log";
    public const string ByStudent = "student-log";
    public const string ByPlainWelch = "welch";
    public const string ByPlainStudent = "student";
    public const string ByPermutation = "permutation";
    public const string ByPairs = "hodges-lehmann-signed-rank";
    public const string BySigns = "signs";
    public const string Exactly = "exact";
    public const string None = "none";

    /// <summary>What boots of one side differ by without any difference of the code; NaN of anything but exact counts of several
    /// boots.</summary>
    public double BootNoise { get; init; } = double.NaN;

    /// <summary>True of a shift that boots of one side have too.</summary>
    public bool IsBootNoise => Absolute.Value != 0 && Math.Abs(Absolute.Value) <= BootNoise;

    /// <summary>Below this a shift counts as none, in the unit of the values; NaN if nobody said.</summary>
    public double Margin { get; init; } = double.NaN;

    /// <summary>
    /// True if a percentage has no meaning: then <see cref="Percent"/> is absent and <see cref="Equivalence"/> is in the unit of the
    /// values.
    /// </summary>
    public bool InAmounts { get; init; }

    /// <summary>The verdict on the centre alone.</summary>
    public Verdict Centre { get; init; } = Verdict;

    /// <summary>Null where no tail is looked for: of stages, of exact values, and where nothing is to be concluded.</summary>
    public JudgedTail? Tail { get; init; }

    /// <summary>True if what makes the verdict is the tail.</summary>
    public bool DecidedByTail { get; init; }

    /// <summary>What all runs of a side cost on the average, where their tail decides; null of anything else.</summary>
    public ComparedMeans? Means { get; init; }

    /// <summary>"centre", "tail" or "exact".</summary>
    public string DecidedBy => Method == Exactly ? "exact" : DecidedByTail ? "tail" : "centre";

    /// <summary>Two-sided chance of the permutation test; NaN where another method decides.</summary>
    public double Chance { get; init; } = double.NaN;

    /// <summary>More units of the side that needs the most.</summary>
    public int? MoreRuns => More?.Most;

    /// <summary>
    /// The verdict with that on the tail: whichever is worse decides. A tail that went away makes a row better whose centre is the same.
    /// Where a tail is seen that the order of the runs may explain, the row is not called the same.
    /// </summary>
    public JudgedShift With(JudgedTail? tail)
    {
        if (tail is null) return this;
        (Verdict verdict, bool byTail) = (Centre, tail.Verdict) switch
        {
            (Verdict.Worse, _) => (Verdict.Worse, false),
            (_, Verdict.Worse) => (Verdict.Worse, true),
            (Verdict.Same, Verdict.Better) => (Verdict.Better, true),
            (Verdict.Same, Verdict.CannotTell) when tail.Doubtful => (Verdict.CannotTell, true),
            _ => (Centre, false),
        };
        return this with { Tail = tail, Verdict = verdict, DecidedByTail = byTail, More = verdict == Verdict.CannotTell ? More : null };
    }

    /// <summary>The same with the means of the runs, if it is their tail that decides: a centre does not see what a tail costs.</summary>
    public JudgedShift WithMeans(double[] first, double[] second) =>
        DecidedByTail ? this with { Means = ComparedMeans.Of(first, second, Confidence) } : this;

    /// <summary>A total with the tail of its runs.</summary>
    /// <inheritdoc cref="OfRuns"/>
    public static JudgedShift OfTotal(
        Gate gate,
        double[] first,
        double[] second,
        double narrowest,
        bool reliable = true,
        bool ordered = false
    )
    {
        RunContrast contrast = Contrast(gate, first, second, ordered);
        JudgedShift centre = CentreOf(gate, contrast, first, narrowest, reliable);
        if (!reliable || !centre.Absolute.Exists) return centre;
        return centre.With(RunTail.Of(gate, first, second, contrast)).WithMeans(first, second);
    }

    /// <summary>
    /// The centre of a total: its runs are compared as logarithms, because what changes a duration multiplies it. Where a value is not
    /// above 0, as they are.
    /// </summary>
    /// <param name="first">Runs of the base.</param>
    /// <param name="second">Runs of the new side.</param>
    /// <param name="narrowest">No interval is narrower, in the unit of the values: the clock's grain allows no more.</param>
    /// <param name="reliable">False if the runs are not to be relied on: then nothing is concluded from them.</param>
    /// <param name="ordered">True if the runs of each side are in the order in which they were made, one side after the other.</param>
    public static JudgedShift OfRuns(
        Gate gate,
        double[] first,
        double[] second,
        double narrowest,
        bool reliable = true,
        bool ordered = false
    ) => CentreOf(gate, Contrast(gate, first, second, ordered), first, narrowest, reliable);

    private static JudgedShift CentreOf(Gate gate, RunContrast contrast, double[] first, double narrowest, bool reliable)
    {
        double centre =
            contrast.ByRanks || contrast.ByPermutation ? Median.Of(first)
            : contrast.OfLogarithms ? Math.Exp(first.Average(v => Math.Log(v)))
            : first.Average();
        var scale = new ShiftScale(
            contrast.OfLogarithms,
            centre,
            contrast.OfLogarithms ? gate.Margin.AmountOf(centre) : gate.Margin.Amount,
            contrast.HasSpread ? narrowest : 2 * narrowest
        );
        JudgedShift judged = ShiftJudgement.Of(gate, contrast, scale, 1, reliable);
        return judged with { Chance = contrast.ByPermutation ? contrast.PermutationChance : double.NaN };
    }

    internal static RunContrast Contrast(Gate gate, double[] first, double[] second, bool ordered) => first.Concat(second).All(v => v > 0)
        ? new RunContrast(Logarithms(first), Logarithms(second), gate.Confidence, ordered, gate.Modes) { OfLogarithms = true }
        : new RunContrast(first, second, gate.Confidence, ordered, gate.Modes);

    /// <summary>A total of sides that were measured in turn: what is judged are the contrasts of neighbours.</summary>
    /// <param name="contrasts">Of logarithms, new minus base, in the order of time.</param>
    /// <param name="first">What the base's values were, for its centre.</param>
    /// <param name="narrowest">No interval is narrower, in the unit of the values.</param>
    /// <param name="reliable">False if the values are not to be relied on: then nothing is concluded from them.</param>
    /// <param name="grain">The grain of a single value: contrasts that are all equal are known no better.</param>
    public static JudgedShift OfPairs(
        Gate gate,
        double[] contrasts,
        double[] first,
        double narrowest,
        bool reliable = true,
        double grain = 0,
        bool logarithms = true
    )
    {
        double centre = first.Length == 0 ? double.NaN : new WalshAverages(first).Median;
        var pairs = new PairedContrast(contrasts);
        return ShiftJudgement.Of(
            gate,
            pairs,
            new ShiftScale(
                logarithms,
                centre,
                logarithms ? gate.Margin.AmountOf(centre) : gate.Margin.Amount,
                pairs.HasSpread ? narrowest : Math.Max(narrowest, 2 * grain)
            ),
            1,
            reliable
        );
    }

    /// <summary>
    /// A stage: compared in the unit of its figures, because a stage without its probes may be nothing. Its margin is no less than the
    /// clock's grain and a thousandth of the total; both error rates are divided by the number of stages (Bonferroni).
    /// </summary>
    /// <param name="grain">Of the clock, in the unit of the figures.</param>
    /// <param name="total">Centre of the base's total.</param>
    /// <param name="stages">How many are judged together.</param>
    public static JudgedShift OfStage(
        Gate gate,
        double[] first,
        double[] second,
        double narrowest,
        double grain,
        double total,
        int stages,
        bool reliable,
        bool ordered = false
    )
    {
        var runs = new RunContrast(first, second, 1 - (1 - gate.StageConfidence) / stages, ordered, gate.Modes);
        double centre = runs.ByRanks || runs.ByPermutation ? Median.Of(first) : first.Average();
        return ShiftJudgement.Of(
            gate,
            runs,
            new ShiftScale(false, centre, ShiftScale.StageMargin(gate, centre, grain, total), narrowest),
            stages,
            reliable,
            stage: true
        );
    }

    /// <summary>The same of contrasts, in the order of time.</summary>
    /// <inheritdoc cref="OfStage"/>
    public static JudgedShift OfStagePairs(
        Gate gate,
        double[] contrasts,
        double[] first,
        double narrowest,
        double grain,
        double total,
        int stages,
        bool reliable
    )
    {
        double centre = first.Length == 0 ? double.NaN : new WalshAverages(first).Median;
        return ShiftJudgement.Of(
            gate,
            new PairedContrast(contrasts),
            new ShiftScale(false, centre, ShiftScale.StageMargin(gate, centre, grain, total), narrowest),
            stages,
            reliable,
            stage: true
        );
    }

    /// <summary>
    /// Values that are a measurement without spread, because somebody says so or because they are counts of instructions: one of each side
    /// is enough, and the difference is the difference.
    /// </summary>
    public static JudgedShift OfExact(Gate gate, double first, double second) =>
        Exact(gate, first, second, second - first, double.NaN);

    /// <summary>
    /// Counts of instructions. Code runs whole ones, so a shift is a whole number, also where what was taken off both sides is none: 0 is
    /// never a difference.
    /// </summary>
    /// <param name="noise">A shift of no more than this is none; NaN if that is not known.</param>
    public static JudgedShift OfInstructions(Gate gate, double first, double second, double noise)
    {
        // Of half an instruction less than none, rounding makes a zero that has a sign.
        double shift = Math.Round(second - first) + 0.0;
        return Exact(gate, first, first + shift, shift, noise);
    }

    private static JudgedShift Exact(Gate gate, double first, double second, double shift, double noise)
    {
        double margin = Math.Max(gate.Margin.AmountOf(first), double.IsNaN(noise) ? 0 : noise);
        var absolute = new Interval(shift, shift, shift);
        Interval percent = absolute.Map(s => first > 0 ? s / first * 100 : double.NaN);
        bool inAmounts = !(first > 0);
        Verdict verdict = gate.Judge(absolute, absolute, margin);
        return new JudgedShift(
            Exactly,
            first,
            second,
            absolute,
            percent,
            inAmounts ? absolute : percent,
            double.NaN,
            double.NaN,
            verdict,
            Math.Abs(shift) > margin,
            null
        )
        {
            Margin = margin,
            InAmounts = inAmounts,
            BootNoise = noise,
        };
    }

    private static double[] Logarithms(double[] values) => [.. values.Select(v => Math.Log(v))];
}
