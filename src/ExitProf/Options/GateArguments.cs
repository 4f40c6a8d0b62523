using System.CommandLine;
using ExitProf.Analysis;

namespace ExitProf;

/// <summary>The options of every command that ends in a verdict.</summary>
internal sealed class GateArguments
{
    private readonly Option<Margin?> margin = ShareOption.Margin();
    private readonly Option<double?> alpha = ShareOption.Alpha();
    private readonly Option<string?> failOn = new("--fail-on")
    {
        Description = "End with exit code 3 if it is worse; with cannot-tell also with 4 if nobody can tell.",
    };
    private readonly Option<FileInfo?> config = new("--gate-config")
    {
        Description = "A JSON file of margins by scenario and stage; the options of the command line go before it.",
    };

    private readonly Option<string?> baseName = new("--a-name")
    {
        Description = "What reports call the base: a commit, a build.",
        HelpName = "text",
    };
    private readonly Option<string?> newName = new("--b-name") { Description = "What reports call the new side.", HelpName = "text" };
    private readonly Option<int?> leastRuns = NumberOption.Create<int>("--least-runs",
        $"How many runs a side has to have for a verdict. If not given, {Gate.LeastRunsThatFail} with --fail-on, else as many as tell a shift from runs in two modes (at 1 % 4 and 4, 5 and 3, 7 and 2); 2 or 3 say that runs have one mode.",
        ComparisonSummary.LeastRuns, 1_000_000, $"a whole number from {ComparisonSummary.LeastRuns} on");

    public GateArguments() => failOn.AcceptOnlyFromAmong("worse", "cannot-tell");

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[margin, alpha, failOn, config, leastRuns, baseName, newName]) command.Options.Add(option);
    }

    /// <exception cref="InputException">The gate's file is none.</exception>
    public Gate Read(ParseResult parsed)
    {
        GateFile file = parsed.GetValue(config) is { } given
            ? GateFile.Parse(given.Name, File.ReadAllText(given.FullName))
            : GateFile.Empty;
        FailOn fails = parsed.GetValue(failOn) switch
        {
            "worse" => FailOn.Worse,
            "cannot-tell" => FailOn.CannotTell,
            _ => file.FailOn ?? FailOn.Nothing,
        };
        return new Gate(
            parsed.GetValue(margin) ?? file.Margin ?? Gate.Usual.Margin,
            parsed.GetValue(alpha) ?? file.Alpha ?? Gate.Usual.Alpha,
            HigherIsBetter: false
        )
        {
            FailOn = fails,
            LeastRuns = parsed.GetValue(leastRuns) ?? (fails == FailOn.Nothing ? ComparisonSummary.LeastRuns : Gate.LeastRunsThatFail),
            OneMode = parsed.GetValue(leastRuns) is not null,
            StageMargins = file.Stages,
            Rules = [.. file.Scenarios, .. file.Metrics],
        };
    }

    /// <summary>A comparison under the names that were given, with no verdict of fewer runs than were asked for.</summary>
    public ComparisonSummary Complete(ParseResult parsed, ComparisonSummary comparison) => Named(parsed, LeastRuns.Hold(comparison));

    /// <summary>A comparison under the names that were given.</summary>
    public ComparisonSummary Named(ParseResult parsed, ComparisonSummary comparison) => comparison with
    {
        Base = parsed.GetValue(baseName) is { } a ? [a] : comparison.Base,
        New = parsed.GetValue(newName) is { } b ? [b] : comparison.New,
    };

    /// <summary>The gate of values without spread: where nobody gave a margin, every difference counts.</summary>
    public Gate OfExact(ParseResult parsed, Gate gate) =>
        parsed.GetValue(margin) == null && gate.Margin == Gate.Usual.Margin ? gate with { Margin = Margin.OfShare(0) } : gate;

    /// <summary>What a gate's verdict tells the caller of the process.</summary>
    public static int ExitCode(ComparisonSummary comparison) => !comparison.Gate.Fails(comparison.Verdict) ? ExitProf.ExitCode.Done
        : comparison.Verdict == Verdict.Worse ? ExitProf.ExitCode.Failed : ExitProf.ExitCode.CannotTell;
}
