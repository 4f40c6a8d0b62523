using System.ComponentModel;
using System.Diagnostics;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>perf of this machine, asked about a recording: its answers are read like any text that is imported.</summary>
internal sealed class PerfTool(string file, CancellationToken cancelled)
{
    private const string Perf = "perf";

    /// <summary>What perf wrote where its answer could not be read; one line of it is shown.</summary>
    private const int ShownCharacters = 200;

    private readonly List<string> trouble = [];

    /// <summary>Why an answer is missing; one sentence each.</summary>
    public IReadOnlyList<string> Trouble => trouble;

    /// <summary>The table of <c>perf kvm stat report</c>, which goes to stderr in some versions; null if there is none.</summary>
    public LiveReasons? Table() => Ask("perf kvm stat report", ["kvm", "--host", "-i", file, "stat", "report"], errorToo: true);

    /// <summary>The text of <c>perf script</c>, with all digits of its clock; null if there is none.</summary>
    public LiveReasons? Text() => Ask("perf script", ["script", "-f", "--ns", "-i", file], errorToo: false);

    private LiveReasons? Ask(string name, string[] arguments, bool errorToo)
    {
        var reasons = new LiveReasons();
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(Perf, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["PAGER"] = "cat" },
            })!;
            using CancellationTokenRegistration end = cancelled.Register(() => process.Kill(entireProcessTree: true));
            process.StandardInput.Close();
            Task<string> error = process.StandardError.ReadToEndAsync(cancelled);
            string said;
            if (errorToo)
            {
                said = process.StandardOutput.ReadToEnd() + error.Result;
                Read(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(said)));
            }
            else
            {
                Read(process.StandardOutput.BaseStream);
                said = error.Result;
            }
            process.WaitForExit();
            cancelled.ThrowIfCancellationRequested();
            if (process.ExitCode == 0) return reasons;
            trouble.Add($"{name} ended with {process.ExitCode}: {FirstLine(said)}");
        }
        catch (Win32Exception)
        {
            trouble.Add($"{name} cannot be asked: perf is not installed.");
        }
        catch (TraceFormatException e)
        {
            trouble.Add($"{name} gave no answer that can be read: {e.Message}");
        }
        return null;

        void Read(Stream stream) => TraceImport.Read(stream, name, reasons);
    }

    private static string FirstLine(string text)
    {
        string line = text.Split('\n').FirstOrDefault(l => l.Trim().Length > 0) ?? "no message";
        return line.Length > ShownCharacters ? line[..ShownCharacters] : line;
    }
}
