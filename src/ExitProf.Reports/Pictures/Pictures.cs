using System.Text;
using ExitProf.Analysis;

namespace ExitProf.Reports;

/// <summary>A chart with the name that its file should have, without an extension.</summary>
public sealed record NamedChart(string Name, IChart Chart);

/// <summary>Which charts a report has. The page and the pictures beside it show the same ones.</summary>
public static class Pictures
{
    /// <summary>More subjects than this are compared as flat bars.</summary>
    internal const int MostPanels = 4;

    /// <summary>How many times the next shorter bar a bar may be, to be drawn on one scale with it.</summary>
    private const double MostOnOneScale = 4;

    /// <summary>All charts of a report.</summary>
    public static IReadOnlyList<NamedChart> Of(IReadOnlyList<TraceSummary> traces)
    {
        var subjects = Subject.Of(traces);
        var charts = new List<NamedChart>();
        if (Subject.Comparable(subjects) && subjects.All(s => s.Configuration.Work == null))
            charts.AddRange(Comparisons(subjects).Select((c, i) => new NamedChart(i == 0 ? "comparison" : $"comparison-{i + 1}", c)));
        var taken = new HashSet<string>();
        foreach (Subject subject in subjects)
        {
            string name = FileName(subject.Label);
            for (int i = 2; !taken.Add(name); i++) name = $"{FileName(subject.Label)}-{i}";
            if (subject.Configuration.Work == null) charts.Add(new NamedChart(name + "-stages", Stages(subject)));
            if (ExitDistribution.Of(subject) is { } distribution) charts.Add(new NamedChart(name + "-distribution", distribution));
            Add(name + "-steps", subject.Trace.Reasons == null && subject.Configuration.Work == null ? ExitTree.Of(subject) : null);
            Add(name + "-calls", CallPicture.Of(subject));
            int index = subject.Trace.Header.Configurations.IndexOf(subject.Configuration.Configuration);
            if (subject.Trace.Reasons == null) Add(name + "-latency", LatencyOverTime.Of(subject.Trace, index, subject.Label));
        }
        foreach (TraceSummary trace in traces)
        {
            string name = FileName(trace.Header.Scenario);
            for (int i = 2; taken.Contains(name + "-blocks") || !taken.Add(name + "-of-trace"); i++) name = $"{FileName(trace.Header.Scenario)}-{i}";
            Add(name + "-blocks", RecordingOverTime.Of(trace));
            Add(name + "-reasons", ReasonShares.Of(trace));
            Add(name + "-tree", ExitTree.Of(trace));
            if (trace.Reasons != null) Add(name + "-latency", LatencyOverTime.Of(trace, 0, VisibleText.Of(trace.Header.Scenario)));
        }
        if (GuestWork.Of(subjects) is { } work) charts.Add(new NamedChart("work", work));
        foreach (TraceSummary trace in traces)
        {
            foreach (Sweep sweep in SweptShift.Curves(trace))
            {
                string name = FileName($"{trace.Header.Scenario} by {sweep.Setting} {sweep.Others}");
                if (taken.Add(name) && SweptCosts.Of(trace, sweep, fitted: false) is { } curve) charts.Add(new NamedChart(name, curve));
            }
        }
        return charts;

        void Add(string name, IChart? chart)
        {
            if (chart != null && taken.Add(name)) charts.Add(new NamedChart(name, chart));
        }
    }

    public static IChart Stages(Subject subject) => new Waterfall([StageWaterfall.Of(subject)], PerMicrosecond(subject));

    /// <summary>What moved between two sides, stage by stage and step by step; null if no stage has steps.</summary>
    public static IChart? Moved(ComparedRow row) => ExitTree.Of(row);

    /// <summary>
    /// All subjects on one scale; those that are many times longer on a scale of their own, or the others would be no longer than their
    /// names.
    /// </summary>
    public static IReadOnlyList<IChart> Comparisons(IReadOnlyList<Subject> subjects)
    {
        if (subjects.Count <= MostPanels)
        {
            double rate = PerMicrosecond(subjects[0]);
            return [new Waterfall([.. subjects.Select(StageWaterfall.Of)], subjects.All(s => PerMicrosecond(s) == rate) ? rate : 0)];
        }
        double[] costs = [.. subjects.Select(s => s.Cost).Where(double.IsFinite).Order()];
        double[] borders =
            [.. costs.Zip(costs.Skip(1)).Where(p => p.First > 0 && p.Second > MostOnOneScale * p.First).Select(p => p.Second)];
        return [.. subjects.GroupBy(s => borders.Count(b => s.Cost >= b)).OrderBy(g => g.Key).Select(g => ConfigurationBars.Of([.. g]))];
    }

    /// <summary>Figures in units of time need no second axis of time.</summary>
    private static double PerMicrosecond(Subject subject) =>
        subject.Trace.Header.Clock.Unit == Traces.ClockUnit.Cycles ? subject.Trace.Header.Clock.Hertz / 1e6 : 0;

    /// <summary>Letters, digits and dashes only: a label comes out of a file and must not name another folder.</summary>
    private static string FileName(string label)
    {
        var name = new StringBuilder();
        foreach (char c in label.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c)) name.Append(c);
            else if (name.Length > 0 && name[^1] != '-') name.Append('-');
            if (name.Length == 60) break;
        }
        string trimmed = name.ToString().Trim('-');
        return trimmed.Length > 0 ? trimmed : "trace";
    }
}
