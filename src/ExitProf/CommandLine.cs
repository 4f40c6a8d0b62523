using System.CommandLine;
using ExitProf.Recording;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf;

/// <summary>Runs a command and turns whatever goes wrong into one sentence on stderr and the contract's exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(Sentence(error.Message));
            await Console.Error.WriteLineAsync($"Try: {CommandPath(parsed)} --help");
            return ExitCode.Usage;
        }
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            // Long enough for a recording to finish its block, write its end and remove its tracefs instance.
            ProcessTerminationTimeout = TimeSpan.FromSeconds(20),
        };
        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception e)
        {
            (string message, int code) = Explain(e);
            await Console.Error.WriteLineAsync("exitprof: " + message);
            if (Environment.GetEnvironmentVariable("EXITPROF_DEBUG") == "1") await Console.Error.WriteLineAsync(e.ToString());
            return code;
        }
    }

    private static (string Message, int Code) Explain(Exception e) => e switch
    {
        SettingException => (e.Message, ExitCode.Usage),
        KvmException kvm when kvm.Call.StartsWith("open(", StringComparison.Ordinal) => ($"{e.Message} {RecordedTraces.Hint()}", ExitCode.World),
        KvmException or SystemCallException or UnsupportedScenarioException or GuestException or TraceFormatException => (e.Message, ExitCode.World),
        IOException or UnauthorizedAccessException => (FileTrouble.Explain(e), ExitCode.World),
        _ => ($"a bug of ours: {e.GetType().Name}: {e.Message} Please report it; EXITPROF_DEBUG=1 shows where.", ExitCode.Bug),
    };

    private static string Sentence(string message) => message.Length == 0 ? message : "exitprof: " + message;

    private static string CommandPath(ParseResult parsed)
    {
        var names = new List<string>();
        for (var result = parsed.CommandResult; result != null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
        {
            names.Insert(0, result.Command is RootCommand ? "exitprof" : result.Command.Name);
        }
        return string.Join(' ', names);
    }
}
