using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>What runs alone cannot show, as findings.</summary>
internal static class RunFindings
{
    public static Finding NotInterleaved(int runs) => FindingKind.NotInterleaved.Of(runs,
        "The runs of the two sides were not interleaved: a drift of the machine between them looks like a shift. Record both sides in turn.");

    /// <summary>What has to be said of the runs of a row, and of how they were judged.</summary>
    /// <param name="ordered">True if the runs of each side are in the order in which they were made, one side after the other.</param>
    public static IEnumerable<Finding> OfRow(Gate gate, string name, double[] first, double[] second, JudgedShift judged, bool ordered)
    {
        int fewest = Math.Min(first.Length, second.Length);
        string where = Where(name);
        string runs = $"{first.Length} {(first.Length == 1 ? "run" : "runs")} of the base and {second.Length} of the new side";
        if (fewest < RunContrast.LeastRuns)
        {
            yield return FindingKind.TooFewRuns.Of(fewest,
                $"{where}{runs}: with fewer than {RunContrast.LeastRuns} a side nothing is known of how much runs differ, and no interval can be given.");
            yield break;
        }
        RunContrast contrast = JudgedShift.Contrast(gate, first, second, ordered);
        if (!contrast.HasSpread)
        {
            yield return contrast.HasInterval
                ? FindingKind.EqualValues.Of(fewest, judged.Absolute.Low == judged.Absolute.High
                    ? $"{where}All runs of each side have one value, and a count has no grain: the interval is the difference."
                    : $"{where}All runs of each side have one value: the interval is the grain of the values. --exact says that they are exact.")
                : FindingKind.NoSpread.Of(fewest,
                    $"{where}All runs of each side have one value, and {runs} are too few for a permutation test; --exact says that one value a side is enough.");
        }
        else if (first.AsSpan().SequenceEqual(second))
        {
            yield return SameData(where, first.Length);
            yield break;
        }
        else if (!contrast.ByRanks)
        {
            yield return FindingKind.FewRuns.Of(fewest,
                $"{where}{runs}: too few for ranks at {gate.Confidence:P2}. The intervals are {(contrast.Pooled ? "Student's" : "Welch's")} on logarithms, which take runs as log-normally distributed.");
        }
        if (contrast.UnequalSpread)
        {
            yield return FindingKind.UnequalSpread.Of(1,
                $"{where}{runs}, and the sides are spread differently: the interval is as wide as Welch's, which allows for that.");
        }
        if (contrast.Drifts)
        {
            yield return FindingKind.Drift.Of(1,
                $"{where}The runs of a side rise or fall all along (Mann-Kendall, p = {ChanceText.Of(contrast.DriftChance)}): a shift that such a trend explains is none. "
                + "Run both sides in turn: exitprof ab --a-run --b-run. If the numbers were sorted, give them in the order in which they were measured.");
        }
        else if (contrast.Widening.IsPlain)
        {
            yield return FindingKind.CorrelatedRuns.Of(1,
                $"{where}Runs resemble the runs before them: the intervals are {contrast.Widening.Factor:0.0} times as wide. Run both sides in turn: exitprof ab --a-run --b-run.");
        }
        else if (contrast.Widening.IsNoticeable)
        {
            yield return FindingKind.OrderNotJudged.Of(1,
                $"{where}{runs}: too few to tell whether runs resemble the runs before them. The intervals allow for it and are {contrast.Widening.Factor:0.0} times as wide; more runs, or runs in turn (exitprof ab --a-run --b-run), would narrow them.");
        }
        if (OfTail(name, judged) is { } tail) yield return tail;
        if (SecondMode(gate, where, first.Length, second.Length, contrast, judged) is { } modes) yield return modes;
        if (BestRuns(gate, where, first, second, contrast, judged) is { } best) yield return best;
        if (ShareOfNothing(gate, where, judged) is { } nothing) yield return nothing;
    }

    /// <summary>
    /// So few runs lie wholly apart by chance, if they come in two modes: they decide nothing, or somebody answers for it.
    /// </summary>
    private static Finding? SecondMode(Gate gate, string where, int a, int b, RunContrast contrast, JudgedShift judged)
    {
        if (contrast.ByRanks || contrast.ByPermutation) return null;
        double chance = TwoModes.Apart(a, b);
        if (chance <= gate.Alpha) return null;
        string often = $"in up to {chance:P1} of the cases",
            apart = $"{where}If runs come in two modes, {a} and {b} runs of sides that are alike lie wholly apart {often}";
        if (judged.Centre is Verdict.Worse or Verdict.Better)
            return FindingKind.SecondMode.Of(1, $"{apart}. {Gate.LeastRunsThatFail} runs a side tell (--least-runs {Gate.LeastRunsThatFail} asks for them).");
        return judged.Centre != Verdict.CannotTell || !contrast.DecidesOfOneMode ? null : FindingKind.SecondMode.Of(1,
            $"{apart}, so that they decide nothing. {Gate.LeastRunsThatFail} runs a side tell; --least-runs {Math.Min(a, b)} takes them as runs of one mode.");
    }

