using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>What a comparison says in words and figures. Plain text: whoever prints it escapes it.</summary>
internal static class VerdictSentences
{
    private const string Minus = "\u2212";

    /// <summary>Digits behind the point that a figure is written with.</summary>
    private const int MostDecimals = 12;

    /// <summary>Comparisons or stages that a headline can name.</summary>
    private const int MostNamed = 3;

    /// <summary>A cost that could be so much higher is not known at all.</summary>
    internal const double MostPercent = 1000;

    /// <summary>The result in one sentence.</summary>
    public static string Sentence(ComparisonSummary c)
    {
        string verdict = Capital(c.Verdict.Words());
        string sides = $"{Files(c.New)} against {Files(c.Base)}";
        if (c.Rows.IsEmpty) return $"{verdict}: {sides}: nothing was compared.";
        if (c.Rows is not [var row])
        {
            string counts = string.Join(
                ", ",
                c.Rows.GroupBy(r => r.Total.Verdict)
                    .OrderByDescending(g => g.Key)
                    .Select(g => $"{g.Count()} {g.Key.Words()}{Which(g.Key, [.. g])}")
            );
            string deciding = Deciding(c) is var (of, stage) ? $"; {stage.Name} of {Name(of)} is {stage.Shift!.Verdict.Words()}" : "";
            return $"{verdict}: {sides}, {c.Rows.Length} comparisons: {counts}{deciding}.";
        }
        JudgedShift t = row.Total;
        string name = row.Name.Length > 0 ? row.Name + ", " : "";
        string total = Shift(row, t) + (t.DecidedByTail ? " in the centre; the tail decides" : "");
        if (Deciding(c) is not var (_, gated)) return $"{verdict}: {name}{sides}: {total}{Within(t)}{Moved(row)}.";
        JudgedShift s = gated.Shift!;
        string reach =
            IsExact(s) ? " (exact)"
            : s.Absolute.Exists
                ? $" ({Confidence(s.Confidence)} interval {Signed(s.Absolute.Low, row.Decimals)} to {Signed(s.Absolute.High, row.Decimals)})"
            : " (no interval)";
        return $"{verdict}: {gated.Name} of {name}{sides}: {Signed(s.Absolute.Value, row.Decimals)} {Unit(row)}{reach}; the total is {t.Verdict.Words()}, {total}.";
    }

    /// <summary>Says why a shift whose interval excludes 0 is the same all the same.</summary>
    private static string Within(JudgedShift t) =>
        t.Verdict == Verdict.Same && !IsExact(t) && t.Absolute.Exists && (t.Absolute.Low > 0 || t.Absolute.High < 0)
            ? ", within the margin"
            : "";

    /// <summary>"; userspace is worse: +1,855 cycles": the stages that moved, the largest shift first; empty if none is known to.</summary>
    private static string Moved(ComparedRow row)
    {
        if (Whole(row).Length > 0) return "";
        ComparedStage[] moved =
        [
            .. row.Stages.Where(s => s.Shift is { Verdict: Verdict.Worse or Verdict.Better, IsBootNoise: false })
                .OrderByDescending(s => Math.Abs(s.Shift!.Absolute.Value)),
        ];
        var named = moved.Take(MostNamed)
            .Select(s => $"{s.Name} is {s.Shift!.Verdict.Words()}: {Signed(s.Shift.Absolute.Value, row.Decimals)} {Unit(row)}");
        string more = moved.Length > MostNamed ? $"; {moved.Length - MostNamed} more stages moved" : "";
        return moved.Length == 0 ? "" : $"; {string.Join("; ", named)}{more}";
    }

