using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>The history of kernels for machines.</summary>
public static class KernelHistoryJson
{
    public const int Schema = 1;

    public static void Write(Stream stream, KernelHistory history) => JsonForm.Write(
        stream,
        new JsonHistory(
            Schema,
            "instructions",
            [.. history.Kernels.Select(k => new JsonHistoryKernel(
                k.Asked, k.Suite, k.Version, k.Release, k.Origin, k.Files.ToDictionary(f => f.Name, f => f.Value)))],
            [.. history.Rows.Select(r => new JsonHistoryRow(
                r.Scenario, JsonForm.Known(r.Kind), [.. r.Cells.Select(Cell)], [.. r.Changes.Select(c => Change(history, c))]))]),
        JsonForm.Contracts.JsonHistory);

    private static JsonHistoryChange Change(KernelHistory history, (int Before, int After, double Shift) change) =>
        new(history.Kernels[change.Before].Release, history.Kernels[change.After].Release, new JsonNumber(change.Shift));

    private static JsonHistoryCell Cell(HistoryCell cell) => new(
        new JsonNumber(cell.Count),
        JsonForm.Known(cell.Reason),
        [.. cell.Stages.Select(s => new JsonHistoryStage(s.Name, new JsonNumber(s.Instructions)))]);
}
