using System.Collections.Immutable;
using System.Text.RegularExpressions;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Tables of <c>perf kvm stat report</c>: the mean time of an exit, by reason, of MMIO and I/O accesses by place. The columns differ by
/// version and architecture, and a mail may have wrapped them. Counts and shares are of each recording's own whole: they are not compared.
/// </summary>
internal static partial class PerfKvmStat
{
    public const string Kind = "tables of perf kvm stat";

    /// <summary>Lines into which a mail may break one row.</summary>
    private const int MostPieces = 3;

    /// <summary>By so much of the stated total the rows may differ from it: means are printed in hundredths of a microsecond.</summary>
    private const double Agreement = 0.01;

    public static bool Recognises(NumberText text) => text.Rows.Any(r => Header().IsMatch(r.Text));

    public static MetricFile Read(NumberText text)
    {
        var metrics = new Dictionary<string, ValueList>();
        var units = new Dictionary<string, string>();
        var findings = new List<Finding>();
        (int Number, string Text)[] rows = [.. text.Rows];
        Table? table = null;
        int other = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            if (Header().Match(rows[i].Text) is { Success: true } header)
            {
                string heads = rows[i].Text[header.Length..];
                // A header that a mail wrapped goes on with words, a row with a number behind its name.
                if (i + 1 < rows.Length && Wrapped().IsMatch(rows[i + 1].Text)) heads += " " + rows[++i].Text;
                table = Table.Of(header.Groups["what"].Value, heads) ?? throw text.Refused(rows[i].Number, "is the header of a table of perf kvm stat without a column of times.");
                continue;
            }
            if (table is null) continue;
            if (Total().Match(rows[i].Text) is { Success: true } total)
            {
                if (table.Disagrees(total) is { } why) findings.Add(FindingKind.TableDisagrees.Of(1, $"Line {rows[i].Number} of {text.File}: {why}"));
                table = null;
                continue;
            }
            if (Row().Match(rows[i].Text) is not { Success: true })
            {
                other++;
                continue;
            }
            int first = rows[i].Number;
            string line = rows[i].Text;
            for (int pieces = 1; pieces < MostPieces && table.Cells(line) is null; pieces++)
            {
                if (i + 1 == rows.Length || Row().IsMatch(rows[i + 1].Text)) break;
                line += " " + rows[++i].Text;
            }
            string[] cells = table.Cells(line) ?? throw text.Refused(first, $"is a row of perf kvm stat with other columns than its header has: {NumberText.Quote(line)}.");
            (string name, string unit, double mean, int decimals) = table.Mean(text, first, cells);
            if (!metrics.TryGetValue(name, out ValueList? values)) (metrics[name], units[name]) = (values = new ValueList(), unit);
            if (units[name] != unit) throw text.Refused(first, $"has {name} in {unit}, and a line before has it in {units[name]}.");
            values.Add(mean, decimals);
        }
        findings.Add(FindingKind.SharesNotCompared.Of(metrics.Count,
            $"{text.File}: the mean time of an exit is compared; samples, Samples% and Time% are shares of each recording's own whole, and a share can rise while what it is of falls."));
        findings.Add(NumberFormats.MeansOnly(text.File, metrics.Count));
        if (other > 0) findings.Add(NumberFormats.OtherLines(text.File, other));
        Metric[] read = [.. metrics.Select(m => m.Value.As(m.Key, units[m.Key]) with { Better = Better.Lower })];
        return new MetricFile(text.File, Kind, [.. read]) { Findings = [.. findings] };
    }

    /// <summary>The columns of one table behind its first, by what they hold.</summary>
    private sealed class Table(string prefix, ImmutableArray<(string Kind, string Unit)> columns)
    {
        private double samples;
        private double time;

        public static Table? Of(string what, string heads)
        {
            ImmutableArray<(string Kind, string Unit)> columns =
            [
                .. from m in Column().Matches(heads)
                   let kind = m.Groups.Values.Skip(1).First(g => g.Success && g.Name != "unit").Name
                   select (kind, m.Groups["unit"].Value),
            ];
            bool timed = columns.Any(c => c.Kind == "mean") || columns.Any(c => c.Kind == "total") && columns.Any(c => c.Kind == "samples");
            string prefix = Is("MMIO") ? "MMIO " : Is("IO") ? "IO port " : Is("MSR") ? "MSR " : "";
            return timed ? new Table(prefix, columns) : null;

            bool Is(string word) => what.StartsWith(word, StringComparison.OrdinalIgnoreCase);
        }

        /// <returns>Name and values; null if they are not as many as the header has.</returns>
        public string[]? Cells(string line)
        {
            string[] cells = SpreadToken.Without(line, out _).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            int words = cells.Length - columns.Length;
            // Reasons of s390 have names of several words.
            if (words < 1 || cells[words..].Any(c => !Cell().IsMatch(c)) || words > 1 && Cell().IsMatch(cells[words - 1])) return null;
            return [string.Join(' ', cells[..words]), .. cells[words..]];
        }

        public (string Name, string Unit, double Mean, int Decimals) Mean(NumberText text, int line, string[] cells)
        {
            double count = Value("samples")?.Value ?? double.NaN;
            if (Value("mean") is { } mean)
            {
                samples += count;
                time += count * mean.Value * Seconds(mean.Unit);
                return (prefix + cells[0], mean.Unit, mean.Value, mean.Decimals);
            }
            (double Value, int Decimals, string Unit) total = Value("total")!.Value;
            if (!(count > 0)) throw text.Refused(line, $"has {NumberText.Quote(cells[0])} with no sample and a time.");
            double[] one = [total.Value / count];
            int digits = total.Decimals + (int)Math.Ceiling(Math.Log10(count));
            return (prefix + cells[0], total.Unit, one[0], NumberToken.Measured(one, digits));

            (double Value, int Decimals, string Unit)? Value(string kind)
            {
                int at = columns.Select(c => c.Kind).ToList().IndexOf(kind);
                if (at < 0) return null;
                Match cell = Cell().Match(cells[at + 1]);
                string number = cell.Groups["value"].Value, own = cell.Groups["unit"].Value, headed = columns[at].Unit;
                if (!cell.Success || !NumberToken.TryRead(number, out double value, out int decimals) || NumberToken.Unfit(value) != null)
                {
                    throw text.Refused(line, $"has {NumberText.Quote(cells[at + 1])} where a number is needed.");
                }
                string unit = own.Length > 0 ? own : headed.Length > 0 ? headed : "ns";
                return (value, decimals, kind == "samples" ? "" : unit == "n" ? "ns" : unit);
            }
        }

        /// <returns>A sentence if the table states another total than its rows come to; null if it does not, or if rows were cut
        /// off.</returns>
        public string? Disagrees(Match total)
        {
            if (!NumberToken.TryRead(total.Groups["samples"].Value, out double stated, out _) || stated != samples) return null;
            string unit = total.Groups["unit"].Value;
            if (!NumberToken.TryRead(total.Groups["time"].Value, out double whole, out _) || !(whole > 0)) return null;
            double rows = time / Seconds(unit);
            return Math.Abs(rows - whole) <= Agreement * whole ? null
                : $"samples times mean of the rows come to {rows:N0} {unit}, and the table states {whole:N0} {unit} for as many samples: one of them is wrong.";
        }

        private static double Seconds(string unit) => MetricUnit.TrySeconds(unit, out double seconds) ? seconds : double.NaN;
    }

    [GeneratedRegex(@"^(?<what>VM-EXIT|Event name|MMIO Access|IO Port Access|MSR Access)\s+(?=Samples?\b)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Header();

    [GeneratedRegex(@"(?:(?<samples>Samples?(?!\s?%))|(?<share>(?:Samples?|Pct|Time)\s?%)|(?<min>Min\s(?:Time|t)\b)|(?<max>Max\s(?:Time|t)\b)|(?<mean>(?:Avg|Mean|Average)\s(?:Time|t)\b)|(?<total>(?:Total\s)?Time(?!\s?%)))(?:\s*\((?<unit>n|ns|us|ms|s)\))?",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Column();

    [GeneratedRegex(@"^(?:(?:Min|Max|Avg|Mean)\s)?Time\b(?!.*\d)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Wrapped();

    /// <summary>A name, of one word or of several, before two figures.</summary>
    [GeneratedRegex(@"^(?:\S*[A-Za-z_]\S*|[^\s\d%][^%]*?)\s+\d+(?:\s+[\d.]+(?:%|ns|us|µs|ms|s)?(?:\s|$)|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Row();

    [GeneratedRegex(@"^(?<value>\d+(?:\.\d+)?)(?<unit>ns|us|µs|ms|s)?%?$", RegexOptions.CultureInvariant)]
    private static partial Regex Cell();

    [GeneratedRegex(@"^Total Samples:\s*(?<samples>\d+),\s*Total events handled time:\s*(?<time>[\d.]+?)(?<unit>ns|us|ms|s)\.?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Total();
}
