using System.Text.RegularExpressions;

namespace ExitProf.Traces;

/// <summary>
/// The header of a table of <c>perf kvm stat</c> and its relatives: what the rows are of, then the columns in the order of the text. perf
/// changed names and
/// order several times, and mail programs break the line.
/// </summary>
internal sealed partial record TableHeader(string Subject, IReadOnlyList<TableColumn> Columns)
{
    internal static TableHeader? TryParse(string line)
    {
        MatchCollection found = Words().Matches(line);
        if (found.Count < 2 || !found[0].Groups["count"].Success) return null;
        string subject = line[..found[0].Index].Trim();
        if (subject.Length == 0 || subject.Length > 40) return null;
        return new TableHeader(subject, [.. found.Select(Column)]);
    }

    /// <summary>A header that a mail program has broken ends with one of these words.</summary>
    internal static bool IsBroken(string line) => Broken().IsMatch(line);

    private static TableColumn Column(Match word)
    {
        string unit = word.Groups["unit"].Value switch { "n" or "ns" => "ns", "us" or "u" => "us", "ms" => "ms", "s" => "s", _ => "" };
        if (word.Groups["share"].Success) return new TableColumn(word.Groups["share"].Value.StartsWith('T') ? TableColumn.TimeShare
            : TableColumn.SamplesShare, "%");
        if (word.Groups["count"].Success) return new TableColumn(TableColumn.Samples, "exits");
        string name = word.Groups["which"].Value.ToLowerInvariant() switch
        {
            "min" => TableColumn.Min,
            "max" => TableColumn.Max,
            "avg" or "mean" => TableColumn.Mean,
            _ => TableColumn.Time,
        };
        return new TableColumn(name, unit);
    }

    // The longest alternatives come first: "Samples%" is not "Samples", "Min Time" is not "Time".
    [GeneratedRegex(@"(?<share>Samples?%|Pct%|Time%)|(?<which>Min|Max|Avg|Mean|min|max|avg)(?: ?[Tt]ime| t)?(?: "
        + @"?\((?<unit>n|ns|us|u|ms|s)\))?"
        + @"|(?<count>Samples|calls)|(?<which>Time|total)(?: ?\((?<unit>n|ns|us|u|ms|s)\))?")]
    private static partial Regex Words();

    [GeneratedRegex(@"\b(Min|Max|Avg|Mean)\s*$")]
    private static partial Regex Broken();
}
