using System.Diagnostics;

namespace ExitProf.Hosts;

/// <summary>Runs a program of the machine to its end.</summary>
internal static class ToolRun
{
    /// <returns>Where the program is on PATH; null if it is not.</returns>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/sbin", "/sbin"]).Select(d => Path.Combine(d, name)).FirstOrDefault(File.Exists);

    /// <summary>How to start a program so that it ends with the thread that starts it, even after kill -9.</summary>
    /// <returns>What to execute, and the arguments before the program's own.</returns>
    public static (string Program, string[] Before) EndingWithThis(string program) =>
        Find("setpriv") is { } setpriv ? (setpriv, ["--pdeathsig", "KILL", program]) : (program, []);

    /// <param name="failure">Makes the sentence from the last line that the program said.</param>
    /// <returns>Its standard output.</returns>
    public static string Run(string program, IEnumerable<string> arguments, string folder, Func<string, string> failure,
        CancellationToken cancelled)
    {
        (string first, string[] before) = EndingWithThis(program);
        var start = new ProcessStartInfo(first, [.. before, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using Process process = Process.Start(start) ?? throw new HostException(failure($"{program} did not start"));
        process.StandardInput.Close();
        using CancellationTokenRegistration ended = cancelled.Register(() => Kill(process));
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        cancelled.ThrowIfCancellationRequested();
        if (process.ExitCode != 0) throw new HostException(failure(Reason(errors.GetAwaiter().GetResult(), process.ExitCode)));
        return output;
    }

    private static void Kill(Process process)
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
    }

    /// <summary>apt says why in its first line that begins with "E:", others in their last one.</summary>
    private static string Reason(string errors, int exitCode)
    {
        string[] lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return (lines.FirstOrDefault(l => l.StartsWith("E:", StringComparison.Ordinal)) ?? lines.LastOrDefault()
            ?? $"exit status {exitCode}").TrimEnd('.');
    }
}
