using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ExitProf.Traces;

/// <summary>
/// Finds the tables of <c>perf kvm stat</c>, perf-prof, bcc, bpftrace and kvm_stat among the lines of a text and hands their figures to a
/// sink. Lines that
/// belong to none are refused.
/// </summary>
internal sealed partial class TableReader(ITraceSink sink, ImportFindings findings)
{
    /// <summary>A hostile text could have tables without end.</summary>
    private const int MaxMetrics = 1 << 20;
    private const int MaxLineBytes = 400;

    /// <summary>The names of all counters stand in one line of a log.</summary>
    private const int MaxLogBytes = 1 << 13;

    private readonly Dictionary<string, int> titles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> counters = new(StringComparer.Ordinal);
    private readonly BpftraceMaps maps = new(sink, findings);
    private readonly UnitTestRows unitTests = new(sink);
    private readonly Dictionary<string, double> intervals = new(StringComparer.Ordinal);
    private KvmStatLog? log;
    private ReasonCounts? reasons;
    private TableHeader? header;
    private DurationTable? table;
    private string broken = "";
    private string brokenRow = "";
    private string title = "";
    private ListKind list;

    internal long Metrics { get; private set; }

    internal int Tables => titles.Values.Sum();

    private enum ListKind : byte
    {
        None,
        Bcc,
        KvmStat,
        Histogram,
    }

