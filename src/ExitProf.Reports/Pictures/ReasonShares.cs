using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>The exits of a foreign machine by their share of the time, with what they were about.</summary>
internal static class ReasonShares
{
    private const int MostReasons = 14;
    private const int MostSegments = 12;

    /// <returns>Null if no exit has a duration.</returns>
    public static ReasonBars? Of(TraceSummary trace)
    {
        if (trace.Reasons is not { } table) return null;
        ReasonRow[] rows = [.. table.Rows.Where(r => r.Figures.Share > 0)];
        if (rows.Length == 0) return null;
        var bars = rows.Take(MostReasons).Select(r => Bar(trace, r)).ToList();
        if (rows.Length > MostReasons) bars.Add(Rest(rows[MostReasons..]));
        (string Fill, string Text)[] legend = [("handler", "answered by KVM"), ("userspace", "reached the VMM"), ("merged", "the others")];
        return new ReasonBars(
            $"{VisibleText.Of(trace.Header.Scenario)}: exit reasons by share of time",
            "Share of the time in exits other than halts; the parts of a bar are its ports, MSRs, pages.",
            [.. bars],
            [.. legend.Where(l => bars.Any(b => b.Fill == l.Fill))]
        );
    }

    private static ReasonBar Bar(TraceSummary trace, ReasonRow row)
    {
        string name = ReasonSentences.Name(row);
        string mean = Figures.CyclesAndTime(row.Figures.Mean, trace.Header);
        string value = $"{Figures.Share(row.Figures.Share)} · {row.Figures.Count:N0} × {ReasonSentences.Short(row.Figures.Mean)}";
        ReasonSubkey[] subkeys = row.Subkeys.Length > 1 ? [.. row.Subkeys.Where(s => s.Figures.Share > 0).Take(MostSegments)] : [];
        return new ReasonBar(
            name,
            row.Userspace || row.KvmExit.Length > 0 ? "userspace" : "handler",
            row.Figures.Share,
            value,
            [
                .. subkeys.Select(s => new ReasonSegment(
                    VisibleText.Of(s.Subkey),
                    s.Figures.Share,
                    $"{name} {VisibleText.Of(s.Subkey)}: {Figures.Share(s.Figures.Share)}, {s.Figures.Count:N0} exits, "
                    + $"{Figures.CyclesAndTime(s.Figures.Mean, trace.Header)} each"
                )),
            ],
            $"{name}: {Figures.Share(row.Figures.Share)} of the time in exits, {row.Figures.Count:N0} exits, {mean} each"
        );
    }

    private static ReasonBar Rest(ReasonRow[] rows)
    {
        double share = rows.Sum(r => r.Figures.Share);
        string name = $"{rows.Length:N0} more reasons";
        return new ReasonBar(
            name,
            "merged",
            share,
            $"{Figures.Share(share)} · {rows.Sum(r => r.Figures.Count):N0} exits",
            [],
            $"{name}: {Figures.Share(share)} of the time in exits"
        );
    }
}
