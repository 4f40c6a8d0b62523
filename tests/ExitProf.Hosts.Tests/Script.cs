using System.Diagnostics;

namespace ExitProf.Hosts.Tests;

/// <summary>What a script of <c>tests/hosts</c> left.</summary>
internal sealed record ScriptResult(int ExitCode, string Output, string Error);

/// <summary>A script of <c>tests/hosts</c>, running.</summary>
internal sealed class Script : IDisposable
{
    /// <summary>"This cannot be had here", as many harnesses say it.</summary>
    public const int Cannot = 77;

    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> error;

    private Script(string name, IReadOnlyDictionary<string, string> environment, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Folder, name), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string key, string value) in environment)
            start.Environment[key] = value;
        process = Process.Start(start)!;
        process.StandardInput.Close();
        output = process.StandardOutput.ReadToEndAsync();
        error = process.StandardError.ReadToEndAsync();
    }

    public static string Folder { get; } = Path.Combine(SourceTree.Root, "tests", "hosts");

    /// <summary>A text that is kept.</summary>
    public static string Expected(string name) => Path.Combine(Folder, "expected", name + ".txt");

    public static Script Start(string name, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        new(name, environment, arguments);

    public static async Task<ScriptResult> Run(string name, params string[] arguments)
    {
        using var script = new Script(name, new Dictionary<string, string>(), arguments);
        return await script.Wait();
    }

    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", process.Id.ToString()]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    public async Task<ScriptResult> Wait()
    {
        await process.WaitForExitAsync();
        return new ScriptResult(process.ExitCode, await output, await error);
    }

    public void Dispose()
    {
        // Its trap ends the emulator, which a SIGKILL would leave running.
        if (!process.HasExited) Signal("TERM");
        process.WaitForExit();
        process.Dispose();
    }
}
