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
            foreach (string message in parsed.Errors.Select(e => e.Message).Where(m => m.Length > 0).Distinct()) await Console.Error.WriteLineAsync("exitprof: " + message);
            if (Nearest(parsed) is { } nearest) await Console.Error.WriteLineAsync($"exitprof: Did you mean {nearest}?");
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

    /// <summary>What the first word that was not understood most probably meant; null if all words were.</summary>
    private static string? Nearest(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens.Count == 0) return null;
        Command command = parsed.CommandResult.Command;
        string[] names = [.. command.Subcommands.Select(c => c.Name), .. command.Options.Select(o => o.Name)];
        return names.Length == 0 ? null : NearestName.Of(parsed.UnmatchedTokens[0], names);
    }

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
