using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ExitProf.Hosts.Tests;

/// <summary>
/// The product's own emulated host, as its users run it: the command in a process of its own, its cache where theirs is, so that a second
/// run of the tests boots nothing.
/// </summary>
public static partial class KeptMachine
{
    public const string Assembly = "exitprof.dll";

    private const int WorldExitCode = 2;

    /// <summary>
    /// The command's own build: the machine that it keeps holds all assemblies of its folder, so this one is its users', and a change of
    /// tests boots nothing.
    /// </summary>
    public static string Folder { get; } = FolderOf(Path.Combine("src", "ExitProf"));

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

    /// <param name="project">Where its sources are; built as these tests are.</param>
    public static string FolderOf(string project) => AppContext.BaseDirectory.Replace(
        Path.Combine("tests", typeof(KeptMachine).Namespace!) + Path.DirectorySeparatorChar, project + Path.DirectorySeparatorChar,
        StringComparison.Ordinal);

    public static Process Start(params string[] arguments)
    {
        string command = Path.Combine(Folder, Assembly);
        var start = new ProcessStartInfo("env", ["--default-signal=INT", ExitProfProcess.Dotnet, command, .. arguments])
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
