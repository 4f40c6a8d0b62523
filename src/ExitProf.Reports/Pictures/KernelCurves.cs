using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>An experiment's count from kernel to kernel, with the versions that each change lies between.</summary>
internal static class KernelCurves
{
    /// <summary>More steps than these do not fit under a title; the table has them.</summary>
    private const int MostSteps = 3;

    /// <returns>Null where fewer than two kernels have a count.</returns>
    public static HistoryChart? Of(KernelHistory history, HistoryRow row)
    {
        int[] known = [.. row.Cells.Index().Where(c => double.IsFinite(c.Item.Count)).Select(c => c.Index)];
        if (known.Length < 2) return null;
        var changes = row.Changes.ToList();
        var levels = new List<HistoryLevel>();
        foreach (int i in known)
        {
            double count = row.Cells[i].Count;
            if (levels.Count == 0 || changes.Any(c => c.After == i)) levels.Add(new HistoryLevel(1, count, Figures.Cycles(count)));
            else levels[^1] = levels[^1] with { Runs = levels[^1].Runs + 1 };
        }
        var named = changes.Select((c, n) => (c.Shift, Said: $"step {n + 1}, {Change(history, row, c)}")).ToList();
        string steps = changes.Count == 0 ? "No change."
            : changes.Count <= MostSteps ? string.Join(" ", named.Select(n => $"S{n.Said[1..]}."))
            : $"{changes.Count} steps; the largest is {named.MaxBy(n => Math.Abs(n.Shift)).Said}.";
        return new HistoryChart(
            $"{row.Scenario}: instructions of an exit, from kernel to kernel",
            $"The most frequent count of untraced exits. {steps}",
            0,
            [.. known.Select(Point)],
            [.. levels])
        {
            Of = "kernel",
        };

        HistoryPoint Point(int kernel)
        {
            double count = row.Cells[kernel].Count;
            string said = $"{history.Kernels[kernel].Name}: {Figures.Cycles(count)} instructions";
            return new HistoryPoint(DateTime.UnixEpoch, count, false, said)
            {
                Label = history.Kernels[kernel].Version,
            };
        }
    }

    /// <summary>"+154 (+5.4 %) from 5.10.223 (bullseye) to 6.1.170 (bookworm)".</summary>
    public static string Change(KernelHistory history, HistoryRow row, (int Before, int After, double Shift) change) =>
        $"{Figures.Difference(change.Shift)} ({VerdictSentences.Percent(100 * change.Shift / row.Cells[change.Before].Count)}) from "
        + $"{history.Kernels[change.Before].Name} to {history.Kernels[change.After].Name}";
}
