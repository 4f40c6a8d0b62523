using System.CommandLine;
using ExitProf.Analysis;
using ExitProf.Hosts;
using ExitProf.Linux;
using ExitProf.Recording;
using ExitProf.Reports;
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
            foreach (string error in Errors(root, parsed)) await Console.Error.WriteLineAsync("exitprof: " + error);
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
            (string message, int code) = Explain(e, parsed);
            await Console.Error.WriteLineAsync("exitprof: " + message);
            if (Environment.GetEnvironmentVariable("EXITPROF_DEBUG") == "1") await Console.Error.WriteLineAsync(e.ToString());
            return code;
        }
    }

    private static (string Message, int Code) Explain(Exception e, ParseResult parsed) => e switch
    {
        SettingException or UsageException => (e.Message, ExitCode.Usage),
        InputException => (VisibleText.Of(e.Message), ExitCode.World),
        RunFailedException or SuiteFolderException => (e.Message, ExitCode.World),
        HostException => ($"{e.Message} {RecordedTraces.Hint()}", ExitCode.World),
        GuestRefusedException refused => (e.Message, refused.ExitCode),
        KvmException kvm when kvm.Call.Length == 0 || kvm.Call.Contains(Kvm.DefaultPath, StringComparison.Ordinal) => ($"{e.Message} {RecordedTraces.Hint()}", ExitCode.World),
        KvmException or SystemCallException or UnsupportedScenarioException or GuestException or TraceFormatException => (e.Message, ExitCode.World),
        IOException or UnauthorizedAccessException => (FileTrouble.Explain(e, parsed), ExitCode.World),
        _ => ($"a bug of ours: {e.GetType().Name}: {e.Message}{(e.Message.EndsWith('.') ? "" : ".")} Please report it; EXITPROF_DEBUG=1 shows where.", ExitCode.Bug),
    };

    /// <summary>One sentence per mistake; of a command that does not exist only that. What a mistyped word probably meant is named.</summary>
    private static IEnumerable<string> Errors(RootCommand root, ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string? strange = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        if (command == root && strange != null && !strange.StartsWith('-'))
        {
            yield return $"There is no command '{strange}'; did you mean {NearestName.Of(strange, root.Subcommands.Select(c => c.Name))}?";
            yield break;
        }
        foreach (string message in parsed.Errors.Select(e => e.Message).Where(m => m.Length > 0).Distinct())
        {
            yield return string.Join(' ', message.Split((char[])['\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries));
        }
        if (strange != null && strange.StartsWith('-')) yield return $"Did you mean {NearestName.Of(strange, command.Options.Select(o => o.Name))}?";
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
