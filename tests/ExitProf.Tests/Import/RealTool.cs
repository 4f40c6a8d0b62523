using System.Diagnostics;

namespace ExitProf.Tests.Import;

/// <summary>A tool of the machine that made a format, run once; a test skips where it is missing.</summary>
internal static class RealTool
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <returns>What it wrote to both of its streams.</returns>
    public static (string Out, string Error) Run(string tool, params string[] arguments) => Run(tool, [], arguments);

    /// <param name="input">What it reads from stdin.</param>
    public static (string Out, string Error) Run(string tool, byte[] input, params string[] arguments)
    {
        Assert.SkipUnless(IsThere(tool), $"{tool} is not installed");
        var start = new ProcessStartInfo(tool, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        using (Stream stdin = process.StandardInput.BaseStream) stdin.Write(input);
        var still = new Stillness(process.Id);
        while (!process.WaitForExit(Look)) Assert.False(still.IsOver(), $"{tool} does not end");
        Assert.True(process.ExitCode == 0, $"{tool} {string.Join(' ', arguments)} ended with {process.ExitCode}: {error.Result}");
        return (output.Result, error.Result);
    }

    private static bool IsThere(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, tool)));
}
