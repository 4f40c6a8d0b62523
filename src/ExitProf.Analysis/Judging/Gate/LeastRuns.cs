using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Takes back verdicts of fewer runs than a gate asks for. Pairs and quads have a least number of their own.</summary>
public static class LeastRuns
{
    public static ComparisonSummary Hold(ComparisonSummary comparison)
    {
        ComparedRow[] rows = [.. comparison.Rows.Select(row => Hold(comparison.Gate, row))];
        ComparedRow[] held = [.. rows.Where((row, i) => !ReferenceEquals(row, comparison.Rows[i]))];
        if (held.Length == 0) return comparison;
        int least = comparison.Gate.LeastRuns;
        string names = NameList.Of([.. held.Select(r => r.Name).Where(n => n.Length > 0)]);
        var finding = FindingKind.LeastRuns.Of(
            held.Length,
            $"{(names.Length > 0 ? names + ": " : "")}{held[0].BaseRuns} of the base and {held[0].NewRuns} of the new side are fewer runs than the {least} a side that the gate asks for (--least-runs): nothing is concluded from them."
        );
        return comparison with
        {
            Rows = [.. rows],
            Verdict = ComparisonSummary.Worst(rows),
            More = ComparisonSummary.Needs(rows),
            Findings = [.. comparison.Findings, finding],
        };
    }

    /// <returns>The same row if it has runs enough, or no verdict.</returns>
    private static ComparedRow Hold(Gate gate, ComparedRow row)
    {
        var lacks = new MoreUnits(Math.Max(0, gate.LeastRuns - row.BaseRuns), Math.Max(0, gate.LeastRuns - row.NewRuns));
        // Of exact values one is enough.
        if (row.Kind == "quad" || row.Paired || row.Total.Method == JudgedShift.Exactly || lacks.Most <= 0)
            return row;
        if (row.Total.Verdict == Verdict.CannotTell && row.Stages.All(s => s.Shift is null or { Verdict: Verdict.CannotTell }))
            return row;
        return row with
        {
            Total = Hold(row.Total, lacks),
            Stages = [.. row.Stages.Select(s => s.Shift is { } shift ? s with { Shift = Hold(shift, lacks) } : s)],
        };
    }

    private static JudgedShift Hold(JudgedShift shift, MoreUnits lacks) =>
        shift with
        {
            Verdict = Verdict.CannotTell,
            Centre = Verdict.CannotTell,
            DecidedByTail = false,
            ExceedsMargin = false,
            More = shift is { Verdict: Verdict.CannotTell, More: { } more } ? more.And(lacks) : lacks,
        };
}
