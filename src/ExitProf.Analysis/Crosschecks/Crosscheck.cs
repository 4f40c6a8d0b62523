using System.Collections.Immutable;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// The same recording as perf sees it and as ExitProf does, reason by reason. A difference is explained by what is known of perf's way to
/// count (tools/perf/builtin-kvm.c) and by what the reading found; any other is a bug of one of them.
/// </summary>
public sealed class Crosscheck
{
    /// <summary>perf prints a mean in hundredths of a microsecond.</summary>
    private const double HalfOfPerfsDigit = 5;

    private readonly LiveReasons own;
    private readonly int vcpus;
    private readonly long lost;

    /// <summary>Exits that perf's table lacks because of the first kvm_entry of a vCPU; shared by all rows.</summary>
    private long missingAtStart;

    private Crosscheck(LiveReasons own, ReasonTable? table)
    {
        this.own = own;
        vcpus = table?.Threads.Length ?? 0;
        lost = Count(FindingKind.EventsLost);
    }

    /// <param name="table">perf kvm stat's output as it was imported; null if there is none.</param>
    /// <param name="text">perf script's output as it was imported; null if there is none.</param>
    /// <param name="own">The recording as it was imported.</param>
    public static ImmutableArray<CrosscheckRow> Of(LiveReasons? table, LiveReasons? text, LiveReasons own)
    {
        ReasonTable? ours = own.Take();
        var check = new Crosscheck(own, ours);
        Dictionary<string, CrosscheckCount> bytes = Counts(ours), lines = Counts(text?.Take()), perf = Counts(table?.Metrics ?? []);
        check.missingAtStart = Math.Max(0, bytes.Values.Sum(c => c.Paired) - perf.Values.Sum(c => c.Paired));
        return
        [
            .. bytes.Keys.Concat(lines.Keys).Concat(perf.Keys).Distinct()
                .OrderByDescending(r => bytes.GetValueOrDefault(r)?.Nanoseconds ?? 0).ThenBy(r => r, StringComparer.Ordinal)
                .Select(r => check.Row(r, table is null ? null : perf.GetValueOrDefault(r), table is not null,
                    text is null ? null : lines.GetValueOrDefault(r), text is not null, bytes.GetValueOrDefault(r))),
        ];
    }

    private CrosscheckRow Row(
        string reason, CrosscheckCount? table, bool hasTable, CrosscheckCount? text, bool hasText, CrosscheckCount? bytes)
    {
        var said = new List<string>();
        bool explained = true;
        if (hasTable) explained &= CompareTable(table, bytes, said);
        if (hasText) explained &= CompareText(text, bytes, said);
        return new CrosscheckRow(reason, table, text, bytes, [.. said], explained);
    }

    private bool CompareTable(CrosscheckCount? table, CrosscheckCount? bytes, List<string> said)
    {
        long perf = table?.Paired ?? 0, ours = bytes?.Paired ?? 0;
        if (bytes is { } b && b.Exits > b.Paired)
            said.Add(Agreement.Of(b.Exits - b.Paired, $"{b.Exits - b.Paired:N0} [exits have|exit has] no entry: perf counts an exit at the "
                + "next entry, we count it without a duration."));
        if (perf == ours) return ours == 0 || CompareTime(table!, bytes!, said);
        if (ours > 0 && perf == 0 && own.Trace?.Backend == Backend.Pvm)
        {
            said.Add("This host's KVM is PVM and wrote no kvm_exit: perf has no exits, ours are those between RCU notes.");
            return true;
        }
        if (perf < ours && missingAtStart > 0 && missingAtStart <= vcpus)
        {
            said.Add($"perf has {ours - perf:N0} fewer: it leaves out what a vCPU does before its first kvm_entry.");
            return true;
        }
        if (lost > 0)
        {
            said.Add($"perf has {Math.Abs(perf - ours):N0} {(perf > ours ? "more" : "fewer")}: {lost:N0} events were lost, and perf pairs "
                + "across such a place, which we do not.");
            return true;
        }
        if (perf > ours && Count(FindingKind.TimeBackwards) > 0)
        {
            said.Add($"perf has {perf - ours:N0} more: the time of a thread runs backwards, and perf pairs across such a place.");
            return true;
        }
        said.Add($"perf has {perf:N0} with a duration and we have {ours:N0}: not explained.");
        return false;
    }

    private static bool CompareTime(CrosscheckCount table, CrosscheckCount bytes, List<string> said)
    {
        double gap = Math.Abs(table.Nanoseconds - bytes.Nanoseconds);
        if (!double.IsFinite(gap) || gap == 0) return true;
        bool rounded = gap <= table.Paired * HalfOfPerfsDigit + 1;
        said.Add(rounded
            ? $"Times differ by {gap / Math.Max(1, table.Paired):0.#} ns an exit: perf prints its mean in hundredths of a microsecond."
            : $"Times differ by {gap / Math.Max(1, table.Paired):0.#} ns an exit: not explained.");
        return rounded;
    }

    private bool CompareText(CrosscheckCount? text, CrosscheckCount? bytes, List<string> said)
    {
        if (Same(text, bytes)) return true;
        if (own.Trace?.Backend == Backend.Pvm && text is null)
        {
            said.Add("The text has no kvm_exit either, and RCU notes are read as borders from perf.data only.");
            return true;
        }
        if (lost > 0 && (text?.Exits ?? 0) == (bytes?.Exits ?? 0))
        {
            said.Add("perf script does not print where events were lost: exits are paired across it in the text.");
            return true;
        }
        said.Add(Agreement.Of(text?.Exits ?? 0, $"perf script's text has {text?.Exits ?? 0:N0} [exits|exit], {text?.Paired ?? 0:N0} of them with "
            + $"a duration; the bytes have {bytes?.Exits ?? 0:N0} and {bytes?.Paired ?? 0:N0}: not explained."));
        return false;
    }

    private static bool Same(CrosscheckCount? a, CrosscheckCount? b) =>
        (a?.Exits ?? 0) == (b?.Exits ?? 0) && (a?.Paired ?? 0) == (b?.Paired ?? 0)
        && Math.Abs((a?.Nanoseconds ?? 0) - (b?.Nanoseconds ?? 0)) < 1;

    private long Count(FindingKind kind) => own.Findings.Where(f => f.Is(kind)).Sum(f => f.Count);

    /// <summary>By the hardware's reason alone, as perf does.</summary>
    private static Dictionary<string, CrosscheckCount> Counts(ReasonTable? table) =>
        table is null ? [] : table.Rows.GroupBy(r => r.Reason).ToDictionary(
            g => g.Key.Length > 0 ? g.Key : "(unknown)",
            g => new CrosscheckCount(g.Sum(r => r.Figures.Count), g.Sum(r => r.Figures.Paired),
                g.Where(r => r.Figures.Paired > 0).Sum(r => r.Figures.Total)));

    private static Dictionary<string, CrosscheckCount> Counts(IReadOnlyList<TableFigure> figures) =>
        figures.Where(f => !f.Row.StartsWith('(')).GroupBy(f => f.Row).ToDictionary(
            g => g.Key,
            g =>
            {
                long samples = (long)(g.FirstOrDefault(f => f.Column == "samples")?.Value ?? 0);
                TableFigure? time = g.FirstOrDefault(f => f.Column == "time");
                return new CrosscheckCount(samples, samples, time is null ? double.NaN : time.Value * Scale(time.Unit));
            });

    private static double Scale(string unit) => unit switch
    {
        "ns" => 1,
        "us" => 1e3,
        "ms" => 1e6,
        "s" => 1e9,
        _ => double.NaN,
    };
}
