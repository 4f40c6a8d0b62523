using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>What a comparison says in words and figures. Plain text: whoever prints it escapes it.</summary>
internal static class VerdictSentences
{
    private const string Minus = "\u2212";

    /// <summary>Digits behind the point that a figure is written with.</summary>
    private const int MostDecimals = 12;

    /// <summary>Comparisons that a headline can name.</summary>
    private const int MostNamed = 3;

    /// <summary>The result in one sentence.</summary>
    public static string Sentence(ComparisonSummary c)
    {
        string verdict = Capital(c.Verdict.Words());
        string sides = $"{Files(c.New)} against {Files(c.Base)}";
        if (c.Rows.IsEmpty) return $"{verdict}: {sides}: nothing was compared.";
        if (c.Rows is not [var row])
        {
            string counts = string.Join(", ", c.Rows.GroupBy(r => r.Total.Verdict).OrderByDescending(g => g.Key).Select(g => $"{g.Count()} {g.Key.Words()}{Which(g.Key, [.. g])}"));
            return $"{verdict}: {sides}, {c.Rows.Length} comparisons: {counts}{(Deciding(c) is var (of, stage) ? $"; {stage.Name} of {Name(of)} is {stage.Shift!.Verdict.Words()}" : "")}.";
        }
        JudgedShift t = row.Total;
        string name = row.Name.Length > 0 ? row.Name + ", " : "";
        string total = Shift(row, t);
        if (Deciding(c) is not var (_, gated)) return $"{verdict}: {name}{sides}: {total}.";
        JudgedShift s = gated.Shift!;
        string reach = s.Absolute.Exists ? $" ({Confidence(s.Confidence)} interval {Signed(s.Absolute.Low, row.Decimals)} to {Signed(s.Absolute.High, row.Decimals)})" : " (no interval)";
        return $"{verdict}: {gated.Name} of {name}{sides}: {Signed(s.Absolute.Value, row.Decimals)} {Unit(row)}{reach}; the total is {t.Verdict.Words()}, {total}.";
    }

    /// <summary>The shift of a total with its interval: in percent, or in the unit where a percentage has no meaning.</summary>
    public static string Shift(ComparedRow row, JudgedShift t)
    {
        if (t.InAmounts)
        {
            string unit = Unit(row) is { Length: > 0 } own ? own : "units";
            return $"{Signed(t.Absolute.Value, row.Decimals)} {unit}{(t.Absolute.Exists ? $" ({Confidence(t.Confidence)} interval {Amounts(row, t.Absolute)} {unit})" : " (no interval)")}";
        }
        return $"{Percent(t.Percent.Value)}{(t.Percent.Exists ? $" ({Confidence(t.Confidence)} interval {Range(t.Percent)})" : " (no interval)")}";
    }

    /// <summary>The interval of a total that has to lie beyond 0, for a table.</summary>
    public static string Strict(ComparedRow row) => row.Total.InAmounts ? Amounts(row, row.Total.Absolute) : Range(row.Total.Percent);

    /// <summary>The interval of a total that has to lie within the margin, for a table.</summary>
    public static string Loose(ComparedRow row) => row.Total.InAmounts ? Amounts(row, row.Total.Equivalence) : Range(row.Total.Equivalence);

    private static string Amounts(ComparedRow row, Interval amounts) => amounts.Exists ? $"{Signed(amounts.Low, row.Decimals)} to {Signed(amounts.High, row.Decimals)}" : Figures.Absent;

    /// <summary>Where and when the sides were measured, as far as that is known.</summary>
    public static IEnumerable<(string Name, string Value)> Origins(ComparisonSummary c)
    {
        if (Origin(c.BaseOrigin) is { Length: > 0 } old) yield return ("base measured", old);
        if (Origin(c.NewOrigin) is { Length: > 0 } changed) yield return ("new measured", changed);
    }

    /// <summary>The same in one sentence; empty if nothing is known.</summary>
    public static string Measured(ComparisonSummary c) => Origins(c).ToArray() switch
    {
        [] => "",
        [(_, var one), (_, var other)] when one == other => $"Both sides: {one}.",
        var sides => string.Join(" ", sides.Select(s => $"{(s.Name.StartsWith("base", StringComparison.Ordinal) ? $"Base ({Files(c.Base)})" : $"New ({Files(c.New)})")}: {s.Value}.")),
    };

    private static string Origin(SideOrigin? origin) =>
        origin is null ? "" : string.Join(", ", ((string[])[origin.Commit.Length > 0 ? "commit " + origin.Commit : "", origin.Host, origin.Date]).Where(p => p.Length > 0));

    /// <summary>The first of several that are worse, by name: nobody looks for them in a long table.</summary>
    private static string Which(Verdict verdict, ComparedRow[] rows) => verdict != Verdict.Worse ? ""
        : $" ({string.Join(", ", rows.Take(MostNamed).Select(Name))}{(rows.Length > MostNamed ? " …" : "")})";