    /// <summary>The shift of a total with its interval: in percent, or in the unit where a percentage has no meaning.</summary>
    public static string Shift(ComparedRow row, JudgedShift t)
    {
        if (IsExact(t)) return $"{Exact(row, t)}{Whole(row)}";
        if (t.InAmounts)
        {
            string unit = Unit(row) is { Length: > 0 } own ? own : "units";
            string reach = t.Absolute.Exists
                ? $"({Confidence(t.Confidence)} interval {Amounts(row, t.Absolute)} {unit})"
                : "(no interval)";
            return $"{Signed(t.Absolute.Value, row.Decimals)} {unit} {reach}";
        }
        return $"{Percent(t.Percent.Value)}{(t.Percent.Exists ? $" ({Confidence(t.Confidence)} interval {Range(t.Percent)})" : " (no interval)")}";
    }

    /// <summary>The interval of a total that has to lie beyond 0, for a table.</summary>
    private static string Strict(ComparedRow row) =>
        IsExact(row.Total) ? "exact"
        : row.Total.InAmounts ? Amounts(row, row.Total.Absolute)
        : Range(row.Total.Percent);

    /// <summary>The interval of a total that has to lie within the margin, for a table.</summary>
    private static string Loose(ComparedRow row) =>
        IsExact(row.Total) ? "exact"
        : row.Total.InAmounts ? Amounts(row, row.Total.Equivalence)
        : Range(row.Total.Equivalence);

    private static string Amounts(ComparedRow row, Interval amounts) =>
        amounts.Exists ? $"{Signed(amounts.Low, row.Decimals)} to {Signed(amounts.High, row.Decimals)}" : Figures.Absent;

    /// <summary>Where and when the sides were measured, as far as that is known.</summary>
    public static IEnumerable<(string Name, string Value)> Origins(ComparisonSummary c)
    {
        if (Origin(c.BaseOrigin) is { Length: > 0 } old) yield return ("base measured", old);
        if (Origin(c.NewOrigin) is { Length: > 0 } changed) yield return ("new measured", changed);
    }

    /// <summary>The same in one sentence; empty if nothing is known.</summary>
    public static string Measured(ComparisonSummary c) =>
        Origins(c).ToArray() switch
        {
            [] => "",
            [(_, var one), (_, var other)] when one == other => $"Both sides: {one}.",
            var sides => string.Join(
                " ",
                sides.Select(s =>
                    $"{(s.Name.StartsWith("base", StringComparison.Ordinal) ? $"Base ({Files(c.Base)})" : $"New ({Files(c.New)})")}: {s.Value}."
                )
            ),
        };

    private static string Origin(SideOrigin? origin) =>
        origin is null
            ? ""
            : string.Join(
                ", ",
                ((string[])[origin.Commit.Length > 0 ? "commit " + origin.Commit : "", origin.Host, origin.Date]).Where(p => p.Length > 0)
            );

    /// <summary>The first of several that are worse, by name: nobody looks for them in a long table.</summary>
    private static string Which(Verdict verdict, ComparedRow[] rows) => verdict != Verdict.Worse ? ""
        : $" ({string.Join(", ", rows.Take(MostNamed).Select(Name))}{(rows.Length > MostNamed ? " …" : "")})";

    /// <summary>The stage that a gate looks at and that makes the verdict; null where a total does.</summary>
    private static (ComparedRow Row, ComparedStage Stage)? Deciding(ComparisonSummary c)
    {
        if (c.Rows.Any(r => r.Total.Verdict == c.Verdict)) return null;
        foreach (ComparedRow row in c.Rows)
        {
            if (row.Stages.FirstOrDefault(s => s is { Gated: true, Shift: not null } && s.Shift.Verdict == c.Verdict) is { } stage)
                return (row, stage);
        }
        return null;
    }

    /// <summary>True of what has no spread, and so no interval.</summary>
    public static bool IsExact(JudgedShift shift) => shift.Method == JudgedShift.Exactly;

    /// <summary>True of a comparison that has no interval at all.</summary>
    public static bool IsExact(ComparisonSummary c) => !c.Rows.IsEmpty && c.Rows.All(r => IsExact(r.Total));

