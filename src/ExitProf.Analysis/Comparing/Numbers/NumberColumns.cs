using System.Collections.Immutable;
using System.Text.RegularExpressions;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>
/// Columns under a header, parted by commas, semicolons, tabs, blanks or the bars of Markdown. A column of words names its row; a column of
/// numbers is a metric, or one for each name. A row is a run.
/// </summary>
internal static partial class NumberColumns
{
    public const string Kind = "columns with a header";

    /// <summary>Numbers that say which run a row is, not what it measured.</summary>
    private static readonly string[] Counters =
    [
        "run", "iteration", "iter", "index", "i", "n", "#", "id", "no", "seq", "rep", "repetition", "timestamp", "epoch", "date", "seed",
        "pid",
    ];

    /// <summary>The spread of a mean, of whatever kind: it makes the mean one number.</summary>
    private static readonly string[] Spreads =
    [
        "stddev", "std", "sd", "std_dev", "stdev", "error", "err", "stderr", "sem", "ci", "ci95", "variance", "var", "cv", "±", "+-", "+/-",
    ];

    /// <summary>What was worked out of the others.</summary>
    private static readonly string[] Derived =
        ["change", "diff", "difference", "delta", "ratio", "speedup", "speed-up", "improvement", "%", "relative", "gain"];

    private static readonly string[] Centres = ["mean", "avg", "average", "median", "p50", "value", "time"];

    public static bool Recognises(NumberText text) => NumberGrid.Of(text) is { Rows.Count: > 0 };

    public static MetricFile Read(NumberText text) => Read(text, NumberGrid.Of(text)!, text.File, null);

    /// <summary>The two sides of a table that has a column for each: "before" and "after".</summary>
    /// <returns>Null if it has not.</returns>
    public static (MetricFile Base, MetricFile New)? Sides(NumberText text)
    {
        if (NumberGrid.Of(text) is not { Rows.Count: > 0 } grid) return null;
        return Of(true) is [var old] && Of(false) is [var changed] ? (Side(old), Side(changed)) : null;

        MetricFile Side(int column) => Read(text, grid, $"{text.File} ({grid.Header[column]})", column);

        int[] Of(bool side) =>
        [
            .. from c in Enumerable.Range(0, grid.Header.Count)
               where TwoSides.SideOf(NameAndUnit(grid.Header[c]).Name) == side && grid.IsNumeric(c)
               select c,
        ];
    }

    /// <param name="only">The column to read, whose header then is no part of a name; null for all.</param>
    private static MetricFile Read(NumberText text, NumberGrid grid, string file, int? only)
    {
        Roles roles = Roles.Of(text, grid, only);
        (string Name, string Unit)[] heads = roles.Heads;
        int[] values = roles.Values, names = roles.Names;
        var metrics = new MetricTable(text, CommentFacts.Unit(text));
        int empty = 0;
        foreach ((int line, IReadOnlyList<string> cells) in grid.Rows)
        {
            string name = string.Join(' ', names.Select(c => cells[c]).Where(c => c.Length > 0));
            foreach (int column in values)
            {
                if (NumberGrid.IsEmpty(cells[column]))
                {
                    empty++;
                    continue;
                }
                string full = names.Length == 0
                    // A column that is a side is named after it, and what it measures has no name.
                    ? only is null ? heads[column].Name : ""
                    : values.Length == 1 ? name : $"{name} {heads[column].Name}";
                string unit = roles.Unit >= 0 ? cells[roles.Unit] : heads[column].Unit;
                if (unit.Length == 0 && VmExitLog.IsTest(name)) unit = "cycles";
                metrics.Add(line, full, unit, SpreadToken.Without(cells[column], out _));
            }
        }
        string[] left = only is null ? [.. roles.Left.Select(c => heads[c].Name)] : [];
        string[] read = [.. values.Select(c => heads[c].Name)];
        string missing = $"{file}: {empty} {(empty == 1 ? "cell has" : "cells have")} no number.";
        return new MetricFile(file, Kind, metrics.Metrics)
        {
            Ruler = CommentFacts.Ruler(text),
            Findings =
            [
                .. empty > 0 ? [FindingKind.EmptyCells.Of(empty, missing)] : (Finding[])[],
                .. left.Length > 0 ? [NumberFormats.LeftOut(file, read, left)] : (Finding[])[],
            ],
        };
    }

