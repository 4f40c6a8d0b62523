using System.CommandLine;
using ExitProf.Analysis;

namespace ExitProf;

/// <summary><c>ab --a-run CMD --b-run CMD</c>: two commands, run in random pairs.</summary>
internal sealed class RunPairsArguments
{
    private readonly Option<string?> first = new("--a-run") { Description = "The base: a command for /bin/sh that writes the trace named in $EXITPROF_TRACE, or prints one number a line.", HelpName = "command" };
    private readonly Option<string?> second = new("--b-run") { Description = "The new side: a command of the same kind.", HelpName = "command" };

    public void AddTo(Command command)
    {
        command.Options.Add(first);
        command.Options.Add(second);
    }

    public bool Given(ParseResult parsed) => parsed.GetValue(first) != null || parsed.GetValue(second) != null;

    /// <summary>Runs both and judges the pairs.</summary>
    public ComparisonSummary Compare(ParseResult parsed, Gate gate, CancellationToken cancelled)
    {
        _ = (gate, cancelled);
        throw new UsageException($"{parsed.GetValue(first)} cannot be run yet.");
    }
}
