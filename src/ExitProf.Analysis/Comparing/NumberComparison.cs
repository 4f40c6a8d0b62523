namespace ExitProf.Analysis;

/// <summary>Compares numbers that somebody measured: each is a run.</summary>
public static class NumberComparison
{
    /// <param name="unit">Of the numbers; empty if nobody said.</param>
    public static ComparisonSummary Of(Gate gate, IReadOnlyList<NumberFile> first, IReadOnlyList<NumberFile> second, string unit)
    {
        double[] old = [.. first.SelectMany(f => f.Values)], changed = [.. second.SelectMany(f => f.Values)];
        int decimals = first.Concat(second).Max(f => f.Decimals);
        // The last digit is the grain of such numbers.
        double narrowest = Math.Pow(10, -decimals) / Math.Sqrt(Math.Min(old.Length, changed.Length));
        Traces.Finding? doubt = RunDoubts.OfRow("", old, changed);
        JudgedShift total = JudgedShift.OfTotal(gate, old, changed, narrowest, doubt?.Id != "same-data");
        var row = new ComparedRow("", "", [], "", unit, decimals, "number", old.Length, changed.Length, total);
        return new ComparisonSummary(
            gate, total.Verdict, [row], total.MoreRuns, [.. first.Select(f => f.File)], [.. second.Select(f => f.File)], [],
            [RunDoubts.NotInterleaved(old.Length + changed.Length), .. doubt is null ? [] : (Traces.Finding[])[doubt]]);
    }
}
