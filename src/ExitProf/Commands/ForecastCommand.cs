using System.CommandLine;
using ExitProf.Analysis;
using ExitProf.Reports;
using ExitProf.Traces;

namespace ExitProf;

/// <summary><c>exitprof forecast</c>: what a change of one exit comes to for a workload, before the long run.</summary>
internal sealed class ForecastCommand
{
    private const double MostRate = 1e9;
    private const long MostCpus = 65_536;
    private const long MostHertz = 1_000_000_000_000;

    private readonly Argument<string> micro = new("micro")
    {
        Description = "The trace of ab, or a verdict of compare or ab in JSON (--format json), in cycles or time; of several comparisons the "
            + "one named behind a colon (verdict.json:vmcall). With --without, the trace of one scenario.",
    };

    private readonly Option<double?> rate = NumberOption.Create<double>(
        "--rate", "Exits per second of the workload.", double.Epsilon, MostRate, "exits per second above 0");

    private readonly Option<long?> cpus = NumberOption.Create<long>(
        "--cpus", "With --rate: the CPUs that the workload runs on; 1 if not given.", 1, MostCpus, "a number of CPUs");

    private readonly Option<string?> from = new("--from")
    {
        Description = "The trace of the workload, from which the rate is taken; of several configurations the one named behind a colon; of attach or "
            + "an import the exits of one reason, for a vCPU on average: vm.nettrace:IO_INSTRUCTION.",
    };

    private readonly Option<long?> hertz = NumberOption.Create<long>(
        "--hertz", "How fast the clock counts the cycles, where no trace says it.", 1_000, MostHertz, "a frequency in hertz");

    private readonly Option<string[]> without = new("--without")
    {
        Description = "What if an exit had no such stage: its name, or user-return-msrs, decode, in-kernel (answered in the kernel). May be "
            + "repeated.",
        HelpName = "stage",
    };

    private readonly Option<double?> growth = new("--code-growth")
    {
        Description = "How much the change makes the code grow, like 5%: says whether it is worth it.",
        CustomParser = result =>
        {
            if (Margin.TryParse(result.Tokens[0].Value, out Margin share) && share.Unit.Length == 0) return share.Share;
            result.AddError($"--code-growth takes a share like 5%, not '{result.Tokens[0].Value}'.");
            return null;
        },
    };

    private readonly Option<string> format = OutputFormat.Option("text", "json");

    public static Command Create() => new ForecastCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "forecast",
            "Say what a change of one exit comes to for a whole workload: shift × exits per second, and no more than the exits' share of the time. Needs no KVM.")
        {
            micro,
            rate,
            cpus,
            from,
            hertz,
            without,
            growth,
            format,
        };
        command.WithExamples(
            "exitprof forecast ab.nettrace --rate 2000 --code-growth 5%",
            "exitprof forecast ab.nettrace --from workload.nettrace",
            "exitprof forecast pio-out/pio-out.nettrace --without handler --rate 2000");
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        FileInfo? source = null;
        string? reason = null;
        if (parsed.GetValue(from) is { } load) (source, reason) = Named(load);
        TraceSummary? workload = source is null ? null : TraceFiles.Summarise(source.FullName);
        if (workload is null == parsed.GetValue(rate) is null) throw new UsageException(
            "Give --rate or --from: how often the workload exits.");
        (FileInfo given, string? name) = Named(parsed.GetValue(micro)!);
        string[] stages = parsed.GetValue(without) ?? [];
        TraceSummary? trace = stages.Length > 0 || IsTrace(given) ? TraceFiles.Summarise(given.FullName) : null;
        MicroShift shift = Shift(given, name, trace, stages);
        ExitLoad exits = workload is null
            ? new ExitLoad("the workload", parsed.GetValue(rate)!.Value, double.NaN)
            : ExitLoad.Of(workload, reason);
        if (workload != null && trace != null) Forecast.CheckHosts(trace, workload);
        long clock = Clock(parsed, shift, workload, trace);
        Finding[] findings = [.. new[] { trace, workload }.OfType<TraceSummary>().Distinct().SelectMany(Doubts)];
        if (workload != null) GivenOption.Refuse(parsed, [cpus], "--rate");
        Forecast forecast = Forecast.Of(shift, exits, clock, (int)(parsed.GetValue(cpus) ?? 1));
        Write(forecast, parsed.GetValue(growth), findings, parsed.GetValue(format)!, CommandConsole.Of(parsed));
        return ExitCode.Done;
    }

    /// <param name="trace">Null of a verdict in JSON.</param>
    private static MicroShift Shift(FileInfo given, string? name, TraceSummary? trace, string[] stages)
    {
        if (trace is null) return MicroShift.Of(given.Name, VerdictJson.Read(given.Name, File.ReadAllText(given.FullName)), name);
        if (stages.Length > 0) return MicroShift.Without(trace, stages);
        return MicroShift.Of(given.Name, trace.Verdict ?? throw new UsageException(
            $"{given.Name} is a trace of one side: say what a forecast is to leave out (--without), or give a trace of exitprof ab or a verdict (exitprof compare … --format json)."), name);
    }

    /// <returns>0 for a shift in time, which needs no clock.</returns>
    private long Clock(ParseResult parsed, MicroShift shift, TraceSummary? workload, TraceSummary? trace)
    {
        long? asked = parsed.GetValue(hertz);
        TraceSummary? counting = new[] { workload, trace }.FirstOrDefault(t => t is not null && CountsCycles(t.Header.Clock));
        if (asked is not null && counting is { Header.Clock.Hertz: var known })
            throw new UsageException($"{counting.File} says how fast its clock is ({known / 1e6:N0} MHz): leave --hertz out.");
        if (shift.PerSecond is not null)
        {
            GivenOption.Refuse(parsed, [hertz], "cycles");
            return 0;
        }
        return asked ?? counting?.Header.Clock.Hertz
            ?? throw new UsageException("Give --hertz: neither a verdict nor a rate says how fast the clock is.");
    }

    /// <summary>A recording in nanoseconds has a rate too, but not that of cycles.</summary>
    private static bool CountsCycles(TraceClock clock) =>
        clock is { Hertz: > 0, Unit: not (ClockUnit.Nanoseconds or ClockUnit.Microseconds) };

    private static IEnumerable<Finding> Doubts(TraceSummary trace) =>
        trace.Findings.Where(f => f.Severity > Severity.Info).Select(f => f with { Text = $"{trace.File}: {f.Text}" });

    /// <summary>"verdict.json:vmcall": a file, and the comparison in it that is meant.</summary>
    private static (FileInfo File, string? Name) Named(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) throw new UsageException("An empty name was given: is a variable of the script not set?");
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        while (colon > 0 && !File.Exists(text) && !File.Exists(text[..colon])) colon = text.IndexOf(':', colon + 1);
        return colon > 0 && !File.Exists(text) ? (new FileInfo(text[..colon]), text[(colon + 1)..]) : (new FileInfo(text), null);
    }

    private static bool IsTrace(FileInfo file) => file.Extension.Equals(".nettrace", StringComparison.OrdinalIgnoreCase);

    private static void Write(Forecast forecast, double? growth, IReadOnlyList<Finding> findings, string format, CommandConsole console)
    {
        if (format == "text") ForecastReport.WriteText(console.Out, console.Columns, console.Colour, forecast, growth, findings);
        else console.Write(stream => ForecastReport.WriteJson(stream, forecast, growth, findings));
    }
}
