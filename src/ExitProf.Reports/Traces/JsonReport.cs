using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Reports;

/// <summary>The report for machines. The names are a contract: add, never rename; a figure that does not exist is null.</summary>
public static class JsonReport
{
    public const int Schema = 1;

    public static void Write(Stream stream, IReadOnlyList<TraceSummary> traces)
    {
        JsonText.Write(stream, json =>
        {
            json.WriteNumber("schema", Schema);
            json.WriteStartArray("traces");
            foreach (TraceSummary trace in traces) WriteTrace(json, trace);
            json.WriteEndArray();
        });
    }

    private static void WriteTrace(Utf8JsonWriter json, TraceSummary trace)
    {
        TraceHeader header = trace.Header;
        json.WriteStartObject();
        json.WriteString("file", trace.File);
        json.WriteString("scenario", header.Scenario);
        JsonText.Facts(json, "settings", Common(header));
        json.WriteString("source", header.Source.Name);
        json.WriteString("backend", header.Backend.Name());
        json.WriteString("guestMode", header.GuestMode);
        json.WriteString("events", header.Events);
        json.WriteString("eventGroups", header.Groups.Name());
        json.WriteStartObject("clock");
        json.WriteString("unit", header.Clock.Word);
        json.WriteNumber("hz", header.Clock.Hertz);
        json.WriteNumber("grain", header.Clock.Grain);
        json.WriteEndObject();
        json.WriteNumber("tscHz", header.Clock.Hertz);
        json.WriteNumber("tscGrain", header.Clock.Grain);
        JsonText.Number(json, "probeFloor", header.ProbeFloor > 0 ? header.ProbeFloor : double.NaN);
        // As text: JSON's readers commonly keep 53 bits of a number.
        json.WriteString("seed", header.Seed.ToString());
        json.WriteString("startUtc", header.StartUtc.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        JsonText.Facts(json, "host", header.Host);
        json.WriteStartObject("traced");
        json.WriteNumber("exits", trace.Traced.Exits);
        json.WriteNumber("complete", trace.Traced.Complete);
        json.WriteStartObject("incompleteByCause");
        foreach ((string cause, long exits) in trace.Traced.IncompleteByCause) json.WriteNumber(cause, exits);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("untraced");
        json.WriteNumber("exits", trace.UntracedExits);
        json.WriteEndObject();
        json.WriteNumber("lost", trace.LostEvents);
        json.WriteNumber("bytes", trace.Bytes);
        json.WriteNumber("blocks", trace.Blocks);
        json.WriteStartArray("configurations");
        foreach (Subject subject in Subject.Of([trace])) WriteConfiguration(json, subject);
        json.WriteEndArray();
        ReasonJson.Write(json, trace);
        MetricTables.Write(json, trace);
        json.WriteStartArray("slopes");
        foreach (Slope slope in Slope.AllOf(trace)) WriteSlope(json, slope);
        json.WriteEndArray();
        if (trace.Verdict is { } verdict)
        {
            json.WriteStartObject("verdict");
            VerdictJson.WriteProperties(json, verdict);
            json.WriteEndObject();
        }
        else json.WriteNull("verdict");
        JsonText.Findings(json, trace.Findings);
        json.WriteEndObject();
    }

    internal static void WriteSlope(Utf8JsonWriter json, Slope slope)
    {
        json.WriteStartObject();
        json.WriteString("setting", slope.Setting);
        json.WriteString("others", slope.Others);
        json.WriteString("per", slope.PerDoubling ? "doubling" : "one");
        JsonText.Number(json, "mean", slope.Cycles.Mean, digits: 6);
        JsonText.Number(json, "low", slope.Cycles.Low, digits: 6);
        JsonText.Number(json, "high", slope.Cycles.High, digits: 6);
        JsonText.Number(json, "start", slope.Start);
        JsonText.Number(json, "bend", slope.Bend, digits: 6);
        json.WriteEndObject();
    }

    private static void WriteConfiguration(Utf8JsonWriter json, Subject subject)
    {
        ConfigurationSummary c = subject.Configuration;
        json.WriteStartObject();
        json.WriteString("name", c.Configuration.Name);
        JsonText.Facts(json, "settings", c.Configuration.Settings);
        json.WriteString("mode", c.Native ? "native" : "emulated");
        WriteFigures(json, subject, c);
        if (!c.Native) WriteEstimate(json, "emptyLoop", c.EmptyLoop);
        if (c.Work is { } work) WriteWork(json, work, subject.Trace.Header.Clock.Hertz);
        if (!c.Vcpus.IsEmpty)
        {
            json.WriteStartArray("vcpus");
            foreach (VcpuSummary vcpu in c.Vcpus)
            {
                json.WriteStartObject();
                json.WriteNumber("vcpu", vcpu.Vcpu);
                WriteFigures(json, subject, vcpu.Figures);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteFigures(Utf8JsonWriter json, Subject subject, ConfigurationSummary c)
    {
        json.WriteStartObject("total");
        json.WriteNumber("exits", c.Total.Exits);
        WriteQuantiles(json, c.Total);
        json.WriteEndObject();
        WriteUntraced(json, c.Untraced);
        json.WriteStartArray("stages");
        foreach (StageSummary stage in c.Stages) WriteStage(json, subject, stage);
        json.WriteEndArray();
        json.WriteStartObject("incomplete");
        json.WriteNumber("exits", c.Incomplete.Exits);
        JsonText.Number(json, "mean", c.Incomplete.Mean);
        json.WriteEndObject();
        WriteEstimate(json, "probeIndirect", c.ProbeIndirect);
        WriteEstimate(json, "unattributed", c.Unattributed);
        JsonText.Number(json, "exitsToVmm", c.ExitsToVmm, digits: 6);
        json.WriteStartObject("stampsPerExit");
        foreach (StampCount count in c.StampCounts) JsonText.Number(json, count.Stamp.Name(), count.PerExit, digits: 6);
        json.WriteEndObject();
    }

    internal static void WriteWork(Utf8JsonWriter json, WorkSummary work, long hertz)
    {
        json.WriteStartObject("work");
        json.WriteNumber("instructions", work.Unit.Instructions);
        json.WriteNumber("exits", work.Unit.Exits);
        JsonText.Number(json, "millionInstructionsPerSecond", work.WorkPerSecond(hertz));
        JsonText.Number(json, "exitsPerSecond", work.ExitsPerSecond(hertz));
        WriteEstimate(json, "withoutExits", work.WithoutExits);
        WriteEstimate(json, "cyclesPerExit", work.CyclesPerExit);
        Estimate share = work.ShareInExits ?? new Estimate(double.NaN, double.NaN, double.NaN);
        json.WriteStartObject("shareInExits");
        JsonText.Number(json, "mean", share.Mean, digits: 6);
        JsonText.Number(json, "low", share.Low, digits: 6);
        JsonText.Number(json, "high", share.High, digits: 6);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteUntraced(Utf8JsonWriter json, UntracedSummary? untraced)
    {
        Quantiles none = new(0, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        Quantiles total = untraced?.Total ?? none;
        json.WriteStartObject("untraced");
        json.WriteNumber("exits", total.Exits);
        // The mean over blocks, because low and high are the interval of that one.
        WriteQuantiles(json, total with { Mean = untraced?.Mean.Mean ?? double.NaN });
        JsonText.Number(json, "low", untraced?.Mean.Low ?? double.NaN);
        JsonText.Number(json, "high", untraced?.Mean.High ?? double.NaN);
        json.WriteEndObject();
    }

    private static void WriteStage(Utf8JsonWriter json, Subject subject, StageSummary stage)
    {
        bool present = stage.State != StageState.Absent;
        double Known(double figure) => present && subject.ProbeCostKnown ? figure : double.NaN;
        json.WriteStartObject();
        json.WriteString("stage", stage.Name);
        json.WriteString("group", stage.Group);
        json.WriteString("state", stage.State switch { StageState.Present => "present", StageState.Absent => "absent", _ => "merged" });
        json.WriteString("bound", stage.Bound == Bound.Upper ? "upper" : "exact");
        WriteQuantiles(json, stage.Cycles);
        JsonText.Number(json, "probe", Known(stage.Probe));
        JsonText.Number(json, "corrected", Known(stage.Corrected.Mean));
        JsonText.Number(json, "low", Known(stage.Corrected.Low));
        JsonText.Number(json, "high", Known(stage.Corrected.High));
        JsonText.Number(json, "share", Known(stage.Share), digits: 6);
        json.WriteStartArray("steps");
        foreach (StepSummary step in stage.Steps)
        {
            json.WriteStartObject();
            json.WriteString("name", step.Name);
            json.WriteString("from", step.From.Name());
            json.WriteString("to", step.To.Name());
            json.WriteString("bound", step.Bound == Bound.Upper ? "upper" : "exact");
            JsonText.Number(json, "mean", step.Mean);
            JsonText.Number(json, "p50", step.P50);
            JsonText.Number(json, "probe", Known(step.Probe));
            JsonText.Number(json, "corrected", Known(step.Corrected));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteQuantiles(Utf8JsonWriter json, Quantiles quantiles)
    {
        JsonText.Number(json, "mean", quantiles.Mean);
        JsonText.Number(json, "p50", quantiles.P50);
        JsonText.Number(json, "p90", quantiles.P90);
        JsonText.Number(json, "p99", quantiles.P99);
        JsonText.Number(json, "min", quantiles.Min);
        JsonText.Number(json, "max", quantiles.Max);
    }

    private static void WriteEstimate(Utf8JsonWriter json, string name, Estimate? estimate)
    {
        Estimate figures = estimate ?? new Estimate(double.NaN, double.NaN, double.NaN);
        json.WriteStartObject(name);
        JsonText.Number(json, "mean", figures.Mean);
        JsonText.Number(json, "low", figures.Low);
        JsonText.Number(json, "high", figures.High);
        json.WriteEndObject();
    }

    /// <summary>Settings that all configurations share.</summary>
    private static IEnumerable<Fact> Common(TraceHeader header) =>
        header.Configurations.IsEmpty
            ? []
            : header.Configurations[0].Settings.Where(s => header.Configurations.All(c => c.IsEmptyLoop || c.Settings.Contains(s)));
}