    /// <summary>Verdicts look at the worst runs only. A side with a faster mode, or with runs that did less, is called the same.</summary>
    private static Finding? BestRuns(Gate gate, string where, double[] first, double[] second, RunContrast contrast, JudgedShift judged)
    {
        if (judged is not { Verdict: Verdict.Same, Tail: { Method: JudgedTail.ByCount, Serial: false } }) return null;
        JudgedTail best = RunTail.Of(gate with { HigherIsBetter = !gate.HigherIsBetter }, first, second, contrast);
        return best.Verdict is not (Verdict.Worse or Verdict.Better) ? null : FindingKind.BestRuns.Of(1,
            $"{where}Among the best runs, {best.NewBeyond} are of the new side and {best.BaseBeyond} of the base "
            + $"(Fisher's exact test, p = {ChanceText.Of(best.Chance)}): "
            + "one side has a faster mode, or runs that did less. The verdict looks at the centre and at the worst runs.");
    }

    private static Finding? ShareOfNothing(Gate gate, string where, JudgedShift judged) =>
        judged is { InAmounts: true, Verdict: Verdict.CannotTell } && judged.Absolute.Exists && gate.Margin.Amount == 0
            ? FindingKind.ShareOfNothing.Of(1,
                $"{where}Not every value is above 0, and a share of that is no margin: give an amount (--margin 1ms), or --exact where a value is a count.")
            : null;

    /// <summary>The same of pairs.</summary>
    public static IEnumerable<Finding> OfPairs(Gate gate, string name, double[] first, double[] second, JudgedShift judged)
    {
        string where = Where(name);
        double[] contrasts = Contrasts(first, second);
        int least = SignedRank.LeastValues(gate.Confidence);
        if (contrasts.Length < least)
        {
            yield return FindingKind.TooFewRuns.Of(contrasts.Length,
                $"{where}{contrasts.Length} {(contrasts.Length == 1 ? "pair" : "pairs")} of runs: an interval of {gate.Confidence:P1} needs {least}.");
        }
        else if (!new PairedContrast(contrasts).HasSpread)
        {
            yield return FindingKind.EqualValues.Of(contrasts.Length, $"{where}All pairs of runs differ by the same: the interval is the grain of the values.");
        }
        if (OfTail(name, judged) is { } tail) yield return tail;
        if (ShareOfNothing(gate, where, judged) is { } nothing) yield return nothing;
    }

    /// <summary>Both sides are one set of numbers.</summary>
    public static Finding SameData(string where, int numbers) =>
        FindingKind.SameData.Of(numbers, $"{where}Both sides are the same {numbers} numbers in the same order: a copy is no second measurement.");

    /// <summary>That a row was called the same without a look at its tail, or that a tail may be something else.</summary>
    /// <returns>Null if there is nothing to say.</returns>
    public static Finding? OfTail(string name, JudgedShift judged)
    {
        if (judged.Tail is not { Verdict: Verdict.CannotTell } tail) return null;
        string where = Where(name);
        // Where the centre decides the same way the tail adds nothing to doubt.
        bool ofNew = tail.NewBeyond > tail.BaseBeyond;
        if (tail.Doubtful && judged.Verdict == (ofNew ? Verdict.Worse : Verdict.Better)) return null;
        if (tail.Doubtful)
        {
            return FindingKind.DoubtfulTail.Of(1, $"{where}The worst runs are of one side, but runs drift or resemble the runs before them: that may be all there is to it.");
        }
        if (judged.Verdict != Verdict.Same) return null;
        string more = tail.More is { } needs ? $" It takes {needs.Base:N0} more of the base and {needs.New:N0} more of the new side." : "";
        if (tail.Serial)
        {
            return FindingKind.TailNotJudged.Of(1, $"{where}The centre is the same. Runs drift or may resemble the runs before them, so that their tail cannot be judged: "
                + "run both sides in turn (exitprof ab --a-run --b-run).");
        }
        return FindingKind.TailNotJudged.Of(1, tail.Method == JudgedTail.ByQuantile
            ? $"{where}The centre is the same. Whether the slowest exits are cannot be decided: there are too few for an interval."
            : $"{where}The centre is the same. This number of runs finds a tail of a fifth of them in fewer than four cases of five.{more}");
    }

    /// <summary>New minus base, pair by pair: on logarithms where every value has one.</summary>
    public static double[] Contrasts(double[] first, double[] second) => HaveLogarithms(first, second)
        ? [.. first.Zip(second, (a, b) => Math.Log(b) - Math.Log(a))] : [.. first.Zip(second, (a, b) => b - a)];

    public static bool HaveLogarithms(double[] first, double[] second) => first.Concat(second).All(v => v > 0);

    /// <summary>
    /// True if, in the order in which they began, each two neighbouring runs (first and second, third and fourth …) are one of each side.
    /// </summary>
    public static bool Interleaved(IReadOnlyList<TraceSummary> first, IReadOnlyList<TraceSummary> second)
    {
        var runs = first.Select(t => (t.RecordedUtc, Base: true)).Concat(second.Select(t => (t.RecordedUtc, Base: false)));
        bool[] sides = [.. runs.OrderBy(r => r.RecordedUtc).Select(r => r.Base)];
        return sides.Length % 2 == 0 && sides.Chunk(2).All(pair => pair[0] != pair[1]) && sides.Length > 2;
    }

    /// <summary>What a trace's own findings mean for the comparison.</summary>
    public static IEnumerable<Finding> OfTraces(IEnumerable<TraceSummary> traces) =>
        traces.SelectMany(t => t.Findings.Where(f => f.Severity > Severity.Info).Select(f => f with { Text = $"{t.File}: {f.Text}" }));

    private static string Where(string name) => name.Length > 0 ? name + ": " : "";
}
