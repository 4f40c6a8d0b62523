using System.Collections.Immutable;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>The walk of one exit as a waterfall.</summary>
internal static class StageWaterfall
{
    private static readonly Estimate NoInterval = new(double.NaN, double.NaN, double.NaN);

    public static WaterfallPanel Of(Subject subject)
    {
        ConfigurationSummary c = subject.Configuration;
        var rows = ImmutableArray.CreateBuilder<WaterfallRow>();
        double at = 0;
        foreach (StageSummary stage in subject.Rows)
        {
            WaterfallRow row = Row(subject, stage, at);
            rows.Add(row);
            at = row.End;
        }
        void Residual(string name, double cycles, string value, string tooltip)
        {
            double whole = c.Untraced?.Mean.Mean ?? double.NaN;
            string share = double.IsFinite(cycles / whole) ? Figures.Share(cycles / whole) : "";
            var row = new WaterfallRow(name, "residual", at, cycles, 0, value, share, NoInterval, $"{name}: {value} {subject.Unit}. {tooltip}");
            rows.Add(row);
            at = row.End;
        }
        double incomplete = c.Incomplete.Mean;
        Residual("incomplete", incomplete, Figures.Difference(incomplete), "Mean over all traced exits minus mean over the complete ones.");
        double indirect = c.ProbeIndirect?.Mean ?? double.NaN;
        if (subject.HasIdentity) Residual("probe-indirect", -indirect, Figures.Difference(-indirect), "What events cost beyond their floors; it is in the stages and in no untraced exit.");
        if (c.Untraced is { } untraced)
        {
            double over = c.Unattributed?.Mean ?? double.NaN;
            if (subject.HasIdentity) Residual("unattributed", over, c.Unattributed is { } e ? Figures.Interval(e) : Figures.Absent, "What the identity leaves over.");
            string value = Figures.Interval(untraced.Mean);
            string mean = $"untraced mean: {value} {subject.Unit}";
            rows.Add(new WaterfallRow("untraced", "total", 0, untraced.Mean.Mean, 0, value, "100.0 %", untraced.Mean, mean));
        }
        string traced = Figures.Cycles(c.Total.Mean), tip = $"traced mean: {traced} {subject.Unit}, probes included";
        rows.Add(new WaterfallRow("traced", "traced", 0, c.Total.Mean, 0, traced, "", NoInterval, tip));

        string cost = Figures.CyclesAndTime(subject.Cost, subject.Trace.Header) + (subject.CostIsUntraced ? " untraced" : " traced, probes included");
        return new WaterfallPanel($"{subject.Label}: {cost}", TraceSentences.Machine(subject.Trace), subject.Unit, rows.ToImmutable());
    }

    /// <summary>From the stages and not from the name: it becomes the name of a class, where nothing is escaped.</summary>
    internal static string Groups(StageSummary stage) => string.Join('+', stage.Stages.Select(s => s.Group()).Distinct());

    private static WaterfallRow Row(Subject subject, StageSummary stage, double at)
    {
        if (stage.State == StageState.Absent)
        {
            return new WaterfallRow(stage.Name, Groups(stage), at, double.NaN, double.NaN, Figures.Absent, "", NoInterval, $"{stage.Name}: such an exit does not walk through it");
        }
        double net = subject.Net(stage);
        bool known = subject.ProbeCostKnown && double.IsFinite(stage.Corrected.Mean);
        string value = Figures.Bounded(stage.Bound, known ? Figures.Interval(stage.Corrected) : Figures.Cycles(net));
        double probe = known && double.IsFinite(stage.Probe) ? stage.Probe : 0;
        string probes = known ? $", probes {Figures.Cycles(probe)} taken off" : ", probe cost unknown";
        double share = known ? stage.Share : double.NaN;
        string part = double.IsFinite(share) ? Figures.Share(share) : "";
        return new WaterfallRow(stage.Name, Groups(stage), at, net, probe, value, part, NoInterval,
            $"{stage.Name}: {value} {subject.Unit}{probes}; p50 {Figures.Cycles(stage.Cycles.P50)}, p99 {Figures.Cycles(stage.Cycles.P99)}");
    }
}
