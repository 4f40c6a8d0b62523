using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>What runs alone cannot show, as findings.</summary>
internal static class RunFindings
{
    public static Finding NotInterleaved(int runs) => FindingKind.NotInterleaved.Of(runs,
        "The runs of the two sides were not interleaved: a drift of the machine between them looks like a shift. Record both sides in turn.");

    /// <returns>Null if there is nothing to say.</returns>
    public static Finding? OfRow(string name, double[] first, double[] second)
    {
        int fewest = Math.Min(first.Length, second.Length);
        string where = name.Length > 0 ? name + ": " : "";
        string runs = $"{first.Length} {(first.Length == 1 ? "run" : "runs")} of the base and {second.Length} of the new side";
        if (fewest < RunContrast.LeastRuns)
        {
            return FindingKind.TooFewRuns.Of(fewest,
                $"{where}{runs}: with fewer than {RunContrast.LeastRuns} a side nothing is known of how much runs differ, and no interval can be given.");
        }
        if (!new RunContrast(first, second).HasSpread)
        {
            return FindingKind.NoSpread.Of(fewest, $"{where}All runs of each side have one value: nothing is known of how much runs differ, and no interval can be given.");
        }
        if (first.AsSpan().SequenceEqual(second))
        {
            return FindingKind.SameData.Of(fewest, $"{where}Both sides are the same {first.Length} numbers in the same order: a copy is no second measurement.");
        }
        return fewest < RunContrast.LeastForRanks
            ? FindingKind.FewRuns.Of(fewest,
                $"{where}{runs}: with fewer than {RunContrast.LeastForRanks} a side the intervals are Welch's on logarithms, which take runs as log-normally distributed.")
            : null;
    }

    /// <summary>The same of pairs.</summary>
    public static Finding? OfPairs(string name, double[] first, double[] second)
    {
        string where = name.Length > 0 ? name + ": " : "";
        double[] contrasts = Contrasts(first, second);
        int least = SignedRank.LeastValues(Gate.Usual.Confidence);
        if (contrasts.Length < least)
        {
            return FindingKind.TooFewRuns.Of(contrasts.Length, $"{where}{contrasts.Length} {(contrasts.Length == 1 ? "pair" : "pairs")} of runs: an interval of 99 % needs {least}.");
        }
        return new PairedContrast(contrasts).HasSpread ? null
            : FindingKind.NoSpread.Of(contrasts.Length, $"{where}All pairs of runs differ by the same: nothing is known of how much runs differ, and no interval can be given.");
    }

    /// <summary>New minus base on logarithms, pair by pair.</summary>
    public static double[] Contrasts(double[] first, double[] second) => [.. first.Zip(second, (a, b) => Math.Log(b) - Math.Log(a))];

    /// <summary>True if, in the order in which they began, each two neighbouring runs (first and second, third and fourth …) are one of each side.</summary>
    public static bool Interleaved(IReadOnlyList<TraceSummary> first, IReadOnlyList<TraceSummary> second)
    {
        bool[] sides = [.. first.Select(t => (t.Header.StartUtc, Base: true)).Concat(second.Select(t => (t.Header.StartUtc, Base: false))).OrderBy(r => r.StartUtc).Select(r => r.Base)];
        return sides.Length % 2 == 0 && sides.Chunk(2).All(pair => pair[0] != pair[1]) && sides.Length > 2;
    }

    /// <summary>What a trace's own findings mean for the comparison.</summary>
    public static IEnumerable<Finding> OfTraces(IEnumerable<TraceSummary> traces) =>
        traces.SelectMany(t => t.Findings.Where(f => f.Severity > Severity.Info).Select(f => f with { Text = $"{t.File}: {f.Text}" }));
}