    /// <summary>"+53 instructions (3,020 -> 3,073)".</summary>
    private static string Exact(ComparedRow row, JudgedShift t)
    {
        string unit = Unit(row) is { Length: > 0 } word ? " " + word : "", noise = t.IsBootNoise ? $", within boot noise ±{t.BootNoise:#,0.##}" : "";
        return $"{Signed(t.Absolute.Value, row.Decimals)}{unit} ({Value(row, t.Base)} -> {Value(row, t.New)}){noise}";
    }

    /// <summary>", all in pio-search" where a single stage has moved, and by as much as the total; else empty.</summary>
    private static string Whole(ComparedRow row)
    {
        ComparedStage[] moved = [.. row.Stages.Where(s => s.Shift is { Absolute.Value: not 0, IsBootNoise: false })];
        return moved is [var only] && only.Shift!.Absolute.Value == row.Total.Absolute.Value ? $", all in {only.Name}" : "";
    }

    /// <summary>How the verdicts come about.</summary>
    public static string Rule(ComparisonSummary c)
    {
        string direction = c.Rows.Select(r => r.HigherIsBetter).Distinct().Skip(1).Any() ? "which way is better is each metric's own"
            : c.Gate.HigherIsBetter ? "higher is better" : "higher is worse";
        if (IsExact(c)) return $"New minus base; {direction}. Same: no more than {ExactMargin(c.Gate.Margin)} apart; else better or worse.";
        return $"New minus base; {direction}. Same: the {Confidence(c.Gate.SameConfidence)} interval lies within {MarginText(c.Gate.Margin)}; "
            + $"else better or worse: the {Confidence(c.Gate.Confidence)} interval lies beyond 0; else cannot tell. "
            + "A worse tail makes any row worse, a better one a row that is the same. " + FalseAlarms(c.Gate);
    }

    /// <summary>Where the odd number of the interval comes from.</summary>
    private static string FalseAlarms(Gate gate) =>
        $"False alarms: at most {Math.Round(gate.Alpha * 100, 4)} % (--alpha)"
        + $"{(gate.Looks > 1 ? $" over all {gate.Looks} looks" : "")}, {Gate.CentreShare * 100:0} % of them by the centre, the rest by the tail.";

    public static string Method(ComparisonSummary c)
    {
        if (c.Rows.IsEmpty) return $"The unit is the {c.Kind}.";
        var methods = c.Rows.GroupBy(r => MethodName(r.Total)).Select(g => c.Rows.Length > 1 ? $"{g.Key} ({g.Count()})" : g.Key);
        string unit = string.Join(" and ", c.Rows.Select(r => r.Of).Distinct());
        if (c.Kind == "boot") return $"Method: the {unit} of each exit path; {string.Join("; ", methods)}; {Boots(c.Rows[0])}.";
        // The difference of two medians is another figure than the centre of all differences.
        string centres = c.Rows.Any(r => r.Total.Method is JudgedShift.ByRanks or JudgedShift.ByPairs)
            ? " The shift is the centre of the differences; new is base plus shift."
            : "";
        return $"Method: {string.Join("; ", methods)}. The unit is the {c.Kind}: its {unit}.{centres}";
    }

    private static string Boots(ComparedRow row) => row.BaseRuns == 1 && row.NewRuns == 1 ? "one boot a side"
        : $"{row.BaseRuns} boots of the base and {row.NewRuns} of the new side, varied in addresses, seed and memory, the middle one shown";

