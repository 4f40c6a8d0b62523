using System.Globalization;
using System.Text.RegularExpressions;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>The log of kvm-unit-tests' arm/micro-bench.flat: a line for each test with the nanoseconds of all turns and of one.</summary>
internal static partial class MicroBench
{
    public const string Kind = "a log of kvm-unit-tests' micro-bench";

    /// <summary>The harness ends a test after so long, with as many turns as it made.</summary>
    private const double LongestNanoseconds = 5e9;

    public static bool Recognises(NumberText text) => text.Rows.Any(r => Header().IsMatch(r.Text));

    public static MetricFile Read(NumberText text)
    {
        var metrics = new MetricTable(text, "ns");
        var turns = new Dictionary<string, Turns>();
        var ruler = new List<Fact>(CommentFacts.Ruler(text));
        var skipped = new SortedSet<string>(StringComparer.Ordinal);
        foreach ((int number, string line) in text.Rows)
        {
            if (Frequency().Match(line) is { Success: true } frequency)
                ruler.Add(new Fact("timer frequency", frequency.Groups["hertz"].Value + " Hz"));
            if (Skipped().Match(line) is { Success: true } skip)
                skipped.Add(skip.Groups["name"].Value);
            if (Result().Match(line) is not { Success: true } result)
                continue;
            string name = result.Groups["name"].Value,
                mean = result.Groups["mean"].Value;
            // The harness divides whole nanoseconds: what it prints behind the point of a mean is no measurement.
            metrics.Add(number, name, "", mean.EndsWith(".0", StringComparison.Ordinal) ? mean.AsSpan(0, mean.Length - 2) : mean);
            if (Count(result.Groups["total"].Value, mean) is { } count) turns.TryAdd(name, count);
        }
        return new MetricFile(
            text.File,
            Kind,
            [
                .. metrics.Metrics.Select(m =>
                    m with
                    {
                        Better = Better.Lower,
                        Turns = turns.TryGetValue(m.Name, out Turns count) ? count : null,
                    }
                ),
            ]
        )
        {
            Ruler = [.. ruler.Distinct()],
            Findings =
                skipped.Count > 0
                    ? [FindingKind.SkippedTests.Of(skipped.Count, $"{text.File}: the guest skipped {NameList.Of(skipped)}.")]
                    : [],
        };
    }

    /// <summary>The mean was cut to whole nanoseconds, so the count lies between two bounds.</summary>
    private static Turns? Count(string total, string mean)
    {
        double all = double.Parse(total, CultureInfo.InvariantCulture), one = double.Parse(mean, CultureInfo.InvariantCulture);
        return one > 0 && all < LongestNanoseconds ? new Turns(all / (one + 1), (all + 1) / one) : null;
    }

    [GeneratedRegex(@"\btotal ns\b.*\bavg ns\b", RegexOptions.CultureInvariant)]
    private static partial Regex Header();

    [GeneratedRegex(@"^Timer Frequency\s+(?<hertz>\d+)\s*Hz", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Frequency();

    [GeneratedRegex(@"^(?<name>[A-Za-z_]\S*)\s+(?<total>\d+(?:\.\d+)?)\s+(?<mean>\d+(?:\.\d+)?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Result();

    [GeneratedRegex(@"^(?<name>\S+) test skipped$", RegexOptions.CultureInvariant)]
    private static partial Regex Skipped();
}
