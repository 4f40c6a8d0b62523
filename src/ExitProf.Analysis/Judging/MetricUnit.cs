using System.Text.RegularExpressions;

namespace ExitProf.Analysis;

/// <summary>What the word of a unit tells.</summary>
public static partial class MetricUnit
{
    /// <summary>What plain numbers are in where nobody says it.</summary>
    public const string Unnamed = "units";

    /// <summary>True of so much per time: more of it may be better.</summary>
    public static bool IsRate(string unit) => Rate().IsMatch(unit.Trim());

    /// <summary>True of a metric whose name says that it is so much per time, whatever its unit.</summary>
    public static bool IsRateName(string name) => RateName().IsMatch(name) || IsRate(name);

    /// <summary>How long one unit of time is; false of any other unit.</summary>
    public static bool TrySeconds(string unit, out double seconds)
    {
        seconds = Plain(unit) switch
        {
            "ps" => 1e-12,
            "ns" => 1e-9,
            "us" => 1e-6,
            "ms" => 1e-3,
            "s" => 1,
            "min" => 60,
            _ => 0,
        };
        return seconds > 0;
    }

    /// <summary>True if both words mean the same unit.</summary>
    public static bool Same(string first, string second) => Plain(first) == Plain(second);

    /// <summary>True of things that are counted one by one, whose whole numbers no clock has rounded.</summary>
    public static bool IsCount(string unit) => Count().IsMatch(unit.Trim());

    public static bool IsCycles(string unit) => Plain(unit) == "cycles";

    /// <summary>True of a word that is a unit wherever it stands alone.</summary>
    public static bool IsKnown(string word) =>
        Known().IsMatch(word)
        || IsRate(word) && (!word.Contains(' ', StringComparison.Ordinal) || word.Contains(" per ", StringComparison.Ordinal));

    /// <summary>One word for each unit: "usec", "µs" and "us/op" are all "us".</summary>
    public static string Plain(string unit)
    {
        string word = unit.Trim().Replace('µ', 'u').Replace('μ', 'u');
        word = PerTurn().Replace(word, "");
        // Letters of either case mean different things where they are short: "Ms" is no millisecond.
        return word switch
        {
            "" => Unnamed,
            "sec" or "secs" or "second" or "seconds" or "S" => "s",
            "msec" or "msecs" or "millisecond" or "milliseconds" => "ms",
            "usec" or "usecs" or "microsecond" or "microseconds" => "us",
            "nsec" or "nsecs" or "nanosecond" or "nanoseconds" or "NS" => "ns",
            "psec" or "picosecond" or "picoseconds" => "ps",
            "minute" or "minutes" => "min",
            "cycle" or "Cycles" or "tsc-cycles" or "tsc" or "clocks" or "cyc" => "cycles",
            "instruction" or "instrs" or "insns" or "Instructions" => "instructions",
            "unit" => Unnamed,
            _ => word,
        };
    }

    [GeneratedRegex(
        @"/\s*(s|sec|secs|second|seconds|ms|us|min|minute|h|hour|cycle|cycles|clock)\.?$|\bper\s+(second|sec|s|minute|min|hour|cycle)$"
            + @"|(^|[^a-z/])s(\^-1|⁻¹)$|^[kmgtp]?i?(iops|bps|fps|rps|tps|qps|pps|ops|ips|ipc|flops|hz)$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Rate();

    [GeneratedRegex(
        @"^(ps|ns|nsec|us|µs|μs|usec|ms|msec|s|sec|seconds|milliseconds|microseconds|nanoseconds|cycles|tsc-cycles|instructions|bytes|KB|KiB|MB|MiB|GB|GiB|exits)$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Known();

    [GeneratedRegex(
        @"^(B|bytes|allocs|allocations|exits|entries|instructions|instrs|insns|calls|events|faults|page-faults|switches|context-switches|interrupts|count|counts)"
            + @"(/(op|iter|iteration|exit|call|turn|invocation|run))?$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Count();

    [GeneratedRegex(
        @"throughput|bandwidth|(^|[^a-z])(iops|fps|qps|rps|tps)($|[^a-z])|per[ _-]s(ec|$|[ _-])",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex RateName();

    [GeneratedRegex(@"/(op|iter|iteration|exit|call|turn|invocation)$", RegexOptions.CultureInvariant)]
    private static partial Regex PerTurn();
}
