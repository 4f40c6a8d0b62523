using System.Globalization;
using System.Text;

namespace ExitProf.Benchmarks;

/// <summary>The results as Markdown, and its place in a page.</summary>
public static class ReadmeTable
{
    public const string Begin = "<!-- benchmarks:begin -->";
    public const string End = "<!-- benchmarks:end -->";

    /// <summary>A table for each host.</summary>
    public static string Markdown(IEnumerable<ResultsFile> hosts)
    {
        var text = new StringBuilder();
        foreach (ResultsFile host in hosts)
        {
            if (text.Length > 0) text.Append('\n');
            text.Append(CultureInfo.InvariantCulture, $"{Describe(host)}\n\n");
            text.Append("| what | against | measured | 99 % interval | target | |\n|---|---|---:|---:|---:|---|\n");
            foreach (BenchmarkRow row in host.Rows)
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| {Cell(row.What)} | {Cell(row.Peer)} | {Measured(row)} | {Interval(row)} | {Target(row)} | {Said(row)} |\n"
                );
        }
        return text.ToString();
    }

    /// <summary>The page with what stands between the two marks replaced.</summary>
    /// <exception cref="FormatException">The page does not have both marks, once and in order.</exception>
    public static string Replace(string page, string table)
    {
        int begin = page.IndexOf(Begin, StringComparison.Ordinal),
            end = page.IndexOf(End, StringComparison.Ordinal);
        if (
            begin < 0
            || end < begin
            || page.LastIndexOf(Begin, StringComparison.Ordinal) != begin
            || page.LastIndexOf(End, StringComparison.Ordinal) != end
        )
        {
            throw new FormatException($"the page needs {Begin} and, behind it, {End}, once each");
        }
        return page[..(begin + Begin.Length)] + "\n" + table.TrimEnd('\n') + "\n" + page[end..];
    }

    public static string Measured(BenchmarkRow row) => row.Value is { } value ? $"{Number(value, row)}{Unit(row)}" : "not measured";

    public static string Interval(BenchmarkRow row) =>
        row is { Low: { } low, High: { } high } ? low == high ? "exact" : $"{Number(low, row)} to {Number(high, row)}" : "";

    public static string Target(BenchmarkRow row) =>
        row.Target is { } target ? $"{(row.AtLeast ? "≥" : "≤")} {target.ToString("#,0.##", CultureInfo.InvariantCulture)}{Unit(row)}" : "";

    public static string Said(BenchmarkRow row) => row.Verdict switch
    {
        Verdict.Met => "met",
        Verdict.Missed => "**missed**",
        Verdict.Undecided => "cannot tell",
        Verdict.Skipped => Cell(row.Detail),
        _ => "",
    };

    private static string Describe(ResultsFile host)
    {
        string above = host.Fact("hypervisor above") is { } name ? $", under {name}" : "";
        DateTime newest = host.Rows.Length > 0 ? host.Rows.Max(r => r.Utc) : default;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Fact("cpu", "unknown CPU")}{above}, Linux {Fact("kernel")}, KVM back-end {Fact("kvm back-end")}, {newest:yyyy-MM-dd}:"
        );

        string Fact(string name, string missing = "unknown") => host.Fact(name) ?? missing;
    }

    private static string Unit(BenchmarkRow row) => row.Unit == "ratio" ? "" : " " + row.Unit;

    private static string Number(double value, BenchmarkRow row) =>
        value.ToString(
            row.Unit switch
            {
                "ratio" => "F4",
                "%" => "F2",
                "runs" or "windows" => "#,0",
                _ => Math.Abs(value) < 100 ? "F1" : "#,0",
            },
            CultureInfo.InvariantCulture
        );

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
