using System.CommandLine;
using ExitProf.Analysis;

namespace ExitProf;

/// <summary><c>ab --a-run CMD --b-run CMD</c>: two commands, run in random pairs.</summary>
internal sealed class RunPairsArguments
{
    /// <summary>A 99 % interval needs eight.</summary>
    private const int DefaultRuns = 20;
    private const int MostRuns = 100_000;
    private const double DefaultTimeout = 600;

    private readonly Option<string?> first = new("--a-run")
    {
        Description =
            "The base: a command for /bin/sh that writes the trace named in $EXITPROF_TRACE, or prints one number a line (their median counts).",
        HelpName = "command",
    };
    private readonly Option<string?> second = new("--b-run")
    {
        Description = "The new side: a command of the same kind.",
        HelpName = "command",
    };
    private readonly Option<int?> runs = NumberOption.Create<int>(
        "--runs",
        $"How many pairs of runs ({DefaultRuns} if not given), after one that warms up and is dropped.",
        1,
        MostRuns,
        $"a whole number from 1 to {MostRuns}"
    );
    private readonly Option<double?> timeout = NumberOption.Create<double>(
        "--timeout",
        $"Seconds that one run may take ({DefaultTimeout:0} if not given).",
        0.001,
        86_400,
        "seconds above 0, up to a day"
    );
    private readonly Option<string> unit = new("--unit")
    {
        Description = "The unit of the numbers that the commands print: s, ms, cycles.",
        DefaultValueFactory = _ => "",
    };
    private readonly DirectionOptions direction = new();

    /// <summary>Those that have no meaning for a scenario.</summary>
    public IEnumerable<Option> Own => [runs, timeout, unit, .. direction.All];

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[first, second, .. Own]) command.Options.Add(option);
    }

    public bool Given(ParseResult parsed) => parsed.GetValue(first) != null || parsed.GetValue(second) != null;

    /// <summary>Runs both and judges the pairs. After Ctrl-C it judges those that were measured.</summary>
    /// <exception cref="RunFailedException">A run failed.</exception>
    public ComparisonSummary Compare(ParseResult parsed, Gate gate, CommandConsole console, CancellationToken cancelled)
    {
        if (parsed.GetValue(first) is not { } a || parsed.GetValue(second) is not { } b)
            throw new UsageException("Give --a-run and --b-run: one side alone is no comparison.");
        var limit = TimeSpan.FromSeconds(parsed.GetValue(timeout) ?? DefaultTimeout);
        ulong seed = parsed.GetValue<ulong?>("--seed") ?? (ulong)Random.Shared.NextInt64();
        string word = parsed.GetValue(unit)!;
        Better? better = direction.Read(parsed);
        // Before anything is run: what nobody can judge need not be measured.
        if (better is null && MetricUnit.IsRate(word))
            throw new UsageException($"{word} is a rate: give --higher-is-better or --lower-is-better.");
        Gate rule = (word.Length > 0 ? gate.In(word, "") : gate) with { HigherIsBetter = better == Better.Higher };
        // A share of nothing is nothing: only an amount says how much a shift from 0, or below it, matters.
        bool anyNumber = rule.Margin.Amount > 0;
        var pairs = new RunPairs(new CommandRun("a", a, limit, anyNumber), new CommandRun("b", b, limit, anyNumber), seed, console);
        return pairs.Run(rule, parsed.GetValue(runs) ?? DefaultRuns, (a, b), word, cancelled);
    }
}
