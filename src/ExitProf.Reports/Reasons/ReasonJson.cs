using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>The reason table for machines: a row for each reason and KVM_EXIT_*, each exit in one row only.</summary>
internal static class ReasonJson
{
    public static IReadOnlyList<JsonReason> Rows(TraceSummary trace) =>
        trace.Reasons is { } table ? [.. table.Rows.Select(r => Row(trace, table, r))] : [];

    private static JsonReason Row(TraceSummary trace, ReasonTable table, ReasonRow row)
    {
        JsonReasonSubkey all = Subkey("", row.Figures);
        return new JsonReason(
            JsonForm.Known(row.Reason),
            JsonForm.Known(row.KvmExit),
            row.Userspace,
            row.IsHalt,
            row.Vcpus is [{ Vcpu: >= 0 } only] && table.Threads.Length <= 1 ? only.Vcpu : null,
            all.Count,
            all.Paired,
            all.Total,
            all.Share,
            all.Mean,
            all.P50,
            all.P90,
            all.P99,
            all.Min,
            all.Max,
            new JsonNumber(table.Rate(row, trace.Header.Clock)),
            Bounds(row.P50Interval),
            Bounds(row.P99Interval),
            [.. row.Subkeys.Select(s => Subkey(s.Subkey, s.Figures))],
            row.MoreSubkeys,
            [.. row.Vcpus.Select(v => Vcpu(v, table))],
            [.. row.Stages.Select(s => new JsonReasonStage(s.Stage, s.Group, JsonBound.Of(s.Bound), s.Exits, new JsonNumber(s.Mean)))],
            new JsonNumber(row.Figures.OffCpu));
    }

    private static JsonReasonVcpu Vcpu(ReasonVcpu vcpu, ReasonTable table)
    {
        JsonReasonSubkey all = Subkey("", vcpu.Figures);
        return new JsonReasonVcpu(
            vcpu.Vcpu >= 0 ? vcpu.Vcpu : null,
            vcpu.Tid >= 0 ? vcpu.Tid : null,
            all.Count,
            all.Paired,
            all.Total,
            all.Share,
            all.Mean,
            all.P50,
            all.P90,
            all.P99,
            all.Min,
            all.Max,
            table.Threads.FirstOrDefault(t => t.Index == vcpu.Index) is { Process: >= 0 } thread ? thread.Process : null);
    }

    private static JsonReasonSubkey Subkey(string name, ReasonFigures f) =>
        new(
            name,
            f.Count,
            f.Paired,
            new JsonNumber(f.Paired == 0 ? double.NaN : f.Total),
            new JsonNumber(f.Share, 6),
            new JsonNumber(f.Mean),
            new JsonNumber(f.P50),
            new JsonNumber(f.P90),
            new JsonNumber(f.P99),
            new JsonNumber(f.Min),
            new JsonNumber(f.Max));

    private static JsonBounds Bounds(Estimate interval) => new(new JsonNumber(interval.Low), new JsonNumber(interval.High));
}
