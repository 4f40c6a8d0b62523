using System.Text.RegularExpressions;

namespace ExitProf.Analysis;

/// <summary>What Google Benchmark prints on the terminal: rounded to three digits, so that it is no measurement to judge by.</summary>
internal static partial class GoogleBenchmarkTable
{
    public static bool Recognises(NumberText text) => text.Rows.Any(r => Header().IsMatch(r.Text));

    /// <exception cref="InputException">Always: the sentence says how to get the whole.</exception>
    public static MetricFile Read(NumberText text) =>
        throw text.Refused("is the table that Google Benchmark prints, with few digits: give what it writes by --benchmark_format=json.");

    [GeneratedRegex(@"^Benchmark\s+Time\s+CPU\s+Iterations\b", RegexOptions.CultureInvariant)]
    private static partial Regex Header();
}