    /// <summary>What each column is for.</summary>
    /// <param name="Values">Columns that are metrics.</param>
    /// <param name="Names">Columns whose words name a row.</param>
    /// <param name="Unit">The column of units; -1 if there is none.</param>
    private sealed record Roles((string Name, string Unit)[] Heads, int[] Values, int[] Names, int Unit)
    {
        /// <summary>Columns of nothing that is known.</summary>
        public IEnumerable<int> Left => Enumerable.Range(0, Heads.Length).Except(Values).Except(Names).Where(c => c != Unit);

        public static Roles Of(NumberText text, NumberGrid grid, int? only)
        {
            (string Name, string Unit)[] heads = [.. grid.Header.Select(NameAndUnit)];
            int[] all = [.. Enumerable.Range(0, heads.Length)], numeric = [.. all.Where(grid.IsNumeric)];
            int unit = all.FirstOrDefault(c => heads[c].Name.ToLowerInvariant() is "unit" or "units" && !numeric.Contains(c), -1);
            int[] names = [.. all.Where(c => !numeric.Contains(c) && c != unit && !Is(heads[c].Name, Derived) && !grid.IsShare(c))];
            int[] values = only is { } one ? [one] : Measured(heads, numeric);
            if (values.Length == 0) throw text.Refused("has no column of numbers that is a measurement.");
            if (values.GroupBy(c => heads[c].Name).FirstOrDefault(g => g.Skip(1).Any()) is { } twice)
                throw text.Refused(grid.HeaderLine, $"has two columns of one name, '{twice.Key}': nobody can tell them apart.");
            return new Roles(heads, values, names, unit);
        }

        private static int[] Measured((string Name, string Unit)[] heads, int[] numeric)
        {
            string[] others = [.. Counters, .. Spreads, .. Derived];
            int[] measured = [.. numeric.Where(c => !Is(heads[c].Name, others))];
            if (!heads.Any(h => Is(h.Name, Spreads))) return measured;
            // Next to a spread are the figures of a summary: its centre is the measurement.
            int centre = Centres.Select(w => measured.FirstOrDefault(c => Same(heads[c].Name, w), -1)).FirstOrDefault(c => c >= 0, -1);
            return centre >= 0 ? [centre] : measured;
        }

        private static bool Is(string head, string[] words) => words.Contains(head.Trim().ToLowerInvariant());

        private static bool Same(string head, string word) => head.Equals(word, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>"latency (us)", "latency [us]", "latency_us", "cycles".</summary>
    internal static (string Name, string Unit) NameAndUnit(string head)
    {
        if (Bracketed().Match(head) is { Success: true } bracketed)
            return (bracketed.Groups["name"].Value, bracketed.Groups["unit"].Value.Trim());
        if (MetricUnit.IsKnown(head)) return (head, head);
        if (head.Split(' ') is [_, .., var last] && MetricUnit.IsKnown(last)) return (head, last);
        return Suffixed().Match(head) is { Success: true } suffixed ? (head, suffixed.Groups["unit"].Value) : (head, "");
    }

    [GeneratedRegex(@"^(?<name>.*\S)\s*[(\[](?<unit>[^()\[\]]+)[)\]]$", RegexOptions.CultureInvariant)]
    private static partial Regex Bracketed();

    [GeneratedRegex(@"^.*[A-Za-z]_(?<unit>ns|us|ms|s|sec|seconds|cycles|bytes|instructions|iops|fps|rps|bps|mbps)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Suffixed();
}
