using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Takes a configuration's table apart into rows that add up over traces.</summary>
internal sealed class ConfigurationStates
{
    private readonly ConfigurationSummary summary;
    private readonly TraceHeader header;
    private readonly List<StateRow> rows = [];

    /// <param name="complete">The exits that the stages are made of; null if there are none.</param>
    /// <param name="loop">The empty loop's mean; null where it is not taken off.</param>
    private ConfigurationStates(ConfigurationSummary summary, TraceHeader header, (ExitSetTotal Traced, ExitSetTotal Untraced) totals,
        Tally? complete, RoundMean? loop)
    {
        (this.summary, this.header) = (summary, header);
        AddTotals(totals.Traced, complete);
        Add(StateRow.Untraced, totals.Untraced.Exits, totals.Untraced.Mean.Sum, totals.Untraced.Ticks);
        if (loop is not null) AddSum(StateRow.EmptyLoop, (long)loop.Exits, loop.Sum);
        foreach (StageSummary stage in summary.Stages) AddStage(stage, complete!);
        AddMean(StateRow.Incomplete, summary.Incomplete.Mean, totals.Traced.Exits, summary.Incomplete.Exits);
        AddMean(StateRow.ProbeIndirect, summary.ProbeIndirect?.Mean, totals.Traced.Exits, totals.Traced.Exits);
        AddMean(StateRow.Unattributed, summary.Unattributed?.Mean, totals.Traced.Exits, totals.Traced.Exits);
    }

    public static IEnumerable<StateRow> Of(ConfigurationSummary summary, TraceHeader header,
        (ExitSetTotal Traced, ExitSetTotal Untraced) totals, Tally? complete, RoundMean? loop) =>
        new ConfigurationStates(summary, header, totals, complete, loop).rows;

    /// <summary>As the report has it: of an emulated guest from decode to decode, without the loop around it.</summary>
    private void AddTotals(ExitSetTotal traced, Tally? complete)
    {
        if (complete is not { Walk.Loop.IsEmpty: false })
        {
            Add(StateRow.Total, traced.Exits, traced.Mean.Sum, traced.Ticks);
            return;
        }
        double walked = summary.Stages.Where(s => s.State != StageState.Absent).Sum(s => s.Cycles.Mean);
        Add(StateRow.Total, complete.Exits, Whole(walked, complete.Exits), complete.WalkTotal);
    }

    private void AddStage(StageSummary stage, Tally complete)
    {
        WalkStage walked = complete.Walk!.Stages.First(s => s.Name == stage.Name);
        bool present = stage.State != StageState.Absent;
        StateRow row = Row(StateRow.Stage, stage.Name) with
        {
            Group = stage.Group,
            State = stage.State switch { StageState.Present => "present", StageState.Absent => "absent", _ => "merged" },
            Bound = Word(stage.Bound),
            Probe = present ? Known(stage.Probe) : null,
        };
        rows.Add(present ? StateHistogram.In(row, complete.Exits, Whole(stage.Cycles.Mean, complete.Exits), complete.Stage(walked))
            : row);
        foreach ((WalkStep step, StepSummary figures) in walked.Steps.Zip(stage.Steps))
        {
            StateRow own = Row(StateRow.Step, step.Name) with
            {
                Group = stage.Name,
                Bound = Word(step.Bound),
                Probe = Known(figures.Probe),
            };
            rows.Add(StateHistogram.In(own, complete.Exits, Whole(figures.Mean, complete.Exits), complete.Steps[step.Index]));
        }
    }

    private void Add(string kind, long exits, double sum, Histogram ticks)
    {
        if (exits > 0) rows.Add(StateHistogram.In(Row(kind, ""), exits, sum, ticks));
    }

    private void AddSum(string kind, long exits, double sum)
    {
        if (exits > 0) rows.Add(Row(kind, "") with { Exits = exits, Count = exits, Sum = sum });
    }

    /// <summary>A mean over all exits that is no duration of single ones.</summary>
    private void AddMean(string kind, double? mean, long exits, long count)
    {
        if (exits > 0 && mean is { } known && double.IsFinite(known))
            rows.Add(Row(kind, "") with { Exits = exits, Count = count, Sum = known * exits });
    }

    /// <summary>The sum that a mean was made of: a whole number, which comes back exactly up to 2^51.</summary>
    private static double Whole(double mean, long exits) => Math.Round(mean * exits);

    private StateRow Row(string kind, string name) => new(kind, rows.Count, name)
    {
        Configuration = summary.Configuration.Name,
        Mode = summary.Native ? "native" : "emulated",
        Tick = Math.Max(1, header.Clock.Grain),
    };

    /// <summary>Without events there is no probe; with some its cost may be unknown.</summary>
    private double? Known(double probe) =>
        (header.Groups == EventGroups.None || header.ProbeFloor > 0) && double.IsFinite(probe) ? probe : null;

    private static string Word(Bound bound) => bound == Bound.Upper ? "upper" : "exact";
}