    /// <summary>The stage that a gate looks at and that makes the verdict; null where a total does.</summary>
    private static (ComparedRow Row, ComparedStage Stage)? Deciding(ComparisonSummary c)
    {
        if (c.Rows.Any(r => r.Total.Verdict == c.Verdict)) return null;
        foreach (ComparedRow row in c.Rows)
        {
            if (row.Stages.FirstOrDefault(s => s is { Gated: true, Shift: not null } && s.Shift.Verdict == c.Verdict) is { } stage) return (row, stage);
        }
        return null;
    }

    /// <summary>How the verdicts come about.</summary>
    public static string Rule(ComparisonSummary c)
    {
        string direction = c.Rows.Select(r => r.HigherIsBetter).Distinct().Skip(1).Any() ? "which way is better is each metric's own"
            : c.Gate.HigherIsBetter ? "higher is better" : "higher is worse";
        return $"New minus base; {direction}. Same: the {Confidence(c.Gate.SameConfidence)} interval lies within {MarginText(c.Gate.Margin)}; "
            + $"else better or worse: the {Confidence(c.Gate.Confidence)} interval lies beyond 0; else cannot tell.";
    }

    public static string Method(ComparisonSummary c)
    {
        if (c.Rows.IsEmpty) return $"The unit is the {c.Kind}.";
        var methods = c.Rows.GroupBy(r => r.Total.Method).Select(g => (g.Key switch
        {
            JudgedShift.ByRanks => "Hodges-Lehmann shift with the distribution of Mann and Whitney",
            JudgedShift.ByPairs => "Hodges-Lehmann centre of the contrasts with the distribution of Wilcoxon's signed ranks",
            JudgedShift.ByWelch => "Welch's t on logarithms",
            JudgedShift.ByPlainWelch => "Welch's t",
            _ => "no interval",
        }, Rows: g.Count()));
        string unit = string.Join(" and ", c.Rows.Select(r => r.Of).Distinct());
        string all = string.Join("; ", methods.Select(m => c.Rows.Length > 1 ? $"{m.Item1} ({m.Rows})" : m.Item1));
        // Base and new beside the shift look like a sum that does not add up.
        string centres = c.Rows.Any(r => r.Total.Method is JudgedShift.ByRanks or JudgedShift.ByPairs) ? " The shift is the centre of the differences, not the difference of the centres." : "";
        return $"Method: {all}. The unit is the {c.Kind}: its {unit}.{centres}";
    }

    /// <summary>What it would take to decide; empty if all is decided.</summary>
    public static string Needs(ComparisonSummary c)
    {
        // A stage that the gate looks at can be what nobody can tell.
        if (c.Verdict != Verdict.CannotTell && c.Rows.All(r => r.Total.Verdict != Verdict.CannotTell)) return "";
        string units = Units(c);
        if (c.Rows.IsEmpty) return $"{ComparisonSummary.LeastRuns} {units} on each side would be needed for an interval: the base has none.";
        if (c.MoreRuns is not { } more) return $"Nobody can tell from these {units} how many more would decide.";
        string runs = $"{more:N0} more {(more == 1 ? c.Kind : units)}{(c.Kind == "quad" ? "" : " on each side")}";
        ComparedRow[] open = [.. c.Rows.Where(r => r.Total.Verdict == Verdict.CannotTell)];
        if (open.Length > 0 && open.All(r => r is { Kind: "run", Paired: false, Total.Method: JudgedShift.None }))
        {
            return $"At least {Lacking(open, ComparisonSummary.LeastRuns)} would be needed for an interval, {Lacking(open, ComparisonSummary.LeastForRanks)} for one by ranks: how much {units} differ is not known yet.";
        }
        return c.Rows.SelectMany(r => r.Stages.Where(s => s is { Gated: true, Shift: not null }).Select(s => s.Shift!).Prepend(r.Total)).Any(s => s is { Verdict: Verdict.CannotTell, Method: JudgedShift.None })
            ? $"At least {runs} would be needed: how much {units} differ is not known yet."
            : $"{runs} would decide, with four chances in five, if shift and spread are as they were seen.";
    }

    /// <summary>What each side lacks of so many runs: "1 more run of the new side", "7 more runs on each side".</summary>
    private static string Lacking(IReadOnlyCollection<ComparedRow> rows, int runs)
    {
        int old = rows.Max(r => Math.Max(0, runs - r.BaseRuns)), changed = rows.Max(r => Math.Max(0, runs - r.NewRuns));
        if (old == changed) return $"{More(old)} on each side";
        string[] sides = [.. ((string[])[old > 0 ? $"{More(old)} of the base" : "", changed > 0 ? $"{More(changed)} of the new side" : ""]).Where(s => s.Length > 0)];
        return string.Join(" and ", sides);

        string More(int count) => $"{count:N0} more {(count == 1 ? "run" : "runs")}";
    }

