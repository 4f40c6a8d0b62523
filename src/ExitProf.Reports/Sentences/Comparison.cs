using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>The figures of several subjects side by side.</summary>
public static class Comparison
{
    /// <summary>A stage, or a total, of every subject. NaN where a subject has no such row.</summary>
    public sealed record Row(string Name, bool IsTotal, IReadOnlyList<double> Cycles, IReadOnlyList<Bound> Bounds)
    {
        public string Figure(int subject) => Figures.Bounded(Bounds[subject], Figures.Cycles(Cycles[subject]));

        /// <summary>Empty if either side has no such figure.</summary>
        public string DifferenceToFirst(int subject)
        {
            double difference = Cycles[subject] - Cycles[0];
            return double.IsFinite(difference) ? Figures.Difference(difference) : "";
        }
    }

    public static IReadOnlyList<Row> Rows(IReadOnlyList<Subject> subjects)
    {
        if (AreForeign(subjects)) return ByReason(subjects);
        var rows = new List<Row>();
        foreach (string name in Subject.StageNames(subjects))
        {
            rows.Add(new Row(name, false, [.. subjects.Select(s => s.Stage(name) is { } stage ? s.Net(stage) : double.NaN)],
                [.. subjects.Select(s => s.Stage(name)?.Bound ?? Bound.Exact)]));
        }
        Add("total traced", c => c.Total.Mean);
        Add("untraced p50", c => c.Untraced?.Total.P50 ?? double.NaN);
        Add("untraced mean", c => c.Untraced?.Mean.Mean ?? double.NaN);
        return rows;

        void Add(string name, Func<ConfigurationSummary, double> figure) =>
            rows.Add(new Row(name, true, [.. subjects.Select(s => figure(s.Configuration))], [.. subjects.Select(_ => Bound.Exact)]));
    }

    /// <summary>Machines that were attached to, or imported: they have exits of many reasons, and no stages in common.</summary>
    public static bool AreForeign(IReadOnlyList<Subject> subjects) => subjects.All(s => s.Trace.Reasons is not null);

    private static List<Row> ByReason(IReadOnlyList<Subject> subjects)
    {
        ReasonTable[] tables = [.. subjects.Select(s => s.Trace.Reasons!)];
        var reasons = tables.SelectMany(t => t.Rows).GroupBy(r => r.Reason)
            .OrderBy(g => g.All(r => r.IsHalt)).ThenByDescending(g => g.Sum(r => r.Figures.Total))
            .ThenBy(g => g.Key, StringComparer.Ordinal);
        return
        [
            .. reasons.Select(g => new Row(g.Key.Length > 0 ? VisibleText.Of(g.Key) : "unknown", false,
                [.. tables.Select(t => Mean([.. t.Rows.Where(r => r.Reason == g.Key)]))], [.. subjects.Select(_ => Bound.Exact)])),
        ];

        static double Mean(ReasonRow[] rows) => rows.Sum(r => r.Figures.Paired) is > 0 and var paired
            ? rows.Sum(r => r.Figures.Total) / paired : double.NaN;
    }
}
