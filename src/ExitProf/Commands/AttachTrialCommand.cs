using System.CommandLine;
using System.Text.Json;
using ExitProf.Hosts;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>
/// <c>exitprof attach-trial</c>: attaches to machines of our own, here or in an emulated host, and prints what KVM counted of them
/// meanwhile; the trace says what was recorded. For tests.
/// </summary>
internal static class AttachTrialCommand
{
    private const string Name = "attach-trial";
    private const string Exits = "--exits";
    private const int DefaultExits = 200;

    public static Command Create()
    {
        (Command command, Option<int> exits) = Named();
        var output = new Option<FileInfo>("--output", "-o") { Required = true };
        command.Options.Add(output);
        var hosts = new HostOptions(command);
        command.SetAction((parsed, cancelled) => Task.Run(() =>
        {
            FileInfo file = parsed.GetValue(output)!;
            int count = parsed.GetValue(exits);
            TextWriter stdout = CommandConsole.Of(parsed).Out;
            if (hosts.Choose(parsed, cancelled) is not { } host)
            {
                Run(count, file, stdout, ClockUnit.Cycles);
                return ExitCode.Done;
            }
            HostResult result = host.Run([Name, Exits, $"{count}"], _ => { });
            if (result.ExitCode != ExitCode.Done) throw new GuestRefusedException(result.Error, result.ExitCode);
            File.WriteAllBytes(file.FullName, GuestWords.Trace(result) ?? throw new HostException("The emulated host returned no trace."));
            stdout.Write(result.Output);
            return ExitCode.Done;
        }, CancellationToken.None));
        return command;
    }

    /// <summary>Its form inside an emulated host.</summary>
    public static Command CreateInside(FileInfo trace)
    {
        (Command command, Option<int> exits) = Named();
        command.SetAction((parsed, _) => Task.Run(() =>
        {
            Run(parsed.GetValue(exits), trace, CommandConsole.Of(parsed).Out, ClockUnit.Instructions);
            return ExitCode.Done;
        }, CancellationToken.None));
        return command;
    }

    private static (Command Command, Option<int> Exits) Named()
    {
        var exits = new Option<int>(Exits) { DefaultValueFactory = _ => DefaultExits };
        var command = new Command(Name, "Attach to machines of our own and compare with what KVM counts.") { exits };
        command.Hidden = true;
        return (command, exits);
    }

    private static void Run(int exits, FileInfo file, TextWriter output, ClockUnit unit)
    {
        using var trace = new LazyTraceFile(file);
        output.WriteLine(JsonSerializer.Serialize(AttachTrial.Run(exits, trace, unit)));
    }
}
