using System.Text.RegularExpressions;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// What <c>go test -bench</c> prints, and what benchstat reads: "BenchmarkExit-8  1000  1234 ns/op  16 B/op", a line for each run.
/// </summary>
internal static partial class GoBenchmark
{
    public const string Kind = "the benchmark text of go test";

    /// <summary>Two packages may have benchmarks of one name.</summary>
    private const string Package = "pkg: ";

    /// <summary>The keys that describe the host; the package is what was measured.</summary>
    private static readonly string[] HostKeys = ["goos", "goarch", "cpu"];

    public static bool Recognises(NumberText text) => text.Rows.Any(r => Line().IsMatch(r.Text));

    public static MetricFile Read(NumberText text)
    {
        var metrics = new MetricTable(text, "");
        var units = new Dictionary<string, Better>();
        var host = new List<Fact>();
        int failed = 0;
        bool packages = text.Rows.Select(r => r.Text).Where(l => l.StartsWith(Package, StringComparison.Ordinal)).Distinct().Skip(1).Any();
        string package = "";
        foreach ((int number, string line) in text.Rows)
        {
            if (packages && line.StartsWith(Package, StringComparison.Ordinal))
                package = line[Package.Length..].Trim() + ".";
            if (Fact().Match(line) is { Success: true } fact && HostKeys.Contains(fact.Groups["key"].Value))
                host.Add(new Fact(fact.Groups["key"].Value, fact.Groups["value"].Value.Trim()));
            // benchfmt: a line about a unit names which way it gets better.
            else if (UnitLine().Match(line) is { Success: true } unit)
                units[unit.Groups["unit"].Value] = unit.Groups["better"].Value == "higher" ? Better.Higher : Better.Lower;
            else if (line.StartsWith("--- FAIL: Benchmark", StringComparison.Ordinal))
                failed++;
            if (Line().Match(line) is not { Success: true } run)
                continue;
            string name = package + run.Groups["name"].Value;
            string[] fields = run.Groups["fields"].Value.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length % 2 != 0)
                throw text.Refused(number, $"has a value without a unit, or a unit without a value: {NumberText.Quote(line)}.");
            for (int i = 0; i < fields.Length; i += 2)
            {
                // Time has the benchmark's own name, as people speak of it.
                metrics.Add(number, fields[i + 1] == "ns/op" ? name : $"{name} {fields[i + 1]}", fields[i + 1], fields[i]);
            }
        }
        return new MetricFile(
            text.File,
            Kind,
            [.. metrics.Metrics.Select(m => m with { Better = units.TryGetValue(m.Unit, out Better said) ? said : Usual(m.Unit) })]
        )
        {
            Host = [.. host.Distinct()],
            Findings = failed > 0 ? [NumberFormats.Failed(text.File, failed)] : [],
        };
    }

    /// <summary>The direction of the units that the package testing writes itself.</summary>
    private static Better? Usual(string unit) => unit switch
    {
        "ns/op" or "B/op" or "allocs/op" => Better.Lower,
        "MB/s" => Better.Higher,
        _ => null,
    };

    [GeneratedRegex(@"^(?<name>Benchmark\S*)\s+(?<turns>\d+)\s+(?<fields>[+-]?[\d.].*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Line();

    [GeneratedRegex(@"^(?<key>[a-z]+):\s*(?<value>.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Fact();

    [GeneratedRegex(@"^Unit\s+(?<unit>\S+)\s+.*\bbetter=(?<better>higher|lower)\b", RegexOptions.CultureInvariant)]
    private static partial Regex UnitLine();
}