    /// <summary>Takes a line that is no event.</summary>
    /// <returns>False if it belongs to no table.</returns>
    internal bool Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > MaxLogBytes || Metrics > MaxMetrics) return false;
        string line = Encoding.UTF8.GetString(bytes).TrimEnd();
        // What mails put before and behind a line: the marks of a quotation, and a blank at its end as quoted-printable writes it.
        while (line.EndsWith("=20", StringComparison.Ordinal)) line = line[..^3].TrimEnd();
        line = WithoutBars(MailQuote().Replace(line, ""));
        if (string.IsNullOrWhiteSpace(line)) return false;
        if ((log ??= new KvmStatLog(sink, Title)).Add(line)) return Count();
        if (line.Length > MaxLineBytes) return false;
        if (broken.Length > 0)
        {
            line = broken + " " + line.TrimStart();
            broken = "";
        }
        if (TryTotals(line) || maps.Add(line)) return Count();
        if (unitTests.TryHeader(line))
        {
            EndTable();
            return true;
        }
        if (TryHeader(line)) return true;
        if (list != ListKind.None && TryListRow(line)) return Count();
        if (table is not null) return TryRow(line);
        return TryCounter(line);
    }

    internal void Complete()
    {
        EndTable();
        maps.Complete();
        log?.Complete();
        foreach ((string name, double sum) in intervals) sink.Metric(new TableFigure("perf stat", name, "count", sum, "events"));
        if (!counters.TryGetValue("kvm:kvm_exit", out double exits) || !counters.TryGetValue("kvm:kvm_entry", out double entries)
            || exits == entries) return;
        findings.Add(FindingKind.CountsDoNotPair, (long)Math.Min(Math.Abs(exits - entries), long.MaxValue / 2),
            $"{exits:N0} kvm_exit and {entries:N0} kvm_entry were counted: {Math.Abs(exits - entries):N0} do not pair.");
    }

    private bool Count()
    {
        Metrics++;
        return true;
    }

    private bool TryHeader(string line)
    {
        if (TableHeader.IsBroken(line) && line.Contains("Samples", StringComparison.Ordinal))
        {
            broken = line;
            return true;
        }
        if (TableHeader.TryParse(line) is { } found)
        {
            EndTable();
            header = found;
            table = new DurationTable(Title(found.Subject), found);
            return true;
        }
        string trimmed = line.TrimStart();
        ListKind kind = (reasons = ReasonCounts.TryParse(line) ?? reasons) is not null
                && trimmed.Contains("KVM_EXIT_REASON", StringComparison.Ordinal) ? ListKind.Bcc
            : trimmed.StartsWith("Event ", StringComparison.Ordinal)
                && trimmed.Contains("%Total", StringComparison.Ordinal) ? ListKind.KvmStat
            // Until Linux 4.10 it had no names for its columns.
            : trimmed == "kvm statistics" ? ListKind.KvmStat
            : trimmed.Contains("distribution", StringComparison.Ordinal) && trimmed.Contains(": "
                + "count", StringComparison.Ordinal) ? ListKind.Histogram : ListKind.None;
        if (kind == ListKind.None) return false;
        EndTable();
        list = kind;
        title = Title(kind switch
        {
            ListKind.Bcc => "kvmexit",
            ListKind.KvmStat => "kvm_stat",
            _ => trimmed[..trimmed.IndexOf(':', StringComparison.Ordinal)].Trim(),
        });
        return true;
    }

    private bool TryRow(string line)
    {
        if (line.TrimStart().StartsWith("---", StringComparison.Ordinal)) return true;
        string whole = brokenRow.Length > 0 ? brokenRow + " " + line.TrimStart() : line;
        brokenRow = "";
        if (TableRecord.TryParse(whole, header!.Columns.Count) is not { Name.Length: > 0 } record || record.Name.Length > 60)
        {
            // "[..]": whoever quoted the table left rows out; prose ends it.
            if (line.Trim() is "[..]" or "[...]" or "..." or "[…]") table!.IsCut = true;
            else if (table!.Rows > 0) EndTable();
            return false;
        }
        if (record.Figures.Count < header.Columns.Count)
        {
            // The rest of the row is on the next line, unless that is no row at all.
            if (record.Figures.Count == 0 || whole.Length > MaxLineBytes
                || record.Name.Contains('.', StringComparison.Ordinal)) return false;
            brokenRow = whole;
            return true;
        }
        table!.Add(record, sink);
        return Count();
    }

    private bool TryTotals(string line)
    {
        Match found = Totals().Match(line);
        if (!found.Success || table is null) return false;
        double samples = double.Parse(found.Groups[1].Value.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        string digits = found.Groups[2].Value.Replace(",", "", StringComparison.Ordinal);
        bool timed = double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double time);
        table.Check(samples, timed ? time : double.NaN, found.Groups[3].Value, sink, findings);
        table = null;
        return true;
    }

    private void EndTable()
    {
        table?.CheckShares(findings);
        table = null;
        list = ListKind.None;
        brokenRow = "";
    }

    private bool TryListRow(string line)
    {
        string[] words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (list == ListKind.Histogram)
        {
            if (words is not [var low, "->", var high, ":", var count, ..]
                || !double.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out double exits)) return false;
            sink.Metric(new TableFigure(title, $"{low} -> {high}", TableColumn.Samples, exits, "exits"));
            return true;
        }
        if (list == ListKind.Bcc) return reasons!.Add(line, title, sink);
        return TryKvmStat(KvmStatRow().Match(line), title);
    }

    /// <summary>"kvm_exit 238402 55.0 11931". A row whose event did not come of late has no rate, the line of totals no share.</summary>
    private bool TryKvmStat(Match found, string of)
    {
        if (!found.Success) return false;
        string row = found.Groups["name"].Value;
        Figure("total", TableColumn.Samples, "events");
        Figure("share", TableColumn.SamplesShare, "%");
        Figure("rate", "per second", "events");
        return true;

        void Figure(string group, string column, string unit)
        {
            if (!TableRecord.TryFigure(found.Groups[group].Value, out var figure)) return;
            sink.Metric(new TableFigure(of, row, column, figure.Value, unit));
        }
    }

    /// <summary>"1,934 kvm:kvm_exit [100.00%]" of perf stat; what kvm_stat -1 and kvm-unit-tests print without a header.</summary>
    private bool TryCounter(string line)
    {
        Match found = Counter().Match(line);
        if (!found.Success) found = SeparatedCounter().Match(line);
        string digits = string.Concat(found.Groups["count"].Value.Where(char.IsAsciiDigit));
        if (found.Success && double.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out double count))
        {
            string name = found.Groups["name"].Value;
            if (found.Groups["interval"].Success)
            {
                // perf stat -I: what it counted in one interval.
                count = intervals[name] = intervals.GetValueOrDefault(name) + count;
            }
            else sink.Metric(new TableFigure("perf stat", name, "count", count, "events"));
            counters[name] = count;
            return Count();
        }
        return (TryKvmStat(KvmStatOnce().Match(line), "kvm_stat") || unitTests.Add(line)) && Count();
    }

    /// <summary>A table of Markdown has bars between its columns.</summary>
    private static string WithoutBars(string line)
    {
        string trimmed = line.Trim();
        return trimmed.Length > 2 && trimmed[0] == '|' && trimmed[^1] == '|' ? trimmed.Replace('|', ' ') : line;
    }

    /// <summary>Two tables of one file may be of two recordings: their shares are of different wholes.</summary>
    private string Title(string subject)
    {
        int number = titles[subject] = titles.GetValueOrDefault(subject) + 1;
        if (number == 2)
        {
            findings.Add(FindingKind.SeveralTables, 1, $"The file has several tables of {subject}: shares of different wholes must not be "
                + "compared; compare samples and times.");
        }
        return number == 1 ? subject : $"{subject} ({number})";
    }

    [GeneratedRegex(@"^\s*Total Samples:\s*([0-9][0-9,]*)(?:,\s*Total events handled time:\s*([0-9,.]+?)(ns|us|ms|s))?\.?\s*$")]
    private static partial Regex Totals();

    [GeneratedRegex(@"^(?:>+ ?)+")]
    private static partial Regex MailQuote();

    /// <summary>Groups of three digits have between them whatever the language of the machine has.</summary>
    [GeneratedRegex(@"^(?<interval>\s*[0-9]{1,9}[.,][0-9]{9})?\s*(?<count>[0-9]{1,3}(?:[,.'\u00a0\u202f ][0-9]{3}){1,6}|[0-9]{1,18})"
        + @"\s+(?<name>kvm:\w+)(?:\s|:|$)")]
    private static partial Regex Counter();

    /// <summary>perf stat -x: count, unit, name, time that it ran, share of the time.</summary>
    [GeneratedRegex(@"^(?<interval>\s*[0-9]{1,9}\.[0-9]{9}[,;\t|])?(?<count>[0-9]{1,18})[,;\t|][^,;\t|]{0,20}[,;\t|](?<name>kvm:\w+)")]
    private static partial Regex SeparatedCounter();

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z_]\S*)\s+(?<total>[0-9][0-9,]*)(?:\s+(?<share>[0-9]+\.[0-9]+))?(?:\s+(?<rate>[0-9][0-9,]*))?$")]
    private static partial Regex KvmStatRow();

    /// <summary>kvm_stat -1: what was counted in all, and in the second that it looked.</summary>
    [GeneratedRegex(@"^\s*(?<name>kvm_\w+(?:\(\w+\))?)\s+(?<total>[0-9][0-9,]*)\s+(?<rate>[0-9][0-9,]*)$")]
    private static partial Regex KvmStatOnce();
}
