using System.Collections.Concurrent;
using System.Text.Json;
using ExitProf.Hosts.Tests;

[assembly: AssemblyFixture(typeof(CountedRecordings))]

namespace ExitProf.Hosts.Tests;

/// <summary>
/// A scenario recorded alone, and with a plugin of the emulator that counts instructions by function: once for all tests that ask for it.
/// </summary>
public sealed class CountedRecordings : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ConcurrentDictionary<string, Lazy<(ProcessResult Result, string File)>> made = [];

    /// <returns>The file.</returns>
    public string Plain(string scenario, string kernel) => Record(scenario, kernel).File;

    /// <summary>The calling test is skipped, with the reason, where no plugin can be built.</summary>
    /// <returns>The file.</returns>
    public string Counted(string scenario, string kernel)
    {
        (ProcessResult result, string file) = Record(scenario, kernel, "--functions");
        Assert.SkipWhen(result.Error.Contains("stages only", StringComparison.Ordinal), result.Error);
        return file;
    }

    public static JsonDocument Report(string trace) =>
        JsonDocument.Parse(ExitProfCommand.Run("report", trace, "--format", "json").Succeeds().Output);

    public void Dispose() => folder.Dispose();

    private (ProcessResult Result, string File) Record(string scenario, string kernel, params string[] options)
    {
        string[] command = ["record", scenario, "--kernel", kernel, .. options];
        return made.GetOrAdd(string.Join(' ', command), key => new(() =>
        {
            string file = folder[string.Join('-', key.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries)) + ".nettrace"];
            return (KeptMachine.Run([.. command, "-o", file]), file);
        })).Value;
    }
}
