using System.Globalization;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>
/// What all forms of a report say about the exits of a foreign machine, in words and cells. Plain text: whoever prints it escapes it.
/// </summary>
internal static class ReasonSentences
{
    /// <summary>Sub-keys below a reason in the tables for people; JSON has more.</summary>
    private const int ShownSubkeys = 6;

    /// <summary>Titles of tables in a sentence.</summary>
    private const int ShownTables = 4;

    public static readonly string[] Columns = ["exits", "per second", "total", "share", "mean", "p50", "p90", "p99", "max"];

    public static readonly string[] StageColumns = ["exits", "mean"];

    public static readonly string[] VcpuColumns = ["exits", "total", "share", "mean", "p50", "p99"];

    public static string Caption(TraceSummary trace) =>
        $"Exits by reason, in {trace.Header.Clock.Symbol}; share is of the time in exits other than halts; ± is a 99 % interval by ranks";

    public static string StageCaption(TraceSummary trace) => $"Stages by reason, where their borders were recorded: mean "
        + $"{trace.Header.Clock.Symbol} per exit";

    public static string VcpuCaption(TraceSummary trace) => $"Exits by reason and vCPU, in {trace.Header.Clock.Symbol}";

    /// <summary>The result in one sentence.</summary>
    public static string Sentence(TraceSummary trace, ReasonTable table)
    {
        if (table.Count == 0) return trace.Metrics.IsEmpty ? "No exit was recorded." : Tables(trace);
        string exits = $"{Figures.Count(table.Count, "exit")} of {Figures.Count(table.Rows.Select(r => r.Reason).Distinct().Count(), "reason")}";
        if (table.Paired == 0) return $"{exits}; none has a duration.";
        string halts = table.HaltTime > 0 ? $", {Time(table.HaltTime, trace)} more in halts" : "";
        string time = $"{Time(table.ExitTime, trace)} in exits{halts}";
        if (table.ExitTime <= 0 || table.Rows[0].IsHalt) return $"{exits}: {time}.";
        ReasonRow most = table.Rows[0];
        return $"{exits}: {time}. {Figures.Share(most.Figures.Share)} of the time in exits is {Name(most)}, "
            + $"{Figures.CyclesAndTime(most.Figures.Mean, trace.Header)} each on average.";
    }

    private static string Tables(TraceSummary trace)
    {
        string[] titles = [.. trace.Metrics.Select(m => VisibleText.Of(m.Table)).Distinct()];
        string named = string.Join(", ", titles.Take(ShownTables)) + (titles.Length > ShownTables ? ", and more" : "");
        return $"{Figures.Count(titles.Length, "table")} that another tool printed ({named}); no single exit was recorded.";
    }

    /// <summary>A row for each reason, and rows of its sub-keys below it.</summary>
    public static IEnumerable<(string Name, bool IsSubkey, IReadOnlyList<string> Cells)> Rows(TraceSummary trace, ReasonTable table)
    {
        bool off = LeavesCpu(table);
        foreach (ReasonRow row in table.Rows)
        {
            yield return (Name(row), false,
                With(off, row.Figures, Cells(row.Figures, table.Rate(row, trace.Header.Clock), row.P50Interval, row.P99Interval)));
            // A single sub-key says nothing that its reason's row does not say, but its name.
            foreach (ReasonSubkey subkey in row.Subkeys.Take(ShownSubkeys))
                yield return (subkey.Subkey, true, With(off, subkey.Figures, Cells(subkey.Figures, double.NaN, null, null)));
            int more = row.Subkeys.Length + row.MoreSubkeys - ShownSubkeys;
            if (more > 0) yield return ($"and {more:N0} more", true, [.. ColumnsOf(table).Select(_ => "")]);
        }
    }

    /// <summary>Where the scheduler was recorded, how much of the total it had given the CPU to others.</summary>
    public static string[] ColumnsOf(ReasonTable table) => LeavesCpu(table) ? [.. Columns, "off CPU"] : Columns;

    private static bool LeavesCpu(ReasonTable table) => table.Rows.Any(r => r.Figures.OffCpu > 0);

