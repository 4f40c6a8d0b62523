using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>The exit path of Linux across kernel versions, on one page that needs nothing but itself.</summary>
public static class KernelHistoryPage
{
    private const string Title = "ExitProf: the exit path of Linux, from kernel to kernel";

    /// <summary>Charts of what is asked for most; the table has all.</summary>
    private static readonly string[] Drawn = ["pio-out", "ioeventfd-pio", "mmio-read", "cpuid", "hlt", "msr"];

    public static void Write(TextWriter writer, KernelHistory history) => HtmlPage.Write(
        writer,
        Title,
        Html.Join(Introduction(history).Select((l, i) => Html.Of($"<p{new Html(i == 0 ? " class=\"reading\"" : "")}>{l}</p>\n"))),
        [
            new PageSection("history", "The history", "", Html.Join(Drawn.SelectMany(d => history.Rows.Where(r => r.Scenario == d))
                .Select(r => HtmlPage.Figure(KernelCurves.Of(history, r), "h-" + r.Scenario)))),
            new PageSection("totals", "Every experiment", "", Totals(history)),
            new PageSection("changes", "Where it changed", "", Changes(history)),
            new PageSection("stages", "Stages", "", Html.Join(history.Rows.Select(r => Stages(history, r)))),
            new PageSection("kernels", "The kernels", "", Kernels(history)),
        ],
        Html.Of($"<p>{TraceSentences.SoftwareCpu}: a kernel that trades instructions for cache misses looks better here than it is.</p>\n"));

    /// <summary>What stands above everything, on the page and in a terminal.</summary>
    public static IEnumerable<string> Introduction(KernelHistory history)
    {
        foreach (string change in Largest(history)) yield return change;
        yield return $"{history.Kernels.Length} kernels, {history.Rows.Length} experiments, in instructions of a software CPU (KVM on "
            + $"{(history.Kernels.All(k => k.Backend == Backend.Vmx) ? "VMX under Bochs" : "SVM under QEMU")}): the most frequent count of untraced exits, and the stages of traced ones without what their events cost.";
        string suites = string.Join(", ", history.Kernels.GroupBy(k => k.Suite)
            .Select(g => $"{(g.Key.Length > 0 ? g.Key : "no suite")} ({string.Join(", ", g.Select(k => k.Version))})"));
        yield return $"By suite: {suites}. Each suite has a compiler and a configuration of its own, security modules among them; a change "
            + "between two suites may be theirs and not the source's. The same version from two suites shows how much.";
        yield return $"Each kernel was booted once: boots of the same code may differ by {HistoryRow.BootNoise:0} instructions, and what "
            + "differs by no more is no change here.";
    }

    private static IEnumerable<string> Largest(KernelHistory history)
    {
        if (history.Rows.FirstOrDefault(r => r.Scenario == Drawn[0]) is not { } row || !row.Changes.Any()) yield break;
        var largest = row.Changes.MaxBy(c => Math.Abs(c.Shift));
        double[] counts = [.. row.Cells.Select(c => c.Count).Where(double.IsFinite)];
        yield return $"One {row.Scenario} exit takes {Figures.Cycles(counts[0])} to {Figures.Cycles(counts[^1])} instructions, from the first kernel to "
            + $"the last; the largest change is {KernelCurves.Change(history, row, largest)}.";
    }

    private static Html Totals(KernelHistory history) => Table(history, "Instructions of an exit", "experiment",
        history.Rows.Select(r => (r.Scenario, (IEnumerable<Html>)r.Cells.Select((c, i) => Cell(r, c, i)))));

    private static Html Cell(HistoryRow row, HistoryCell cell, int i) =>
        !double.IsFinite(cell.Count) ? Html.Of($"<td title=\"{cell.Reason}\">{Figures.Absent}</td>")
        : row.Changes.Any(c => c.After == i) ? Html.Of($"<td><strong>{Figures.Cycles(cell.Count)}</strong></td>")
        : Html.Of($"<td>{Figures.Cycles(cell.Count)}</td>");

    private static Html Table(KernelHistory history, string caption, string first, IEnumerable<(string Name, IEnumerable<Html> Cells)> rows)
    {
        var heads = history.Kernels.Select(k => Html.Of($"<th scope=\"col\">{k.Version}<br><span class=\"faint\">{k.Suite}</span></th>"));
        var body = rows.Select(r => Html.Of($"<tr><th scope=\"row\">{r.Name}</th>{r.Cells}</tr>\n"));
        return HtmlTables.Scroll(caption, Html.Of($"""
            <table>
            <caption>{caption}</caption>
            <thead><tr><th scope="col" class="t">{first}</th>{heads}</tr></thead>
            <tbody>
            {body}</tbody>
            </table>
            """));
    }

    private static Html Stages(KernelHistory history, HistoryRow row)
    {
        if (row.Stages.Length < 2) return Html.Empty;
        var rows = row.Stages.Select(name => (name, row.Cells.Select(c => c.Stages.FirstOrDefault(s => s.Name == name) is { } stage
            ? Html.Of($"<td>{Figures.Cycles(stage.Instructions)}</td>") : Html.Of($"<td>{Figures.Absent}</td>"))));
        return HtmlPage.Fold(row.Scenario, Table(history, $"Stages of {row.Scenario}, in instructions", "stage", rows));
    }

    private static Html Changes(KernelHistory history)
    {
        var rows = history.Rows.Where(r => r.Changes.Any())
            .Select(r => (r.Scenario, Said: string.Join("; ", r.Changes.Select(c => KernelCurves.Change(history, r, c)))))
            .Select(r => Html.Of($"<tr><th scope=\"row\">{r.Scenario}</th><td class=\"t w\">{r.Said}</td></tr>\n"));
        string changes = $"changes of more than {HistoryRow.BootNoise:0} instructions";
        return HtmlTables.Scroll("Changes", Html.Of($"""
            <table>
            <thead><tr><th scope="col" class="t">experiment</th><th scope="col" class="t w">{changes}</th></tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """));
    }

    private static Html Kernels(KernelHistory history)
    {
        var rows = history.Kernels.Select(k => (Kernel: k, Files: string.Join("; ", k.Files.Select(f => $"{f.Name} {f.Value}"))))
            .Select(k => Html.Of($"""
                <tr><th scope="row">{k.Kernel.Version}</th><td class="t">{k.Kernel.Suite}</td><td class="t">{k.Kernel.Asked}</td>
                <td class="t w">{k.Kernel.Origin}</td><td class="t w">{k.Files}</td></tr>

                """));
        string[] heads = ["version", "suite", "--kernel", "from", "files"];
        var head = heads.Select(h => Html.Of($"<th scope=\"col\" class=\"t\">{h}</th>"));
        return HtmlTables.Scroll("Kernels", Html.Of($"""
            <table>
            <caption>What was booted and loaded, with SHA-256</caption>
            <thead><tr>{head}</tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """));
    }
}
