using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>The report for machines: <see cref="JsonStageReport"/> is its contract.</summary>
public static class JsonReport
{
    public const int Schema = 1;

    public static void Write(Stream stream, IReadOnlyList<TraceSummary> traces) =>
        JsonForm.Write(stream, new JsonStageReport(Schema, [.. traces.Select(Trace)]), JsonForm.Contracts.JsonStageReport);

    private static JsonTrace Trace(TraceSummary trace)
    {
        TraceHeader header = trace.Header;
        return new JsonTrace(
            trace.File,
            header.Scenario,
            JsonForm.Facts(Common(header)),
            header.Source.Name,
            header.Backend.Name(),
            header.GuestMode,
            header.Events,
            header.Groups.Name(),
            new JsonClock(header.Clock.Word, header.Clock.Hertz, header.Clock.Grain),
            header.Clock.Hertz,
            header.Clock.Grain,
            new JsonNumber(header.ProbeFloor > 0 ? header.ProbeFloor : double.NaN),
            header.Seed.ToString(),
            Date(header.StartUtc),
            JsonForm.Facts(header.Host),
            new JsonTraced(trace.Traced.Exits, trace.Traced.Complete, trace.Traced.IncompleteByCause),
            new JsonUntraced(trace.UntracedExits),
            trace.LostEvents,
            trace.Bytes,
            trace.Blocks,
            [.. Subject.Of([trace]).Select(Configuration)],
            ReasonJson.Rows(trace),
            MetricTables.Json(trace),
            FunctionJson.Of(trace),
            FunctionJson.EventCosts(trace),
            trace.Outer is { } outer ? new JsonOuterMachine(Date(outer.RecordedUtc), outer.Emulator, outer.Cpu) : null,
            trace.Identity.Length > 0 ? trace.Identity : null,
            [.. Slope.AllOf(trace).Select(SlopeOf)],
            trace.Verdict is { } verdict ? VerdictJson.Of(new VerdictPage(verdict), schema: null) : null,
            JsonForm.Findings(trace.Findings));
    }

    private static string Date(DateTime utc) => utc.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    private static JsonSlope SlopeOf(Slope slope) =>
        new(
            slope.Setting,
            slope.Others,
            slope.PerDoubling ? "doubling" : "one",
            new JsonNumber(slope.Cycles.Mean, 6),
            new JsonNumber(slope.Cycles.Low, 6),
            new JsonNumber(slope.Cycles.High, 6),
            new JsonNumber(slope.Start),
            new JsonNumber(slope.Bend, 6));

    private static JsonConfiguration Configuration(Subject subject)
    {
        ConfigurationSummary c = subject.Configuration;
        JsonVcpu all = Figures(subject, c, vcpu: -1);
        return new JsonConfiguration(
            c.Configuration.Name,
            JsonForm.Facts(c.Configuration.Settings),
            c.Native ? "native" : "emulated",
            all.Total,
            all.Untraced,
            all.Stages,
            all.Incomplete,
            all.ProbeIndirect,
            all.Unattributed,
            all.ExitsToVmm,
            all.StampsPerExit,
            c.Native ? null : Estimate(c.EmptyLoop),
            c.Work is { } work ? Work(work, subject.Trace.Header.Clock.Hertz) : null,
            c.Vcpus.IsEmpty ? null : [.. c.Vcpus.Select(v => Figures(subject, v.Figures, v.Vcpu))]);
    }

    private static JsonVcpu Figures(Subject subject, ConfigurationSummary c, int vcpu)
    {
        var stamps = new OrderedDictionary<string, JsonNumber>();
        foreach (StampCount count in c.StampCounts) stamps[count.Stamp.Name()] = new JsonNumber(count.PerExit, 6);
        Quantiles total = c.Total;
        return new JsonVcpu(
            vcpu,
            new JsonTotal(
                total.Exits,
                new JsonNumber(total.Mean),
                new JsonNumber(total.P50),
                new JsonNumber(total.P90),
                new JsonNumber(total.P99),
                new JsonNumber(total.Min),
                new JsonNumber(total.Max)),
            Untraced(c.Untraced),
            [.. c.Stages.Select(s => Stage(subject, s))],
            new JsonIncomplete(c.Incomplete.Exits, new JsonNumber(c.Incomplete.Mean)),
            Estimate(c.ProbeIndirect),
            Estimate(c.Unattributed),
            new JsonNumber(c.ExitsToVmm, 6),
            stamps);
    }

    internal static JsonWork Work(WorkSummary work, long hertz) =>
        new(
            work.Unit.Instructions,
            work.Unit.Exits,
            new JsonNumber(work.WorkPerSecond(hertz)),
            new JsonNumber(work.ExitsPerSecond(hertz)),
            Estimate(work.WithoutExits),
            Estimate(work.CyclesPerExit),
            Estimate(work.ShareInExits, digits: 6));

    private static JsonUntracedTotal Untraced(UntracedSummary? untraced)
    {
        Quantiles none = new(0, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        Quantiles total = untraced?.Total ?? none;
        return new JsonUntracedTotal(
            total.Exits,
            new JsonNumber(untraced?.Mean.Mean ?? double.NaN),
            new JsonNumber(total.P50),
            new JsonNumber(total.P90),
            new JsonNumber(total.P99),
            new JsonNumber(total.Min),
            new JsonNumber(total.Max),
            new JsonNumber(untraced?.Mean.Low ?? double.NaN),
            new JsonNumber(untraced?.Mean.High ?? double.NaN));
    }

    private static JsonStage Stage(Subject subject, StageSummary stage)
    {
        bool present = stage.State != StageState.Absent;
        return new JsonStage(
            stage.Name,
            stage.Group,
            stage.State switch { StageState.Present => "present", StageState.Absent => "absent", _ => "merged" },
            JsonBound.Of(stage.Bound),
            new JsonNumber(stage.Cycles.Mean),
            new JsonNumber(stage.Cycles.P50),
            new JsonNumber(stage.Cycles.P90),
            new JsonNumber(stage.Cycles.P99),
            new JsonNumber(stage.Cycles.Min),
            new JsonNumber(stage.Cycles.Max),
            Known(stage.Probe),
            Known(stage.Corrected.Mean),
            Known(stage.Corrected.Low),
            Known(stage.Corrected.High),
            Known(stage.Share, digits: 6),
            [.. stage.Steps.Select(Step)]);

        JsonNumber Known(double figure, int digits = 3) => new(present && subject.ProbeCostKnown ? figure : double.NaN, digits);

        JsonStep Step(StepSummary step) =>
            new(
                step.Name,
                step.From.Name(),
                step.To.Name(),
                JsonBound.Of(step.Bound),
                new JsonNumber(step.Mean),
                new JsonNumber(step.P50),
                Known(step.Probe),
                Known(step.Corrected));
    }

    private static JsonEstimate Estimate(Estimate? estimate, int digits = 3)
    {
        Estimate figures = estimate ?? new Estimate(double.NaN, double.NaN, double.NaN);
        return new JsonEstimate(
            new JsonNumber(figures.Mean, digits), new JsonNumber(figures.Low, digits), new JsonNumber(figures.High, digits));
    }

    /// <summary>Settings that all configurations share.</summary>
    private static IEnumerable<Fact> Common(TraceHeader header) =>
        header.Configurations.IsEmpty
            ? []
            : header.Configurations[0].Settings.Where(s => header.Configurations.All(c => c.IsEmptyLoop || c.Settings.Contains(s)));
}
