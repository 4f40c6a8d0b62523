using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>The history of kernels for a terminal or a pipe: what changed, and between which versions.</summary>
public static class KernelHistoryText
{
    public static void Write(TextWriter writer, KernelHistory history, int width = TextPage.DefaultWidth, bool colour = false) =>
        TextPage.Write(writer, width, colour, page =>
        {
            foreach (string line in KernelHistoryPage.Introduction(history)) page.Line(line);
            foreach (HistoryRow row in history.Rows)
            {
                page.Blank();
                page.Line(row.Scenario);
                page.Line(string.Join(", ", row.Cells.Select((c, i) => $"{history.Kernels[i].Version} {Figures.Cycles(c.Count)}")));
                foreach (var change in row.Changes) page.Line(KernelCurves.Change(history, row, change));
                foreach (var none in row.Cells.Index().Where(c => c.Item.Reason.Length > 0).GroupBy(c => c.Item.Reason))
                    page.Line($"{string.Join(", ", none.Select(c => history.Kernels[c.Index].Version))}: {none.Key}");
            }
        });
}
