using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Compares numbers that somebody measured: each is a run.</summary>
public static class NumberComparison
{
    /// <summary>Numbers of runs that were made in pairs: the first of one side belongs to the first of the other.</summary>
    /// <param name="decimals">With which the numbers came.</param>
    /// <param name="unit">Of the numbers; empty if nobody said.</param>
    public static ComparisonSummary OfPairs(Gate gate, IReadOnlyList<double> first, IReadOnlyList<double> second, int decimals, string unit)
    {
        double[] old = [.. first], changed = [.. second];
        Traces.Finding? doubt = RunFindings.OfPairs("", old, changed);
        double narrowest = Math.Pow(10, -decimals) / Math.Sqrt(old.Length);
        JudgedShift total = JudgedShift.OfPairs(gate, RunFindings.Contrasts(old, changed), old, changed, narrowest);
        var row = new ComparedRow("", "", [], "", unit, decimals, "number", old.Length, changed.Length, total) { Paired = true };
        return new ComparisonSummary(gate, total.Verdict, [row], total.MoreRuns, [], [], [], [.. doubt is null ? [] : (Traces.Finding[])[doubt], .. GateFindings.UnusedMargins(gate, [row])]);
    }

    /// <param name="unit">Of the numbers; empty if nobody said.</param>
    public static ComparisonSummary Of(Gate gate, IReadOnlyList<NumberFile> first, IReadOnlyList<NumberFile> second, string unit)
    {
        double[] old = [.. first.SelectMany(f => f.Values)], changed = [.. second.SelectMany(f => f.Values)];
        int decimals = first.Concat(second).Max(f => f.Decimals);
        // The last digit is the grain of such numbers.
        double narrowest = Math.Pow(10, -decimals) / Math.Sqrt(Math.Min(old.Length, changed.Length));
        Traces.Finding? doubt = RunFindings.OfRow("", old, changed);
        JudgedShift total = AmountShift.IsNeeded(old, changed)
            ? AmountShift.Of(gate, old, changed, narrowest, doubt?.Is(FindingKind.SameData) != true)
            : JudgedShift.OfTotal(gate, old, changed, narrowest, doubt?.Is(FindingKind.SameData) != true);
        var row = new ComparedRow("", "", [], "", unit, decimals, "number", old.Length, changed.Length, total);
        return new ComparisonSummary(
            gate, total.Verdict, [row], total.MoreRuns, [.. first.Select(f => f.File)], [.. second.Select(f => f.File)], [],
            [RunFindings.NotInterleaved(old.Length + changed.Length), .. doubt is null ? [] : (Traces.Finding[])[doubt], .. GateFindings.UnusedMargins(gate, [row])]);
    }
}