    private static string MethodName(JudgedShift shift) => shift.Method switch
    {
        JudgedShift.ByRanks => "Hodges-Lehmann shift with the distribution of Mann and Whitney",
        JudgedShift.ByPairs => "Hodges-Lehmann centre of the contrasts with the distribution of Wilcoxon's signed ranks",
        JudgedShift.ByWelch => "Welch's t on logarithms",
        JudgedShift.ByStudent => "Student's t with pooled spread on logarithms",
        JudgedShift.ByPlainWelch => "Welch's t",
        JudgedShift.ByPlainStudent => "Student's t with pooled spread",
        JudgedShift.ByPermutation => $"permutation test of values that are equal on each side (p = {ChanceText.Of(shift.Chance)})",
        JudgedShift.BySigns => "signs of contrasts that are all equal",
        JudgedShift.Exactly => "exact, there is no spread and no interval",
        _ => "no interval",
    };

    /// <summary>"runs" or "quads".</summary>
    public static string Units(ComparisonSummary c) => c.Kind + "s";

    /// <summary>"9 + 8"; "500" quads, of which each holds both sides.</summary>
    public static string Count(ComparedRow row) =>
        row.Kind == "quad" ? row.BaseRuns.ToString("N0") : $"{row.BaseRuns:N0} + {row.NewRuns:N0}";

    public static string Name(ComparedRow row) => row.Name.Length > 0 ? row.Name : "numbers";

    public static string Value(ComparedRow row, double value) => Number(value, row.Decimals);

    public static string Absolute(ComparedRow row) => Signed(row.Total.Absolute.Value, row.Decimals);

    /// <summary>A shift in the unit of the row: "−2,228".</summary>
    public static string Change(ComparedRow row, Interval shift) => Signed(shift.Value, row.Decimals);

    public static string Unit(ComparedRow row) => row.Unit == "us" ? "µs" : row.Unit;

    public static string Percent(double percent) => double.IsFinite(percent) ? Signed(percent, 2) + " %" : Figures.Absent;

    /// <summary>"−1.30 to +1.89 %"; "n/a" where there is none.</summary>
    public static string Range(Interval percent) =>
        percent.Exists ? $"{Signed(percent.Low, 2)} to {Signed(percent.High, 2)} %" : Figures.Absent;

    /// <summary>"99.6 %"; two digits behind the point, unless they are all nines.</summary>
    public static string Confidence(double confidence) =>
        $"{Math.Round(confidence * 100, confidence > 0.9999 ? 4 : 2)} %";

    public static string MarginText(Margin margin)
    {
        string share = $"±{Math.Round(margin.Share * 100, 6)} %", amount = $"±{margin.Amount:#,0.######} {margin.Unit}";
        return margin.Amount == 0 && !margin.IsAmount ? share : margin.Share == 0 ? amount : $"{share} or {amount}, whichever is more";
    }

    private static string ExactMargin(Margin margin) =>
        margin is { Amount: 0, Share: 0 } ? "0" : MarginText(margin).Replace("±", "", StringComparison.Ordinal);

    /// <summary>"worse", and whether that is by more than the margin.</summary>
    public static string Words(JudgedShift shift) =>
        shift.Verdict.Words()
        + (
            shift.DecidedByTail ? " (in the tail)"
            : shift.IsBootNoise ? $" (within boot noise ±{shift.BootNoise:#,0.##})"
            : shift.ExceedsMargin && !IsExact(shift) ? " (beyond margin)"
            : ""
        );

    /// <summary>The same of a stage, and whether the gate looks at it.</summary>
    public static string Words(ComparedStage stage) => stage.Shift is { } s ? Words(s) + (stage.Gated ? ", gated" : "") : "";

    public static string Files(IReadOnlyCollection<string> files) =>
        files.Count <= 2 ? string.Join(" and ", files) : $"{files.First()} and {files.Count - 1} more";

    /// <summary>Above a table of stages.</summary>
    public static string StagesOf(ComparedRow row)
    {
        JudgedShift any = row.Stages.First(s => s.Shift != null).Shift!;
        if (IsExact(any)) return $"Stages of {Name(row)} in {Unit(row)}; exact.";
        return $"Stages of {Name(row)} in {Unit(row)}, with intervals that hold for {Together(row.Stages.Count(s => s.Shift != null), "stage", any.Confidence)}.";
    }