    private static List<string> With(bool off, ReasonFigures f, List<string> cells)
    {
        if (off) cells.Add(f.OffCpu > 0 ? Figures.Cycles(f.OffCpu) : "");
        return cells;
    }

    public static IEnumerable<(string Name, bool IsStage, IReadOnlyList<string> Cells)> StageRows(ReasonTable table)
    {
        foreach (ReasonRow row in table.Rows.Where(r => !r.Stages.IsEmpty))
        {
            yield return (Name(row), false, [$"{row.Figures.Paired:N0}", Figures.Cycles(row.Figures.Mean)]);
            foreach (ReasonStage stage in row.Stages)
            {
                yield return (stage.Stage, true, [$"{stage.Exits:N0}", Figures.Bounded(stage.Bound, Short(stage.Mean))]);
            }
        }
    }

    /// <summary>None if there is one vCPU only.</summary>
    public static IEnumerable<(string Name, bool IsVcpu, IReadOnlyList<string> Cells)> VcpuRows(ReasonTable table)
    {
        if (table.Threads.Length < 2) yield break;
        foreach (ReasonRow row in table.Rows)
        {
            yield return (Name(row), false, [.. VcpuColumns.Select(_ => "")]);
            foreach (ReasonVcpu vcpu in row.Vcpus)
            {
                ReasonFigures f = vcpu.Figures;
                yield return (VcpuName(vcpu), true,
                    [$"{f.Count:N0}", Figures.Cycles(f.Total), Figures.Share(f.Share), Short(f.Mean), Short(f.P50), Short(f.P99)]);
            }
        }
    }

    public static string Name(ReasonRow row)
    {
        string name = row.Reason.Length > 0 ? VisibleText.Of(row.Reason) : "(unknown)";
        if (row.KvmExit.Length > 0) return $"{name}, {VisibleText.Of(row.KvmExit)}";
        return row.Userspace ? name + ", user space" : name;
    }

    private static string VcpuName(ReasonVcpu vcpu) =>
        VcpuName(new VcpuIdentity(vcpu.Index, vcpu.Tid, vcpu.Vcpu, VcpuIdentity.Unknown, ""));

    public static string VcpuName(VcpuIdentity vcpu) => (vcpu.Vcpu, vcpu.Tid) switch
    {
        ( >= 0, >= 0) => $"vCPU {vcpu.Vcpu} (thread {vcpu.Tid})",
        ( >= 0, _) => $"vCPU {vcpu.Vcpu}",
        (_, >= 0) => $"thread {vcpu.Tid}",
        _ => $"vCPU thread {vcpu.Index + 1}",
    };

    private static List<string> Cells(ReasonFigures f, double rate, Estimate? p50, Estimate? p99) =>
    [
        f.Paired == f.Count ? $"{f.Count:N0}" : $"{f.Count:N0} ({f.Count - f.Paired:N0} unpaired)",
        double.IsFinite(rate) ? Short(rate) : "",
        f.Paired == 0 ? Figures.Absent : Figures.Cycles(f.Total),
        Figures.Share(f.Share) is var share && share == Figures.Absent ? "" : share,
        Short(f.Mean), With(f.P50, p50), Short(f.P90), With(f.P99, p99), Short(f.Max),
    ];

    /// <summary>Ticks of a coarse clock are few: a mean of 1.08 is not 1.</summary>
    internal static string Short(double value) =>
        double.IsFinite(value) && Math.Abs(value) < 100 ? value.ToString("0.##", CultureInfo.InvariantCulture) : Figures.Cycles(value);

    private static string With(double value, Estimate? interval) => interval is { } known && double.IsFinite(known.Low)
        && double.IsFinite(known.High) && Short(known.High) != Short(known.Low)
        ? $"{Short(value)} ({Short(known.Low)}–{Short(known.High)})" : Short(value);

    private static string Time(double ticks, TraceSummary trace) => trace.Header.Clock is { IsTime: true, Hertz: > 0 and var hertz }
        ? Figures.Duration(ticks, hertz) : $"{Figures.Cycles(ticks)} {trace.Header.Clock.Symbol}";
}
