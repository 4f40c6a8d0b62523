using System.CommandLine;
using System.Text;
using ExitProf.Hosts;
using ExitProf.Recording;
using ExitProf.Reports;
using Spectre.Console;

namespace ExitProf;

/// <summary><c>exitprof doctor</c>: what this host can measure, what hides, why, the remedy.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var format = OutputFormat.Option("text", "json");
        var strict = new Option<bool>("--strict") { Description = "Exit with 2 where nothing can be recorded: for scripts." };
        var command = new Command(
            "doctor",
            "Find out what this host can measure, what hides, why, and what would help. Exits with 0 even on a poor host."
        )
        {
            format,
            strict,
        };
        command.WithExamples("exitprof doctor", "exitprof doctor --format json --strict");
        var hosts = new HostOptions(command);
        command.SetAction(
            (parsed, cancelled) =>
                Task.Run(
                    () =>
                    {
                        IReadOnlyList<HostCheck> checks = hosts.ChooseNamed(parsed, cancelled) is { } host
                            ? Inside(host)
                            : [HostAbilities.Check(LocalKvm.Trouble, HostSupply.Of(HostCache.DefaultRoot())), .. Doctor.Examine()];
                        var console = CommandConsole.Of(parsed);
                        if (parsed.GetValue(format) == "json")
                            console.Write(stream => HostChecks.Write(stream, checks));
                        else
                            TextPage.Write(console.Out, console.Columns, console.Colour, page => WriteText(page, checks));
                        bool nothing = checks is [{ Name: HostAbilities.Name, State: CheckState.Missing }, ..];
                        return nothing && parsed.GetValue(strict) ? ExitCode.World : ExitCode.Done;
                    },
                    CancellationToken.None
                )
        );
        return command;
    }

    /// <exception cref="GuestRefusedException">The command failed inside.</exception>
    private static IReadOnlyList<HostCheck> Inside(EmulatedHost host)
    {
        HostResult result = host.Run(["doctor"], _ => { });
        return result.ExitCode == ExitCode.Done
            ? HostChecks.Read(Encoding.UTF8.GetBytes(result.Output))
            : throw new GuestRefusedException(result.Error, result.ExitCode);
    }

    private static void WriteText(TextPage page, IReadOnlyList<HostCheck> checks)
    {
        int names = checks.Max(c => c.Name.Length) + 1;
        foreach (HostCheck check in checks)
        {
            Color colour = check.State switch
            {
                CheckState.Ok => Color.Green,
                CheckState.Limited => Color.Yellow,
                _ => Color.Red,
            };
            page.Entry($"{check.State.Name(),-8} {check.Name}", 9 + names, check.Found, new Style(colour));
            if (check.Remedy.Length > 0)
                page.Entry("", 9 + names, "-> " + check.Remedy);
        }
    }
}
