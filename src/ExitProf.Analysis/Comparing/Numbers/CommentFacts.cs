using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// What the comments of a file say of its numbers: "# cycles, 40 runs", "# clock: rdtscp", "# before (harness reads the counter around every call)".
/// A sentence about the harness is a part of the measurement: numbers of another harness mean something else.
/// </summary>
internal static partial class CommentFacts
{
    private const string Iterations = "count of iterations";

    /// <summary>The unit that a comment names; empty if none does, or if they name several.</summary>
    public static string Unit(NumberText text)
    {
        string[] units = [.. Clauses(text).Select(UnitOf).Where(u => u.Length > 0).DistinctBy(MetricUnit.Plain)];
        return units is [var only] ? only : "";
    }

    /// <summary>What comments say of harness, clock and count of turns.</summary>
    public static ImmutableArray<Fact> Ruler(NumberText text)
    {
        var facts = new List<Fact>();
        foreach (string clause in Clauses(text))
        {
            if (Named().Match(clause) is { Success: true } named) facts.Add(new Fact(NameOf(named.Groups["name"].Value), named.Groups["value"].Value.Trim()));
            else if (Counted().Match(clause) is { Success: true } counted) facts.Add(new Fact(Iterations, Digits(counted.Groups["count"].Value)));
        }
        return [.. facts.Distinct()];
    }

    private static string UnitOf(string clause)
    {
        if (MetricUnit.IsKnown(clause)) return clause;
        if (InUnit().Match(clause) is { Success: true } said && MetricUnit.IsKnown(said.Groups["unit"].Value)) return said.Groups["unit"].Value;
        if (UnitIs().Match(clause) is { Success: true } named) return named.Groups["unit"].Value;
        // "fio randread IOPS", but not "a timer of 250 Hz": behind a number it is the unit of that.
        string[] words = Spaces().Split(clause);
        string[] units = [.. Enumerable.Range(0, words.Length).Where(i => words[i].Length > 1 && MetricUnit.IsKnown(words[i]) && (i == 0 || !char.IsAsciiDigit(words[i - 1][^1]))).Select(i => words[i])];
        return units is [var only] ? only : "";
    }

    private static string NameOf(string word) => Spaces().Replace(word.ToLowerInvariant(), " ") switch
    {
        "loops" or "iterations" or "iteration count" or "iteration" or "turns" => Iterations,
        "clocksource" or "clock source" => "clock",
        var name => name,
    };

    private static string Digits(string count) =>
        long.TryParse(count.Replace(",", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number.ToString(CultureInfo.InvariantCulture) : count;

    /// <summary>Parts of comments between brackets and marks of punctuation.</summary>
    private static IEnumerable<string> Clauses(NumberText text) => text.Lines
        .Select(l => l.Trim()).Where(l => l.StartsWith('#'))
        .SelectMany(l => Marks().Split(l.TrimStart('#', '!', ' ', '\t'))).Select(c => c.Trim()).Where(c => c.Length > 0);

    [GeneratedRegex(@"[()\[\];]|,(?!\d{3}\b)|\.(?=\s|$)|:(?=\s.*:)|\s[-–—]\s", RegexOptions.CultureInvariant)]
    private static partial Regex Marks();

    /// <summary>After "harness" a sentence may follow; the other words need "is" or a colon, because they stand in sentences about much else.</summary>
    [GeneratedRegex(@"^(?:(?<name>harness|ruler)(?:\s*[:=]|\s)|(?<name>clock\s?source|clock|timer(\s+frequency)?|counter(\s+frequency)?|tsc\s+frequency|frequency|iteration\s+count|iterations?|loops|turns|batch(\s+size)?|warm-?up)(?:\s*[:=]|\s+(?:is|was)\s))\s*(?<value>\S.*)$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Named();

    [GeneratedRegex(@"^(?<count>\d[\d,_]*)\s+(iterations|loops|turns)\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Counted();

    [GeneratedRegex(@"^(?:.*\s)?in\s+(?<unit>\S+)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex InUnit();

    [GeneratedRegex(@"^units?\s*[:=]\s*(?<unit>\S.*)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex UnitIs();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
