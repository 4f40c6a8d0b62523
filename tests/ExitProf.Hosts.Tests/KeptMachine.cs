using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ExitProf.Hosts.Tests;

/// <summary>
/// The product's own emulated host, as its users run it: the command in a process of its own, its cache where theirs is, so that a second
/// run of the tests boots nothing.
/// </summary>
public static partial class KeptMachine
{
    private const int WorldExitCode = 2;

    /// <summary>Runs a command that is expected to work; the test is skipped, with the reason, where no emulated host can be had.</summary>
    public static ProcessResult Run(params string[] arguments)
    {
        ProcessResult result = Try(arguments);
        // No network and no QEMU: nothing here can change that.
        Assert.SkipWhen(result.ExitCode == WorldExitCode && CannotBeHad(result.Error), result.Error);
        return result.Succeeds();
    }

    /// <summary>Runs a command. It has no limit by the clock: the command gives up by itself on a guest that hangs.</summary>
    public static ProcessResult Try(params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return new ProcessResult(process.ExitCode, output.Result, error.Result);
    }

    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("env", ["--default-signal=INT", ExitProfProcess.Dotnet, ExitProfProcess.Dll, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    /// <summary>Whether a sentence says that QEMU or a kernel is not here and cannot be fetched.</summary>
    public static bool CannotBeHad(string sentence) => CannotBeFetched().IsMatch(sentence);

    [GeneratedRegex("apt-get|apt-cache|There is no apt|no linux-image-cloud-amd64")]
    private static partial Regex CannotBeFetched();
}
