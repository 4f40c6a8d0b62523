using System.Globalization;
using System.Text.RegularExpressions;

namespace ExitProf.Traces;

/// <summary>
/// Maps of bpftrace with an exit reason in their key: <c>@exit_ns[48, EPT_VIOLATION]:</c> and the buckets of a histogram below it, or a
/// count behind it.
/// Scripts have VMX's names built in: on SVM their codes mean something else, which the codes themselves give away.
/// </summary>
internal sealed partial class BpftraceMaps(ITraceSink sink, ImportFindings findings)
{
    /// <summary>No reason of VMX is higher (<see cref="ExitReasons"/>).</summary>
    private const uint HighestVmx = 0x55;
    private const int MaxRows = 1 << 16;

    private readonly List<(string Map, string Key, string Row, double Value, string Unit, string Column)> rows = [];
    private readonly HashSet<string> otherNames = [];
    private string map = "";
    private string key = "";
    private bool svm;

    internal bool Add(string line)
    {
        Match found = Head().Match(line);
        if (found.Success)
        {
            (map, key) = (found.Groups[1].Value, found.Groups[2].Value.Trim().TrimEnd(',').Trim());
            if (Code(key) is > HighestVmx) svm = true;
            string count = found.Groups[3].Value;
            if (count.Length > 0) Row("", double.Parse(count, CultureInfo.InvariantCulture), "", "value");
            return true;
        }
        found = Statistics().Match(line);
        if (found.Success)
        {
            (map, key) = (found.Groups["map"].Value, found.Groups["key"].Value.Trim().TrimEnd(',').Trim());
            if (Code(key) is > HighestVmx) svm = true;
            foreach (string column in (string[])["count", "average", "total"])
            {
                Row("", double.Parse(found.Groups[column].Value, CultureInfo.InvariantCulture), column == "count" ? "exits" : "", column);
            }
            return true;
        }
        found = Bucket().Match(line);
        if (!found.Success || map.Length == 0) return false;
        Row(found.Groups[1].Value, double.Parse(found.Groups[2].Value, CultureInfo.InvariantCulture), "exits", TableColumn.Samples);
        return true;
    }

    internal void Complete()
    {
        foreach ((string of, string name, string row, double value, string unit, string column) in rows)
        {
            string reason = Name(name);
            sink.Metric(new TableFigure(of, row.Length > 0 ? $"{reason} {row}" : reason, column, value, unit));
        }
        if (otherNames.Count == 0) return;
        findings.Add(FindingKind.ReasonsMisnamed, otherNames.Count, "The map's codes are SVM's, its names are VMX's: " + string.Join(", "
            + "", otherNames.Order(StringComparer.Ordinal)) + ".");
    }

    private void Row(string row, double value, string unit, string column)
    {
        if (rows.Count < MaxRows) rows.Add((map, key, row, value, unit, column));
    }

    /// <summary>By the code where there is one: the name beside it may be the wrong vendor's.</summary>
    private string Name(string of)
    {
        if (Code(of) is not { } code) return of;
        int comma = of.IndexOf(',', StringComparison.Ordinal);
        string given = comma < 0 ? "" : of[(comma + 1)..].Trim();
        if (!svm) return given.Length > 0 ? given : ExitReasons.Name(code, KernelEvent.IsaVmx);
        string right = ExitReasons.Name(code, KernelEvent.IsaSvm);
        if (given.Length > 0 && given != right) otherNames.Add($"{code} is {right}, not {given}");
        return right;
    }

    private static uint? Code(string of)
    {
        int comma = of.IndexOf(',', StringComparison.Ordinal);
        return uint.TryParse(comma < 0 ? of : of[..comma], NumberStyles.None, CultureInfo.InvariantCulture, out uint code) ? code : null;
    }

    [GeneratedRegex(@"^(@\w*)\[([^\]]{0,60})\]:\s*([0-9]{1,18})?\s*$")]
    private static partial Regex Head();

    /// <summary>What stats() of bpftrace prints of a key.</summary>
    [GeneratedRegex(@"^(?<map>@\w*)\[(?<key>[^\]]{0,60})\]: "
        + @"count (?<count>[0-9]{1,18}), average (?<average>[0-9]{1,18}), total (?<total>[0-9]{1,18})\s*$")]
    private static partial Regex Statistics();

    [GeneratedRegex(@"^\s*(\[[^\]\)]{1,30}[\)\]])\s+([0-9]{1,18}) \|")]
    private static partial Regex Bucket();
}
