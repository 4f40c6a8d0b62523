using System.Collections.Immutable;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>
/// The walk of an exit as a tree: the whole, its stages, their steps; of a foreign machine the time, its reasons, their stages.
/// </summary>
internal static class ExitTree
{
    /// <returns>
    /// Null if no stage has more than one step: then it would be the waterfall once more. Null too where calls were counted: their picture
    /// has the same stages and says more of each.
    /// </returns>
    public static Icicle? Of(Subject subject)
    {
        if (CallPicture.Of(subject) is not null) return null;
        StageSummary[] stages = [.. subject.Rows.Where(s => subject.Net(s) > 0)];
        if (stages.All(s => s.Steps.Length < 2)) return null;
        var cells = ImmutableArray.CreateBuilder<IcicleCell>();
        double at = 0, whole = stages.Sum(subject.Net);
        cells.Add(Cell(subject.Label, subject.Label, "total", 0, 0, whole, whole, subject.Unit));
        foreach (StageSummary stage in stages)
        {
            string fill = StageWaterfall.Groups(stage);
            double length = subject.Net(stage), step = at;
            cells.Add(Cell(stage.Name, stage.Name, fill, 1, at, length, whole, subject.Unit, bound: stage.Bound));
            foreach (StepSummary own in stage.Steps)
            {
                double net = subject.ProbeCostKnown && double.IsFinite(own.Corrected) ? own.Corrected : own.Mean;
                // Steps are corrected one by one: together they may be a little more than their stage, never beyond it.
                net = Math.Min(Math.Max(0, net), at + length - step);
                if (net <= 0) continue;
                cells.Add(Cell(own.Name, stage.Name, fill, 2, step, net, whole, subject.Unit, bound: own.Bound));
                step += net;
            }
            at += length;
        }
        return new Icicle(
            $"{subject.Label}: the exit, its stages, their steps",
            "From left to right in the order of the walk, without probes; each part as wide as its mean.",
            subject.Unit,
            ["exit", "stages", "steps"],
            cells.ToImmutable(),
            [.. Fills(cells)]
        );
    }

    /// <returns>Null if no stage of any reason was recorded.</returns>
    public static Icicle? Of(TraceSummary trace)
    {
        if (trace.Reasons is not { ExitTime: > 0 } table) return null;
        ReasonRow[] rows = [.. table.Rows.Where(r => r.Figures.Share > 0)];
        if (rows.All(r => r.Stages.IsEmpty)) return null;
        string unit = trace.Header.Clock.Symbol;
        var cells = ImmutableArray.CreateBuilder<IcicleCell>();
        double at = 0, whole = rows.Sum(r => r.Figures.Total);
        cells.Add(Cell("time in exits", "time in exits", "total", 0, 0, whole, whole, unit));
        // Thinner than this nobody sees: their stages would only make the page larger.
        double thinnest = whole / 800;
        foreach (ReasonRow row in rows)
        {
            string name = ReasonSentences.Name(row);
            double total = row.Figures.Total, stage = at;
            if (total < thinnest) continue;
            cells.Add(Cell(name, name, row.Userspace || row.KvmExit.Length > 0 ? "userspace" : "handler", 1, at, total, whole, unit));
            foreach (ReasonStage own in row.Stages)
            {
                double length = Math.Min(Math.Max(0, own.Mean * own.Exits), at + total - stage);
                if (length < thinnest) continue;
                cells.Add(Cell(own.Stage, own.Stage, own.Group, 2, stage, length, whole, unit, name + ": ", own.Bound));
                stage += length;
            }
            at += total;
        }
        return new Icicle(
            $"{VisibleText.Of(trace.Header.Scenario)}: time in exits, its reasons, their stages",
            "The costliest reason first; stages are drawn where their borders were recorded.",
            unit,
            ["time", "reasons", "stages"],
            cells.ToImmutable(),
            [.. Fills(cells)]
        );
    }

    /// <summary>Both sides in one tree: as wide as the new side is, in the colour of what moved.</summary>
    /// <returns>Null if no stage has steps.</returns>
    public static Icicle? Of(ComparedRow row)
    {
        ComparedStage[] stages = [.. row.Stages.Where(s => s.Shift is { New: > 0 })];
        if (stages.All(s => s.Steps.IsEmpty)) return null;
        string unit = VerdictSentences.Unit(row);
        var cells = ImmutableArray.CreateBuilder<IcicleCell>();
        double at = 0, whole = stages.Sum(s => s.Shift!.New);
        cells.Add(Moved(row.Of, row.Of, row.Total, 0, 0, whole, unit));
        foreach (ComparedStage stage in stages)
        {
            double length = stage.Shift!.New, step = at;
            cells.Add(Moved(stage.Name, stage.Name, stage.Shift, 1, at, length, unit));
            foreach (ComparedStep own in stage.Steps)
            {
                double wide = Math.Min(Math.Max(0, own.Shift.New), at + length - step);
                if (wide <= 0) continue;
                cells.Add(Moved(own.Name, stage.Name, own.Shift, 2, step, wide, unit));
                step += wide;
            }
            at += length;
        }
        var verdicts = cells.Select(c => c.Fill).Distinct().ToList();
        (string Fill, string Text)[] legend = [("worse", "worse"), ("better", "better"), ("same", "same"), ("open", "cannot tell")];
        return new Icicle(
            $"{VerdictSentences.Name(row)}: what moved, stage by stage and step by step",
            "As wide as the new side's part; the colour is the verdict on it, the figure its shift.",
            unit,
            ["exit", "stages", "steps"],
            cells.ToImmutable(),
            [.. legend.Where(l => verdicts.Contains(l.Fill))]
        );

        IcicleCell Moved(string name, string key, JudgedShift shift, int level, double from, double wide, string of)
        {
            string fill = shift.Verdict switch { Verdict.Worse => "worse", Verdict.Better => "better", Verdict.Same => "same", _ => "open" };
            string moved = VerdictSentences.Change(row, shift.Absolute);
            string figures = $"{VerdictSentences.Value(row, shift.Base)} to {VerdictSentences.Value(row, shift.New)} {of}";
            return new IcicleCell(
                VisibleText.Of(name), VisibleText.Of(key), fill, level, from, wide, moved,
                $"{name}: {figures}, {moved}, {shift.Verdict.Words()}");
        }
    }

    private static IcicleCell Cell(
        string name, string key, string fill, int level, double from, double length, double whole, string unit, string before = "",
        Bound bound = Bound.Exact) =>
        new(
            VisibleText.Of(name),
            VisibleText.Of(key),
            fill,
            level,
            from,
            length,
            Figures.Bounded(bound, Figures.Cycles(length)),
            $"{before}{name}: {Figures.Bounded(bound, Figures.Cycles(length))} {unit}, {Figures.Share(length / whole)}"
        );

    private static IEnumerable<(string, string)> Fills(IEnumerable<IcicleCell> cells) =>
        cells.Where(c => c.Fill != "total").Select(c => (c.Fill, Name: c.Fill)).Distinct();
}
