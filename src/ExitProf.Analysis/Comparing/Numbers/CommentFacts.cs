using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// What the comments of a file say of its numbers: "# cycles, 40 runs", "# clock: rdtscp", "# before (harness reads the counter around
/// every call)". A sentence about the harness is a part of the measurement: numbers of another harness mean something else.
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
        var ways = new List<string>();
        foreach (string clause in Clauses(text))
        {
            if (Named().Match(clause) is { Success: true } named)
                facts.Add(new Fact(NameOf(named.Groups["name"].Value), named.Groups["value"].Value.Trim()));
            else if (Counted().Match(clause) is { Success: true } counted)
                facts.Add(new Fact(Iterations, Digits(counted.Groups["count"].Value)));
            else if (Overhead().Match(clause) is { Success: true } overhead)
                facts.Add(new Fact(overhead.Groups["name"].Value.ToLowerInvariant(), overhead.Groups["value"].Value.ToLowerInvariant()));
            else if (Version().Match(clause) is { Success: true } version)
                facts.Add(new Fact($"version of the {version.Groups["name"].Value.ToLowerInvariant()}", version.Groups["value"].Value));
            else if (Measured().Match(clause) is { Success: true } way && Instrument().IsMatch(clause) && !Treatment().IsMatch(clause))
                ways.Add(way.Value);
            else if (MeanOf().Match(clause) is { Success: true } mean)
                facts.Add(new Fact("count that a value is the mean of", Digits(mean.Groups["count"].Value)));
            else if (PerMany().Match(clause) is { Success: true } per)
                facts.Add(new Fact("count that a value is for", per.Groups["count"] is { Success: true } many ? Digits(many.Value) : "1"));
            else if (Clock().Match(clause) is { Success: true } clock)
                facts.Add(new Fact($"frequency of the {clock.Groups["name"].Value.ToLowerInvariant()}", clock.Groups["value"].Value));
            else if (Tool().Match(clause) is { Success: true } tool)
                facts.Add(new Fact($"version of {tool.Groups["name"].Value.ToLowerInvariant()}", tool.Groups["value"].Value));
        }
        // Two sentences of one file may say two things of one way.
        if (ways.Count > 0) facts.Add(new Fact("way of measuring", string.Join("; ", ways.Distinct())));
        return [.. facts.Distinct()];
    }

    private static string UnitOf(string clause)
    {
        if (MetricUnit.IsKnown(clause))
            return clause;
        if (InUnit().Match(clause) is { Success: true } said && MetricUnit.IsKnown(said.Groups["unit"].Value))
            return said.Groups["unit"].Value;
        if (UnitIs().Match(clause) is { Success: true } named)
            return named.Groups["unit"].Value;
        // "fio randread IOPS", but not "a timer of 250 Hz": behind a number it is the unit of that.
        string[] words = Spaces().Split(clause);
        string[] units =
        [
            .. Enumerable
                .Range(0, words.Length)
                .Where(i => words[i].Length > 1 && MetricUnit.IsKnown(words[i]) && (i == 0 || !char.IsAsciiDigit(words[i - 1][^1])))
                .Select(i => words[i]),
        ];
        return units is [var only] ? only : "";
    }

    private static string NameOf(string word) => Spaces().Replace(word.ToLowerInvariant(), " ") switch
    {
        "loops" or "iterations" or "iteration count" or "iteration" or "turns" => Iterations,
        "clocksource" or "clock source" => "clock",
        var name => name,
    };

    private static string Digits(string count) =>
        long.TryParse(
            count.Replace(",", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out long number
        )
            ? number.ToString(CultureInfo.InvariantCulture)
            : count;

    /// <summary>Parts of comments between brackets and marks of punctuation.</summary>
    private static IEnumerable<string> Clauses(NumberText text) => text.Lines
        .Select(l => l.Trim()).Where(l => l.StartsWith('#'))
        .SelectMany(l => Marks().Split(l.TrimStart('#', '!', ' ', '\t'))).Select(c => c.Trim()).Where(c => c.Length > 0);

    [GeneratedRegex(@"[()\[\];]|,(?!\d{3}\b)|\.(?=\s|$)|:(?=\s.*:)|\s[-–—]\s", RegexOptions.CultureInvariant)]
    private static partial Regex Marks();

    /// <summary>
    /// After "harness" a sentence may follow; the other words need "is" or a colon, because they stand in sentences about much else.
    /// </summary>
    [GeneratedRegex(
        @"^(?:the\s+)?(?:(?<name>harness|ruler)(?:\s*[:=]|\s)|(?<name>clock\s?source|clock|timer(\s+frequency)?|counter(\s+frequency)?|tsc\s+frequency|frequency|iteration\s+count|iterations?|loops|turns|batch(\s+size)?|warm-?up)(?:\s*[:=]|\s+(?:is|was)\s))\s*(?<value>\S.*)$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Named();

    [GeneratedRegex(@"^(?<count>\d[\d,_]*)\s+(iterations|loops|turns)\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Counted();

    /// <summary>"each value is the mean of 100 calls".</summary>
    [GeneratedRegex(
        @"\b(?:mean|average|median|minimum|sum|total|best)\s+(?:of|over)\s+(?<count>\d[\d,_]*)\s+(?:calls|exits|iterations|loops|turns|samples|repetitions|runs)\b",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex MeanOf();

    /// <summary>"cycles per 1000 calls", "ns per exit".</summary>
    [GeneratedRegex(
        @"\bper\s+(?:(?<count>\d[\d,_]*)\s+)?(?:calls?|exits?|iterations?|loops?|turns?|operations?)\s*$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex PerMany();

    /// <summary>"TSC 2100 MHz". That of a CPU is no clock's.</summary>
    [GeneratedRegex(
        @"^(?:the\s+)?(?<name>tsc|timer|counter)\s+(?:at\s+|is\s+|runs\s+at\s+)?(?<value>[\d.]+\s*[kMG]?Hz)$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Clock();

    /// <summary>Tools that people name with the version that measured.</summary>
    [GeneratedRegex(
        @"\b(?<name>fio|wrk2?|iperf3?|netperf|sysbench|hyperfine|google benchmark|criterion|sockperf|qperf|lmbench|stress-ng|cyclictest|redis-benchmark|pgbench|memtier|ycsb|jmh)[- ](?:version\s+)?v?(?<value>\d+\.[\w.]+)$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Tool();

    [GeneratedRegex(
        @"(?<name>(?:\w+\s+)?overhead)\s+(?:(?:is|was|now)\s+)*(?<value>(?:not\s+|no longer\s+)?(?:subtracted|included|excluded|removed|deducted|counted))\b",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Overhead();

    [GeneratedRegex(
        @"\b(?<name>tool|benchmark|bench|script)\s+version\s*[:=]?\s*(?<value>\S.*)$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Version();

    /// <summary>"each call timed on its own", "measured with rdtscp", "the benchmark uses wall time".</summary>
    [GeneratedRegex(
        @"(?:[\w-]+\s+){0,3}(?<![\w-])(?:timed|measured|clocked|sampled)\s.*$|\b(?:benchmark|bench|tool|test)\s+(?:now\s+)?(?:reads|uses|times|takes|starts|stops|counts|measures)\s.*$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Measured();

    /// <summary>A sentence about measuring that names none of these is about what was measured, not about by what.</summary>
    [GeneratedRegex(
        @"\b(?:rdtscp?|tsc|hpet|pmu|pmc|perf|cnt[vp]ct\w*|clock\w*|timer|counter|stopwatch|gettimeofday|(?:wall|cpu|user|system)[ -]?time|calls?|iterations?|loops?|turns?)\b",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Instrument();

    /// <summary>What people change to see what it does: that is no other ruler.</summary>
    [GeneratedRegex(
        @"\b(?:patch\w*|commit|kernel|fix\w*|series|qemu|kvm|host|guest|without|disabled|enabled|turned)\b",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Treatment();

    [GeneratedRegex(@"^(?:.*\s)?in\s+(?<unit>\S+)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex InUnit();

    [GeneratedRegex(@"^units?\s*[:=]\s*(?<unit>\S.*)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex UnitIs();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