    /// <summary>"runs" or "quads".</summary>
    public static string Units(ComparisonSummary c) => c.Kind + "s";

    /// <summary>"9 + 8"; "500" quads, of which each holds both sides.</summary>
    public static string Count(ComparedRow row) => row.Kind == "quad" ? row.BaseRuns.ToString("N0") : $"{row.BaseRuns:N0} + {row.NewRuns:N0}";

    public static string Name(ComparedRow row) => row.Name.Length > 0 ? row.Name : "numbers";

    public static string Value(ComparedRow row, double value) => Number(value, row.Decimals);

    public static string Absolute(ComparedRow row) => Signed(row.Total.Absolute.Value, row.Decimals);

    /// <summary>A shift in the unit of the row: "−2,228".</summary>
    public static string Change(ComparedRow row, Interval shift) => Signed(shift.Value, row.Decimals);

    public static string Unit(ComparedRow row) => row.Unit == "us" ? "µs" : row.Unit;

    public static string Percent(double percent) => double.IsFinite(percent) ? Signed(percent, 2) + " %" : Figures.Absent;

    /// <summary>"−1.30 to +1.89 %"; "n/a" where there is none.</summary>
    public static string Range(Interval percent) => percent.Exists ? $"{Signed(percent.Low, 2)} to {Signed(percent.High, 2)} %" : Figures.Absent;

    public static string Confidence(double confidence) => $"{Math.Round(confidence * 100, 4)} %";

    public static string MarginText(Margin margin)
    {
        string share = $"±{Math.Round(margin.Share * 100, 6)} %", amount = $"±{margin.Amount:#,0.######} {margin.Unit}";
        return margin.Amount == 0 && !margin.IsAmount ? share : margin.Share == 0 ? amount : $"{share} or {amount}, whichever is more";
    }

    /// <summary>"worse", and whether that is by more than the margin.</summary>
    public static string Words(JudgedShift shift) => shift.Verdict.Words() + (shift.ExceedsMargin ? " (beyond margin)" : "");

    /// <summary>The same of a stage, and whether the gate looks at it.</summary>
    public static string Words(ComparedStage stage) => stage.Shift is { } s ? Words(s) + (stage.Gated ? ", gated" : "") : "";

    public static string Files(IReadOnlyCollection<string> files) =>
        files.Count <= 2 ? string.Join(" and ", files) : $"{files.First()} and {files.Count - 1} more";

    /// <summary>Above a table of stages.</summary>
    public static string StagesOf(ComparedRow row)
    {
        JudgedShift any = row.Stages.First(s => s.Shift != null).Shift!;
        return $"Stages of {Name(row)} in {Unit(row)}, with {Confidence(any.Confidence)} intervals: the error rates are divided by {row.Stages.Count(s => s.Shift != null)} stages.";
    }

    public static bool HasStages(ComparedRow row) => row.Stages.Any(s => s.Shift != null);

    /// <summary>base, new, shift, interval, verdict.</summary>
    public static IReadOnlyList<string> StageCells(ComparedRow row, ComparedStage stage) => stage.Shift is { } s
        ? [.. Cells(row, s), Words(stage)]
        : [Figures.Absent, Figures.Absent, Figures.Absent, Figures.Absent, ""];

    /// <summary>The same of a step.</summary>
    public static IReadOnlyList<string> StepCells(ComparedRow row, ComparedStep step) => [.. Cells(row, step.Shift), Words(step.Shift)];

    private static IEnumerable<string> Cells(ComparedRow row, JudgedShift s) =>
        [Value(row, s.Base), Value(row, s.New), Signed(s.Absolute.Value, row.Decimals), s.Absolute.Exists ? $"{Signed(s.Absolute.Low, row.Decimals)} to {Signed(s.Absolute.High, row.Decimals)}" : Figures.Absent];

    /// <summary>The steps that ExitProf's own VMM stamps are shown under their stage; those between kernel events are in the JSON.</summary>
    public static IEnumerable<ComparedStep> ShownSteps(ComparedStage stage) => stage.Steps.Any(s => s.From.IsStep()) ? stage.Steps : [];

    /// <summary>Under a table of stages with steps; empty if there are none.</summary>
    public static string StepsOf(ComparedRow row) =>
        row.Stages.FirstOrDefault(s => ShownSteps(s).Any()) is { } stage ? $"Steps of {stage.Name} have {Confidence(stage.Steps[0].Shift.Confidence)} intervals: the error rates are divided by {stage.Steps.Length} steps." : "";

    public static IEnumerable<Finding> Findings(ComparisonSummary c) => c.Findings.OrderByDescending(f => f.Severity);

    /// <summary>The findings of a trace, and of the verdict on it if there is one.</summary>
    public static IReadOnlyList<Finding> Findings(TraceSummary trace) => [.. trace.Findings, .. trace.Verdict?.Findings.Except(trace.Findings) ?? []];

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
