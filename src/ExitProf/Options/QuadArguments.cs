using System.CommandLine;
using System.CommandLine.Completions;
using ExitProf.Analysis;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>
/// <c>ab SCENARIO --a key=value --b key=value</c> and <c>ab SCENARIO --aa</c>: two configurations of one scenario, interleaved by block.
/// </summary>
internal sealed class QuadArguments
{
    private const double DefaultSeconds = 10;
    private const double MostSeconds = 86_400;
    private const int MostQuads = 100_000_000;
    private const int DefaultWindows = 1000;

    /// <summary>The most looks of a comparison that may end as soon as it is decided.</summary>
    private const int MostLooks = 5;

    private readonly Argument<string?> scenario = new("scenario")
    {
        HelpName = "scenario",
        Description = "What to run; exitprof list shows all.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string[]> first = new("--a")
    {
        Description = "A setting of the base; one that only the other side has keeps its default here. May be repeated.",
        HelpName = "key=value",
    };
    private readonly Option<string[]> second = new("--b") { Description = "A setting of the new side.", HelpName = "key=value" };
    private readonly Option<string[]> both = new("--set") { Description = "A setting of both sides.", HelpName = "key=value" };
    private readonly Option<double?> seconds = NumberOption.Create<double>(
        "--seconds",
        $"Record for this many seconds, and look once. Without a length: up to {DefaultSeconds:0} s, ending at the first of {MostLooks} looks that decides.",
        double.Epsilon,
        MostSeconds,
        $"a number above 0 and up to {MostSeconds}"
    );
    private readonly Option<int?> quads = NumberOption.Create<int>(
        "--quads",
        "Record this many quads (ABBA or BAAB) without kernel events, and look once.",
        1,
        MostQuads,
        $"a whole number from 1 to {MostQuads}"
    );
    private readonly Option<bool> alike = new("--aa")
    {
        Description = "Compare the scenario with itself: calibrates the gate on this host.",
    };
    private readonly Option<int?> windows = NumberOption.Create<int>(
        "--windows",
        $"With --aa: this many windows of {GateCalibration.UsualWindowQuads} quads ({DefaultWindows} if not given).",
        1,
        MostQuads / GateCalibration.UsualWindowQuads,
        "a whole number from 1 on"
    );
    private readonly Option<int?> cpu = NumberOption.Create<int>(
        "--cpu",
        "The CPU that the vCPU is pinned to (the last one allowed if not given).",
        0,
        int.MaxValue,
        "the number of a CPU"
    );
    private readonly Option<string> events = new("--events")
    {
        Description = "Kernel events of the quads from which stages are judged: lean, full, deep, or none.",
        DefaultValueFactory = _ => EventSet.Full.Name,
    };
    private readonly Option<ulong?> seed = NumberOption.Create<ulong>(
        "--seed",
        "What the random order of blocks begins with (drawn if not given, kept in the trace).",
        0,
        ulong.MaxValue,
        "a whole number from 0 on"
    );
    private readonly Option<FileInfo?> output = new("--output", "-o")
    {
        Description = "The trace; a file of that name is kept as NAME.old.",
    };

    /// <summary>Those that have no meaning for two commands; the seed has.</summary>
    public IEnumerable<Option> Own => [first, second, both, seconds, quads, alike, windows, cpu, events, output];

    public void AddTo(Command command)
    {
        scenario.CompletionSources.Add(_ => ScenarioCatalog.All.Select(s => new CompletionItem(s.Name)));
        foreach (Option<string[]> setting in (Option<string[]>[])[first, second, both])
            SettingCompletion.AddTo(setting, scenario);
        events.AcceptOnlyFromAmong([.. EventSet.All.Select(e => e.Name)]);
        command.Arguments.Add(scenario);
        foreach (Option option in (Option[])[.. Own, seed]) command.Options.Add(option);
        command.Validators.Add(r =>
        {
            Option[] lengths = [.. ((Option[])[seconds, quads, windows]).Where(o => r.GetResult(o) is { Implicit: false })];
            if (lengths.Length > 1)
                r.AddError($"Give {lengths[0].Name} or {lengths[1].Name}, not both.");
            if (r.GetResult(windows) is { Implicit: false } && r.GetResult(alike) is null or { Implicit: true })
                r.AddError("--windows is for --aa.");
        });
    }

    public bool Given(ParseResult parsed) => parsed.GetValue(scenario) != null;

    /// <exception cref="UsageException">The sides are none that can be compared.</exception>
    public void Check(ParseResult parsed) => Read(parsed);

    /// <summary>Records both sides and judges the quads.</summary>
    /// <exception cref="UsageException">The sides are none that can be compared.</exception>
    public ComparisonSummary Compare(ParseResult parsed, Gate gate, CommandConsole console, CancellationToken cancelled)
    {
        QuadOptions options = Read(parsed);
        FileInfo file = parsed.GetValue(output) ?? new FileInfo(RecordingArguments.DefaultName(options.Scenario) + ".nettrace");
        var run = new QuadComparison(gate, options, file, console);
        ComparisonSummary comparison = run.Record(cancelled);
        // Not to stdout, which may be JSON.
        console.Note(comparison.Trace);
        IEnumerable<Finding> findings = [.. comparison.Findings, .. OneSided(parsed, options)];
        return comparison with { Findings = [.. findings] };
    }

    /// <summary>Records each side in an emulated host, one after the other, and compares their instructions.</summary>
    /// <exception cref="UsageException">An option is for /dev/kvm.</exception>
    public ComparisonSummary CompareInHosts(ParseResult parsed, Gate gate, HostComparison hosts, CommandConsole console)
    {
        GivenOption.Refuse(parsed, [seconds, quads, alike, windows, cpu], "/dev/kvm: in an emulated host each exit has one exact count");
        IScenario chosen = ScenarioCatalog.Get(parsed.GetValue(scenario)!);
        string[] a = parsed.GetValue(first) ?? [], b = parsed.GetValue(second) ?? [], shared = parsed.GetValue(both) ?? [];
        FileInfo file = parsed.GetValue(output) ?? new FileInfo(RecordingArguments.DefaultName(chosen) + ".nettrace");
        ComparisonSummary comparison = hosts.Run(gate, Side(a), Side(b), file, console);
        // Not to stdout, which may be JSON.
        console.Note(comparison.Trace);
        return comparison;

        SweepOptions Side(string[] own) => new(
            chosen, [.. shared, .. own], HostRecording.DefaultExits, TimeSpan.Zero, null, EventSet.Get(parsed.GetValue(events)!),
            parsed.GetValue(seed) ?? HostRecording.DefaultSeed);
    }

    private QuadOptions Read(ParseResult parsed)
    {
        IScenario chosen = ScenarioCatalog.Get(parsed.GetValue(scenario)!);
        string[] a = parsed.GetValue(first) ?? [], b = parsed.GetValue(second) ?? [], shared = parsed.GetValue(both) ?? [];
        bool same = parsed.GetValue(alike);
        if (same && a.Length + b.Length > 0)
            throw new UsageException("--aa compares a configuration with itself: give its settings by --set, not by --a and --b.");
        if (!same && a.Length + b.Length == 0)
            throw new UsageException(
                $"Give --a and --b, the settings in which the sides of {chosen.Name} differ, or --aa, or --a-kernel and --b-kernel."
            );
        int? wanted =
            parsed.GetValue(quads)
            ?? (
                same && parsed.GetValue(seconds) == null
                    ? GateCalibration.UsualWindowQuads * (parsed.GetValue(windows) ?? DefaultWindows)
                    : null
            );
        bool mayEndEarly = wanted == null && parsed.GetValue(seconds) == null;
        var options = new QuadOptions(
            chosen,
            [.. shared, .. a],
            [.. shared, .. b],
            wanted,
            TimeSpan.FromSeconds(parsed.GetValue(seconds) ?? DefaultSeconds),
            mayEndEarly ? MostLooks : 1,
            parsed.GetValue(cpu),
            EventSet.Get(parsed.GetValue(events)!),
            parsed.GetValue(seed));
        string name = options.Sides[0].Configuration.Name;
        if (!same && options.Alike)
            throw new UsageException(
                $"Both sides are the same ({name}): there is nothing to compare. exitprof ab {chosen.Name} --aa compares a configuration with itself."
            );
        return options;
    }

    /// <summary>Settings that one side has by its default.</summary>
    private IEnumerable<Finding> OneSided(ParseResult parsed, QuadOptions options)
    {
        string[] a = [.. Keys(parsed.GetValue(first))],
            b = [.. Keys(parsed.GetValue(second))];
        foreach (
            (string side, string other, string[] missing) in ((string, string, string[])[])
                [("A", "B", [.. b.Except(a)]), ("B", "A", [.. a.Except(b)])]
        )
        {
            foreach (Setting setting in options.Scenario.Settings.Where(s => missing.Contains(s.Name)))
            {
                yield return FindingKind.DefaultSetting.Of(
                    1,
                    $"{setting.Name} is given for {other} only: {side} has its default, {setting.Default}."
                );
            }
        }
    }

    private static IEnumerable<string> Keys(string[]? assignments) => (assignments ?? []).Select(a => a.Split('=')[0]);
}
