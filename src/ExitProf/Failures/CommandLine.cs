using System.CommandLine;
using System.Diagnostics;
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
    /// <param name="configuration">Has the writers for the result and for everything else.</param>
    public static async Task<int> RunAsync(RootCommand root, IReadOnlyList<string> args, InvocationConfiguration configuration)
    {
        configuration.EnableDefaultExceptionHandler = false;
        ParseResult parsed = root.Parse(args);
        TextWriter error = configuration.Error;
        if (parsed.Errors.Count > 0)
        {
            foreach (string sentence in Errors(root, parsed)) await error.WriteLineAsync("exitprof: " + sentence);
            await error.WriteLineAsync($"Try: {CommandPath(parsed)} --help");
            return ExitCode.Usage;
        }
        bool verbose = Verbosity.IsVerbose(parsed);
        long started = Stopwatch.GetTimestamp();
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
            await error.WriteLineAsync("exitprof: " + message);
            if (verbose || Environment.GetEnvironmentVariable("EXITPROF_DEBUG") == "1") await error.WriteLineAsync(e.ToString());
            return code;
        }
        finally
        {
            if (verbose) await error.WriteLineAsync(Took(Stopwatch.GetElapsedTime(started)));
        }
    }

    private static string Took(TimeSpan wall)
    {
        using var process = Process.GetCurrentProcess();
        return FormattableString.Invariant(
            $"exitprof: took {wall.TotalSeconds:0.00} s, {process.TotalProcessorTime.TotalSeconds:0.00} s of CPU time, {process.PeakWorkingSet64 >> 20:N0} MiB at most.");
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
        _ => ($"a bug of ours: {e.GetType().Name}: {e.Message}{(e.Message.EndsWith('.') ? "" : ".")} Please report it; --verbose shows where.", ExitCode.Bug),
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
