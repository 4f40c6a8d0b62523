using System.CommandLine;
using System.Diagnostics;
using ExitProf.Charts;
using ExitProf.Hosts;
using ExitProf.Linux;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf;

/// <summary>Runs a command and turns whatever goes wrong into one sentence on stderr and the contract's exit code.</summary>
internal static class CommandLine
{
    /// <param name="configuration">Has the writers for the result and for everything else.</param>
    public static async Task<int> RunAsync(RootCommand root, string[] args, InvocationConfiguration configuration)
    {
        configuration.EnableDefaultExceptionHandler = false;
        // A file whose name begins with @ is a file like any other, not a list of arguments.
        ParseResult parsed = root.Parse(AsOptions(args), new ParserConfiguration { ResponseFileTokenReplacer = null });
        TextWriter error = configuration.Error;
        if (args.Length == 0)
        {
            Overview.Write(error, CommandConsole.Of(parsed).Columns, colour: false, root);
            return ExitCode.Usage;
        }
        IReadOnlyList<string> wrong = UsageErrors.Sentences(root, parsed);
        if (wrong.Count > 0)
        {
            foreach (string sentence in wrong) await error.WriteLineAsync("exitprof: " + sentence);
            await error.WriteLineAsync($"Try: {UsageErrors.Path(parsed)} --help");
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

    /// <summary>"exitprof help report" and "exitprof version" are asked as often as the options.</summary>
    private static string[] AsOptions(string[] args) => args switch
    {
        ["help", .. var command] => [.. command, "--help"],
        ["version"] => ["--version"],
        _ => args,
    };

    private static string Took(TimeSpan wall)
    {
        using var process = Process.GetCurrentProcess();
        return FormattableString.Invariant(
            $"exitprof: took {wall.TotalSeconds:0.00} s, {process.TotalProcessorTime.TotalSeconds:0.00} s of CPU time, {process.PeakWorkingSet64 >> 20:N0} MiB at most."
        );
    }

    private static (string Message, int Code) Explain(Exception e, ParseResult parsed) =>
        e switch
        {
            // A run's output is shown line by line.
            RunFailedException => (string.Join('\n', e.Message.Split('\n').Select(VisibleText.Of)), ExitCode.World),
            RefusedException refused => (VisibleText.Of(e.Message), refused.IsUsage ? ExitCode.Usage : ExitCode.World),
            GuestRefusedException inside => (VisibleText.Of(e.Message), inside.ExitCode),
            KvmUnavailableException or HostException => ($"{VisibleText.Of(e.Message)} {RecordedTraces.Hint()}", ExitCode.World),
            UnfitHostException => (VisibleText.Of(e.Message), ExitCode.World),
            IOException or UnauthorizedAccessException => (FileTrouble.Explain(e, parsed), ExitCode.World),
            _ => (
                $"a bug of ours: {e.GetType().Name}: {e.Message}{(e.Message.EndsWith('.') ? "" : ".")} Please report it; --verbose shows where.",
                ExitCode.Bug
            ),
        };
}
