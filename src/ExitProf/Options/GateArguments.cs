using System.CommandLine;
using ExitProf.Analysis;

namespace ExitProf;

/// <summary>The options of every command that ends in a verdict.</summary>
internal sealed class GateArguments
{
    private readonly Option<Margin?> margin = ShareOption.Margin();
    private readonly Option<double?> alpha = ShareOption.Alpha();
    private readonly Option<string?> failOn = new("--fail-on") { Description = "End with exit code 3 if it is worse; with cannot-tell also with 4 if nobody can tell." };
    private readonly Option<FileInfo?> config = new("--gate-config") { Description = "A JSON file of margins by scenario and stage; the options of the command line go before it." };

    public GateArguments() => failOn.AcceptOnlyFromAmong("worse", "cannot-tell");

    public void AddTo(Command command)
    {
        command.Options.Add(margin);
        command.Options.Add(alpha);
        command.Options.Add(failOn);
        command.Options.Add(config);
    }

    /// <exception cref="InputException">The gate's file is none.</exception>
    public Gate Read(ParseResult parsed, bool higherIsBetter)
    {
        GateFile file = parsed.GetValue(config) is { } given ? GateFile.Parse(given.Name, File.ReadAllText(given.FullName)) : GateFile.Empty;
        return new Gate(parsed.GetValue(margin) ?? file.Margin ?? Gate.Usual.Margin, parsed.GetValue(alpha) ?? file.Alpha ?? Gate.Usual.Alpha, higherIsBetter)
        {
            FailOn = parsed.GetValue(failOn) switch { "worse" => FailOn.Worse, "cannot-tell" => FailOn.CannotTell, _ => file.FailOn ?? FailOn.Nothing },
            StageMargins = file.Stages,
            Rules = file.Scenarios,
        };
    }

    /// <summary>What a gate's verdict tells the caller of the process.</summary>
    public static int ExitCode(ComparisonSummary comparison) => !comparison.Gate.Fails(comparison.Verdict) ? ExitProf.ExitCode.Done
        : comparison.Verdict == Verdict.Worse ? ExitProf.ExitCode.Failed : ExitProf.ExitCode.CannotTell;
}
