using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ExitProf.Testing;

/// <summary>What a process left.</summary>
public sealed record ProcessResult(int ExitCode, string Output, string Error)
{
    /// <summary>Whatever happens, nobody is shown a stack trace.</summary>
    public ProcessResult WithoutStackTrace()
    {
        Assert.DoesNotContain("   at ", Error);
        Assert.DoesNotContain("Unhandled exception", Error);
        return this;
    }

    /// <summary>The exit code, and on stderr one sentence that has all of these.</summary>
    public void Fails(int code, params string[] parts)
    {
        WithoutStackTrace();
        Assert.True(ExitCode == code, $"exit code {ExitCode} instead of {code}; stderr: {Error}");
        string[] lines = Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(lines);
        Assert.StartsWith("exitprof: ", lines[0]);
        foreach (string part in parts) Assert.Contains(part, Error);
    }

    public ProcessResult Succeeds()
    {
        WithoutStackTrace();
        Assert.True(ExitCode == 0, $"exit code {ExitCode}; stderr: {Error}");
        return this;
    }
}

/// <summary>The command as its users run it: a process of its own, out of the build's output.</summary>
public sealed class ExitProfProcess : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> error;

    private ExitProfProcess(string file, IEnumerable<string> arguments, string? folder)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? AppContext.BaseDirectory,
        };
        process = Process.Start(start)!;
        Id = process.Id;
        process.StandardInput.Close();
        output = process.StandardOutput.ReadToEndAsync();
        error = process.StandardError.ReadToEndAsync();
    }

    public static string Dll { get; } = Path.Combine(AppContext.BaseDirectory, "exitprof.dll");

    /// <summary>The muxer of the runtime that runs this test.</summary>
    public static string Dotnet { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));

    /// <summary>Stays known after the end.</summary>
    public int Id { get; }

    public bool HasExited => process.HasExited;

    public static ExitProfProcess Start(params string[] arguments) => new(Dotnet, [Dll, .. arguments], null);

    /// <summary>
    /// A process that heeds signals even where the tests run in the background of a shell, whose jobs ignore Ctrl-C, or under nohup, whose
    /// command ignores hang-ups.
    /// </summary>
    public static ExitProfProcess StartInterruptible(params string[] arguments) =>
        new("env", ["--default-signal=INT,TERM,HUP", Dotnet, Dll, .. arguments], null);

    public static ProcessResult Run(params string[] arguments) => RunIn(null, arguments);

    public static ProcessResult RunIn(string? folder, params string[] arguments)
    {
        using var process = new ExitProfProcess(Dotnet, [Dll, .. arguments], folder);
        return process.Wait();
    }

    /// <summary>Runs a shell script in which <c>$exitprof</c> is the command.</summary>
    public static ProcessResult Shell(string script, params string[] before)
    {
        string[] words = [.. before, "/bin/sh", "-c", $"exitprof='{Dotnet} {Dll}'\n{script}"];
        using var process = new ExitProfProcess(words[0], words[1..], null);
        return process.Wait();
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.Id.ToString()]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    public ProcessResult Wait()
    {
        var still = new Stillness(Id);
        while (!process.WaitForExit(Look))
        {
            if (!still.IsOver()) continue;
            process.Kill(entireProcessTree: true);
            Assert.Fail($"It hangs: it has used no CPU time for minutes; stderr: {error.Result}");
        }
        return new ProcessResult(process.ExitCode, output.Result, error.Result);
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
    }
}
