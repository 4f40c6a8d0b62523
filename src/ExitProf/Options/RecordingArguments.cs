using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using ExitProf.Recording;

namespace ExitProf;

/// <summary>The options that <c>record</c> and <c>profile</c> share.</summary>
internal sealed class RecordingArguments
{
    private const double DefaultSeconds = 10;
    private const double MostSeconds = 86_400;
    private const long MostExits = 1_000_000_000_000;

    private readonly Argument<string> scenario = new("scenario")
    {
        HelpName = "scenario",
        Description = "What to run; exitprof list shows all.",
    };
    private readonly Option<long?> exits = NumberOption.Create<long>(
        "--exits",
        "Record until each configuration has this many exits with kernel events, and as many without.",
        1,
        MostExits,
        $"a whole number from 1 to {MostExits}"
    );
    private readonly Option<double?> seconds = NumberOption.Create<double>(
        "--seconds",
        $"Record for this many seconds ({DefaultSeconds:0} if neither is given).",
        double.Epsilon,
        MostSeconds,
        $"a number above 0 and up to {MostSeconds}"
    );
    private readonly Option<string[]> set = new("--set")
    {
        Description =
            "A setting of the scenario: key=value; several values (key=v1,v2 or key=lo..hi, doubling) are swept, interleaved, in one recording.",
        HelpName = "key=values",
    };
    private readonly Option<int?> cpu = NumberOption.Create<int>(
        "--cpu", "The CPU that the vCPU is pinned to (the last one allowed if not given).", 0, int.MaxValue, "the number of a CPU");
    private readonly Option<string> events = new("--events")
    {
        Description =
            "Kernel events: lean separates the stages only, full also steps inside them, deep also accesses to MSRs, none leaves stages merged.",
        DefaultValueFactory = _ => EventSet.Full.Name,
    };
    private readonly Option<ulong?> seed = NumberOption.Create<ulong>(
        "--seed",
        "What the random order of blocks begins with (drawn if not given, kept in the trace).",
        0,
        ulong.MaxValue,
        "a whole number from 0 on"
    );

    public RecordingArguments(Command command)
    {
        scenario.CompletionSources.Add(_ => ScenarioCatalog.All.Select(s => new CompletionItem(s.Name)));
        SettingCompletion.AddTo(set, scenario);
        events.AcceptOnlyFromAmong([.. EventSet.All.Select(e => e.Name)]);
        command.Arguments.Add(scenario);
        foreach (Option option in (Option[])[exits, seconds, set, cpu, events, seed]) command.Options.Add(option);
        command.Validators.Add(r =>
        {
            if (r.GetResult(exits) is { Implicit: false } && r.GetResult(seconds) is { Implicit: false })
                r.AddError("Give --exits or --seconds, not both.");
        });
    }

    /// <param name="emulated">The recording is made in an emulated host: without a length it takes a number of exits, and its seed is
    /// fixed.</param>
    /// <exception cref="SettingException">There is no such scenario, setting or value.</exception>
    public SweepOptions Read(ParseResult parsed, bool emulated = false)
    {
        IScenario chosen = ScenarioCatalog.Get(parsed.GetValue(scenario)!);
        return new SweepOptions(
            chosen,
            parsed.GetValue(set) ?? [],
            parsed.GetValue(exits) ?? (emulated && parsed.GetValue(seconds) == null ? HostRecording.DefaultExits : null),
            TimeSpan.FromSeconds(parsed.GetValue(seconds) ?? DefaultSeconds),
            parsed.GetValue(cpu),
            EventSet.Get(parsed.GetValue(events)!),
            parsed.GetValue(seed) ?? (emulated ? HostRecording.DefaultSeed : null))
        {
            LeaveOutUnsupported = true,
        };
    }

    /// <summary>"pio-out-20260821T101500Z".</summary>
    public static string DefaultName(SweepOptions options) => DefaultName(options.Scenario);

    /// <inheritdoc cref="DefaultName(SweepOptions)"/>
    public static string DefaultName(IScenario scenario) =>
        $"{scenario.Name}-{DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
}
