using System.CommandLine;
using ExitProf.Analysis;

namespace ExitProf;

/// <summary>The options of every command that ends in a verdict.</summary>
internal sealed class GateArguments
{
    private readonly Option<Margin?> margin = ShareOption.Margin();
    private readonly Option<double?> alpha = ShareOption.Alpha();
    private readonly Option<string?> failOn = new("--fail-on") { Description = "End with exit code 3 if it is worse; with cannot-tell also with 4 if nobody can tell." };

    public GateArguments() => failOn.AcceptOnlyFromAmong("worse", "cannot-tell");

    public void AddTo(Command command)
    {
        command.Options.Add(margin);
        command.Options.Add(alpha);
        command.Options.Add(failOn);
    }

    public Gate Read(ParseResult parsed, bool higherIsBetter) =>
        new(parsed.GetValue(margin) ?? Gate.Usual.Margin, parsed.GetValue(alpha) ?? Gate.Usual.Alpha, higherIsBetter);

    public int ExitCode(ParseResult parsed, Verdict verdict) => (parsed.GetValue(failOn), verdict) switch
    {
        (not null, Verdict.Worse) => ExitProf.ExitCode.Failed,
        ("cannot-tell", Verdict.CannotTell) => ExitProf.ExitCode.CannotTell,
        _ => ExitProf.ExitCode.Done,
    };
}
