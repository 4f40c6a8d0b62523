using System.Collections.Immutable;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports.Charts;

/// <summary>A row of a waterfall.</summary>
/// <param name="Fill">A group (several joined by "+"), "residual", "total" or "traced".</param>
/// <param name="Start">Where the bar begins; it goes to the left if <paramref name="Cycles"/> is negative. NaN cycles: no bar.</param>
/// <param name="Probe">What the probes added, drawn behind the bar; not part of the sum.</param>
/// <param name="Interval">Low and high ends of a whisker; NaN for none.</param>
public sealed record WaterfallRow(string Label, string Fill, double Start, double Cycles, double Probe, string Value, string Share, Estimate Interval, string Tooltip)
{
    public bool HasBar => double.IsFinite(Cycles);

    public bool IsStage => Fill is not ("residual" or "total" or "traced");

    public double End => Start + (HasBar ? Cycles : 0);
}

/// <summary>
/// The walk of one exit as a waterfall: each stage begins where the one before ended, the rows behind them lead to the untraced mean, so that one sees
/// what the identity of the stage model says.
/// </summary>
public sealed record WaterfallPanel(string Title, string Subtitle, string Unit, ImmutableArray<WaterfallRow> Rows)
{
    private static readonly Estimate NoInterval = new(double.NaN, double.NaN, double.NaN);

    /// <summary>The right end of everything in it.</summary>
    public double Right => Rows.Select(r => Math.Max(Math.Max(r.Start, r.End) + (double.IsFinite(r.Probe) ? r.Probe : 0), double.IsFinite(r.Interval.High) ? r.Interval.High : 0)).DefaultIfEmpty(1).Max();

    public static WaterfallPanel Of(Subject subject)
    {
        ConfigurationSummary c = subject.Configuration;
        var rows = ImmutableArray.CreateBuilder<WaterfallRow>();
        double at = 0;
        foreach (StageSummary stage in subject.Rows)
        {
            WaterfallRow row = StageFigures(subject, stage, at);
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
            rows.Add(new WaterfallRow("untraced", "total", 0, untraced.Mean.Mean, 0, value, "100.0 %", untraced.Mean, $"untraced mean: {value} {subject.Unit}"));
        }
        rows.Add(new WaterfallRow("traced", "traced", 0, c.Total.Mean, 0, Figures.Cycles(c.Total.Mean), "", NoInterval, $"traced mean: {Figures.Cycles(c.Total.Mean)} {subject.Unit}, probes included"));

        string cost = Figures.CyclesAndTime(subject.Cost, subject.Trace.Header) + (subject.CostIsUntraced ? " untraced" : " traced, probes included");
        return new WaterfallPanel($"{subject.Label}: {cost}", TraceSentences.Machine(subject.Trace), subject.Unit, rows.ToImmutable());
    }

    /// <summary>From the stages and not from the name: it becomes the name of a class, where nothing is escaped.</summary>
    internal static string Groups(StageSummary stage) => string.Join('+', stage.Stages.Select(s => s.Group()).Distinct());

    private static WaterfallRow StageFigures(Subject subject, StageSummary stage, double at)
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
        return new WaterfallRow(stage.Name, Groups(stage), at, net, probe, value, double.IsFinite(share) ? Figures.Share(share) : "", NoInterval,
            $"{stage.Name}: {value} {subject.Unit}{probes}; p50 {Figures.Cycles(stage.Cycles.P50)}, p99 {Figures.Cycles(stage.Cycles.P99)}");
    }
}
