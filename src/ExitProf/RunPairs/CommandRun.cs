using System.ComponentModel;
using System.Diagnostics;
using ExitProf.Analysis;
using ExitProf.Linux;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>
/// One run of somebody's command, in a process group of its own: whatever it starts can be ended with it, and nothing else is.
/// </summary>
internal sealed class CommandRun(string side, string command, TimeSpan limit, bool anyNumber)
{
    /// <summary>The file that a run may write a trace to.</summary>
    public const string TraceVariable = "EXITPROF_TRACE";

    /// <summary>"a" or "b": one script can serve both sides.</summary>
    public const string SideVariable = "EXITPROF_SIDE";

    /// <summary>Lines of a failed run that are shown.</summary>
    private const int ShownLines = 20;

    /// <summary>Characters of such a line that are shown.</summary>
    private const int ShownOfLine = 500;

    /// <summary>What a command may print before it is no list of numbers.</summary>
    private const int MostCharacters = 16 << 20;

    /// <param name="name">Of the run, for messages: "a, pair 3".</param>
    /// <exception cref="RunFailedException">It ended badly, took too long or measured nothing.</exception>
    /// <exception cref="OperationCanceledException">Ctrl-C; the command and all that it started are ended.</exception>
    public MeasuredRun Measure(string name, CancellationToken cancelled)
    {
        string trace = Path.Combine(Path.GetTempPath(), $"exitprof-{Path.GetRandomFileName()}-{side}.nettrace");
        File.Delete(trace);
        try
        {
            (string output, string error) = Run(name, trace, cancelled);
            if (new FileInfo(trace) is { Exists: true, Length: > 0 }) return OfTrace(name, trace);
            return OfNumbers(name, output, error);
        }
        finally
        {
            File.Delete(trace);
        }
    }

    private (string Output, string Error) Run(string name, string trace, CancellationToken cancelled)
    {
        // setsid gives the shell a group of its own before it becomes the shell; in ours, Ctrl-C would end it before we could say what was
        // measured.
        var start = new ProcessStartInfo("setsid", ["/bin/sh", "-c", command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[TraceVariable] = trace;
        start.Environment[SideVariable] = side;
        using Process process = Started(start);
        process.StandardInput.Close();
        Task<string> output = Read(process.StandardOutput), error = Read(process.StandardError);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        ended.CancelAfter(limit);
        try
        {
            process.WaitForExitAsync(ended.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            ProcessGroup.Kill(process.Id);
            process.WaitForExit();
            cancelled.ThrowIfCancellationRequested();
            throw Failed(name, $"did not end within {limit.TotalSeconds:0.###} s and was ended", output.Result, error.Result);
        }
        finally
        {
            // What a run leaves behind would run beside the next one, and would keep the pipes open.
            ProcessGroup.Kill(process.Id);
        }
        if (process.ExitCode != 0) throw Failed(name, $"ended with exit status {process.ExitCode}", output.Result, error.Result);
        return (output.Result, error.Result);
    }

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new RunFailedException(
                $"execve({start.FileName}) failed with {Errno.Name(e.NativeErrorCode)}: --a-run and --b-run need setsid (Debian: util-linux)."
            );
        }
    }

    private static async Task<string> Read(StreamReader reader)
    {
        var text = new System.Text.StringBuilder();
        var buffer = new char[4096];
        for (int read; (read = await reader.ReadAsync(buffer)) > 0;)
        {
            if (text.Length < MostCharacters) text.Append(buffer, 0, read);
        }
        return text.ToString();
    }

    private static MeasuredRun OfTrace(string name, string trace)
    {
        try
        {
            var analysis = new TraceAnalysis();
            TraceReading reading = TraceReader.Read(trace, analysis);
            return new MeasuredRun(analysis.Summarise(name, reading.Bytes, []), double.NaN, 0);
        }
        catch (TraceFormatException e)
        {
            throw new RunFailedException($"What the run of {name} wrote to ${TraceVariable} cannot be read: {e.Message}");
        }
    }

    private MeasuredRun OfNumbers(string name, string output, string error)
    {
        if (output.Trim().Length == 0)
            throw Failed(name, $"printed nothing and wrote no trace to ${TraceVariable}: nothing was measured", output, error);
        try
        {
            Metric numbers = NumberFormats.ReadPlain(NumberText.Read($"the output of {name}", new StringReader(output)));
            if (!anyNumber && numbers.Values.Min() <= 0) throw new InputException($"it holds '{numbers.Values.Min()}'; "
                + "with a margin that is an amount (--margin 5ms --unit ms) any number will do.");
            // The median: one disturbed turn of a run is not the run.
            double[] sorted = [.. numbers.Values.Order()];
            return new MeasuredRun(null, (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, numbers.Decimals);
        }
        catch (InputException e)
        {
            string wanted = anyNumber ? "one number a line" : "one number above 0 a line";
            throw Failed(name, $"did not print {wanted}: {e.Message}", output, error);
        }
    }

    private RunFailedException Failed(string name, string what, string output, string error)
    {
        string[] lines = [.. Lines("stdout", output), .. Lines("stderr", error)];
        return new RunFailedException(
            $"The run of {name} ({command}) {what}{(what.EndsWith('.') ? "" : ".")}{string.Concat(lines.Select(l => "\n  " + l))}"
        );
    }

    private static IEnumerable<string> Lines(string stream, string text)
    {
        string[] lines = text.TrimEnd('\n').Split('\n');
        if (text.Trim().Length == 0) return [$"{stream}: nothing"];
        return lines.TakeLast(ShownLines).Select(l => $"{stream}: {Beginning(l)}");
    }

    private static string Beginning(string line)
    {
        if (line.Length <= ShownOfLine) return Charts.VisibleText.Of(line);
        int end = char.IsHighSurrogate(line[ShownOfLine - 1]) ? ShownOfLine - 1 : ShownOfLine;
        return $"{Charts.VisibleText.Of(line[..end])}… ({line.Length - end:N0} more characters)";
    }
}
