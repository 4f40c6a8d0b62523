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
    /// <summary>No reason of VMX is higher, nor is one of SVM that does not begin with a set bit (<see cref="ExitReasons"/>).</summary>
    private const uint HighestVmx = 0x55;
    private const uint HighestSvm = 0x403;
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
            if (IsSvm(key)) svm = true;
            string count = found.Groups[3].Value;
            if (count.Length > 0) Row("", double.Parse(count, CultureInfo.InvariantCulture), "", "value");
            return true;
        }
        found = Statistics().Match(line);
        if (found.Success)
        {
            (map, key) = (found.Groups["map"].Value, found.Groups["key"].Value.Trim().TrimEnd(',').Trim());
            if (IsSvm(key)) svm = true;
            foreach (string column in (string[])["count", "average", "total"])
            {
                Row("", double.Parse(found.Groups[column].Value, CultureInfo.InvariantCulture), column == "count" ? "exits" : "", column);
            }
            return true;
        }
        if (TryHistTrigger(line)) return true;
        found = Scalar().Match(line);
        if (found.Success)
        {
            (map, key) = (found.Groups[1].Value, "(all)");
            Row("", double.Parse(found.Groups[2].Value, CultureInfo.InvariantCulture), "", "value");
            return true;
        }
        found = Bucket().Match(line);
        if (!found.Success || map.Length == 0) return false;
        Row(found.Groups[1].Value, double.Parse(found.Groups[2].Value, CultureInfo.InvariantCulture), "exits", TableColumn.Samples);
        return true;
    }

    /// <summary>"{ exit_reason: 48 } hitcount: 1234" of a hist trigger of ftrace, with sums behind it where the trigger has some.</summary>
    private bool TryHistTrigger(string line)
    {
        Match found = HistTrigger().Match(line);
        if (!found.Success) return false;
        string[] fields = found.Groups["key"].Value.Split(',', StringSplitOptions.TrimEntries);
        int at = Array.FindIndex(fields, f => f.StartsWith("exit_reason:", StringComparison.Ordinal));
        IEnumerable<string> others = fields.Where((_, i) => i != at).Select(f => Spaces().Replace(f, " "));
        // A reason stands last, where a key has it.
        string code = at < 0 ? "" : fields[at]["exit_reason:".Length..].Trim();
        (map, key) = ("hist", string.Join(", ", at < 0 ? others : others.Append(code)));
        if (at >= 0 && IsSvm(key)) svm = true;
        foreach (Match value in HistValue().Matches(found.Groups["values"].Value))
        {
            bool hits = value.Groups[1].Value == "hitcount";
            Row("", double.Parse(value.Groups[2].Value, CultureInfo.InvariantCulture), hits ? "exits" : "",
                hits ? TableColumn.Samples : value.Groups[1].Value);
        }
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
        if (Parts(of) is not { } parts) return of.Trim('"');
        (uint code, string before, string given) = parts;
        if (before.Length > 0) before += " ";
        if (!svm) return before + (given.Length > 0 ? given : ExitReasons.Name(code, KernelEvent.IsaVmx));
        string right = ExitReasons.Name(code, KernelEvent.IsaSvm);
        if (given.Length > 0 && given != right) otherNames.Add($"{code} is {right}, not {given}");
        return before + right;
    }

    /// <summary>
    /// The part of a key that is an exit reason: "48", "48, EPT_VIOLATION", "4711, 48", "CPU 0/KVM, 48". Of two numbers the last one is,
    /// the other is a thread's or a vCPU's.
    /// </summary>
    private static (uint Code, string Before, string Given)? Parts(string of)
    {
        string[] parts = of.Split(',', StringSplitOptions.TrimEntries);
        int at = Array.FindLastIndex(parts, p => uint.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out uint _));
        if (at < 0) return null;
        string before = string.Join(' ', parts[..at]), given = string.Join(", ", parts[(at + 1)..]).Trim();
        return (uint.Parse(parts[at], CultureInfo.InvariantCulture), before, given);
    }

    private static bool IsSvm(string of) => Parts(of)?.Code is > HighestVmx and <= HighestSvm;

    [GeneratedRegex(@"^(@\w*)\[([^\]]{0,60})\]:\s*([0-9]{1,18})?\s*$")]
    private static partial Regex Head();

    [GeneratedRegex(@"^(@\w*):\s*([0-9]{1,18})\s*$")]
    private static partial Regex Scalar();

    [GeneratedRegex(@"^\{ (?<key>[^{}]{1,120}) \}(?<values>(?:\s+\w{1,40}:\s+[0-9]{1,18}){1,8})\s*$")]
    private static partial Regex HistTrigger();

    [GeneratedRegex(@"(\w+):\s+([0-9]+)")]
    private static partial Regex HistValue();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    /// <summary>What stats() of bpftrace prints of a key.</summary>
    [GeneratedRegex(@"^(?<map>@\w*)\[(?<key>[^\]]{0,60})\]: "
        + @"count (?<count>[0-9]{1,18}), average (?<average>[0-9]{1,18}), total (?<total>[0-9]{1,18})\s*$")]
    private static partial Regex Statistics();

    [GeneratedRegex(@"^\s*([\[(][^\]\)]{1,30}[\)\]])\s+([0-9]{1,18}) \|")]
    private static partial Regex Bucket();
}