    /// <summary>"all 8 stages together at 99 % (each at 99.88 %)": the error rates are divided by their number.</summary>
    public static string Together(int count, string one, double confidence) =>
        count == 1 ? $"the one {one} at {Confidence(confidence)}"
        : $"all {count} {one}s together at {Confidence(1 - count * (1 - confidence))} (each at {Confidence(confidence)})";

    public static bool HasStages(ComparedRow row) => row.Stages.Any(s => s.Shift != null);

    /// <summary>base, new, shift, interval, verdict.</summary>
    public static IReadOnlyList<string> StageCells(ComparedRow row, ComparedStage stage) => stage.Shift is { } s
        ? [.. Cells(row, s), Words(stage)]
        : [Figures.Absent, Figures.Absent, Figures.Absent, Figures.Absent, ""];

    /// <summary>The same of a step.</summary>
    public static IReadOnlyList<string> StepCells(ComparedRow row, ComparedStep step) => [.. Cells(row, step.Shift), Words(step.Shift)];

    private static IEnumerable<string> Cells(ComparedRow row, JudgedShift s) =>
        [
            Value(row, s.Base),
            Value(row, s.New),
            Signed(s.Absolute.Value, row.Decimals),
            IsExact(s) ? "exact"
            : s.Absolute.Exists ? $"{Signed(s.Absolute.Low, row.Decimals)} to {Signed(s.Absolute.High, row.Decimals)}"
            : Figures.Absent,
        ];

    /// <summary>
    /// The steps that ExitProf's own VMM stamps are shown under their stage; those between kernel events are in the JSON.
    /// </summary>
    public static IEnumerable<ComparedStep> ShownSteps(ComparedStage stage) => stage.Steps.Any(s => s.From.IsStep()) ? stage.Steps : [];

    /// <summary>Under a table of stages with steps; empty if there are none.</summary>
    public static string StepsOf(ComparedRow row) =>
        row.Stages.FirstOrDefault(s => ShownSteps(s).Any()) is { } stage && !IsExact(stage.Steps[0].Shift)
            ? $"The intervals of the steps of {stage.Name} hold for {Together(stage.Steps.Length, "step", stage.Steps[0].Shift.Confidence)}."
            : "";

    public static IEnumerable<Finding> Findings(ComparisonSummary c) => c.Findings.OrderByDescending(f => f.Severity);

    /// <summary>The findings of a trace, and of the verdict on it if there is one.</summary>
    public static IReadOnlyList<Finding> Findings(TraceSummary trace) =>
        [.. trace.Findings, .. trace.Verdict?.Findings.Except(trace.Findings) ?? []];

    /// <summary>The heads of the columns of intervals: two, or none where all is exact.</summary>
    public static string[] IntervalHeads(ComparisonSummary c) =>
        IsExact(c) ? [] : [$"{Confidence(c.Gate.Confidence)} interval", $"{Confidence(c.Gate.SameConfidence)} interval"];

    /// <summary>The cells below <see cref="IntervalHeads"/>.</summary>
    public static string[] IntervalCells(ComparisonSummary c, ComparedRow row) => IsExact(c) ? [] : [Strict(row), Loose(row)];

    private static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];

    public static string Number(double value, int decimals)
    {
        if (!double.IsFinite(value)) return Figures.Absent;
        // What is tiny in its unit would be a line of zeros.
        string digits = Math.Abs(value).ToString(Math.Abs(value) >= 1e15 ? "0.00e0" : decimals > MostDecimals ? "0.000e0" : "N" + decimals);
        return value < 0 && digits.AsSpan().ContainsAnyInRange('1', '9') ? Minus + digits : digits;
    }

    private static string Signed(double value, int decimals)
    {
        string number = Number(value, decimals);
        return value > 0 && number != Figures.Absent && number.AsSpan().ContainsAnyInRange('1', '9') ? "+" + number : number;
    }
}
