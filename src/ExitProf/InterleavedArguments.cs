using System.CommandLine;
using System.CommandLine.Completions;
using ExitProf.Analysis;
using ExitProf.Recording;

namespace ExitProf;

/// <summary><c>ab SCENARIO --a key=value --b key=value</c>: two configurations of one scenario, interleaved by block.</summary>
internal sealed class InterleavedArguments
{
    private readonly Argument<string?> scenario = new("scenario") { Description = "What to run; exitprof list shows all.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> first = new("--a") { Description = "A setting of the base; a setting that only the other side has keeps its default here. May be repeated.", HelpName = "key=value" };
    private readonly Option<string[]> second = new("--b") { Description = "A setting of the new side.", HelpName = "key=value" };

    public void AddTo(Command command)
    {
        scenario.CompletionSources.Add(_ => ScenarioCatalog.All.Select(s => new CompletionItem(s.Name)));
        command.Arguments.Add(scenario);
        command.Options.Add(first);
        command.Options.Add(second);
    }

    public bool Given(ParseResult parsed) => parsed.GetValue(scenario) != null;

    /// <summary>Records both and judges the quads.</summary>
    public ComparisonSummary Compare(ParseResult parsed, Gate gate, CancellationToken cancelled)
    {
        _ = (gate, cancelled);
        throw new UsageException($"{parsed.GetValue(scenario)} cannot be run interleaved yet.");
    }
}
