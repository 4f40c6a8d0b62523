
namespace ExitProf.Hosts.Tests;

/// <summary>
/// The hosts, booted once and at the same time, each having run its list of commands. EXITPROF_HOSTS_LIST names others than svm
/// and vmx; EXITPROF_PUBLISHED names a folder that publish.sh made, so that it need not be made again;
/// EXITPROF_HOSTS_TIMES a file that takes the seconds of each phase.
/// </summary>
public sealed class BootedHosts : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Lazy<Task<string>> published;
    private readonly Lazy<Dictionary<string, Task<HostRun>>> runs;

    public BootedHosts()
    {
        published = new(Publish);
        // All at once, as soon as a test wants one.
        runs = new(() => Names.ToDictionary(n => n, n => Task.Run(() => Boot(n))));
    }

    public static string[] Names { get; } = (Environment.GetEnvironmentVariable("EXITPROF_HOSTS_LIST") ?? "svm,vmx").Split(',');

    /// <summary>The host once its list has ended; the test is skipped where the host cannot be had.</summary>
    public async Task<HostRun> Get(string name)
    {
        HostRun run = await runs.Value[name];
        Assert.SkipWhen(run.ExitCode == Script.Cannot, run.Error);
        Assert.True(run.ExitCode == 0, $"{name}: {run.Error}");
        return run;
    }

    public void Dispose()
    {
        // A test that failed may not have waited.
        if (runs.IsValueCreated) Task.WhenAll(runs.Value.Values).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        folder.Dispose();
    }

    private async Task<HostRun> Boot(string name)
    {
        // Before publishing, which takes longer: what is missing here will be missing afterwards.
        ScriptResult got = await Script.Run("get.sh", name);
        if (got.ExitCode != 0) return new HostRun(name, "", got.ExitCode, got.Error);
        string results = folder[name], list = folder[name + ".list"];
        await File.WriteAllLinesAsync(list, CommandList.Lines(name));
        ScriptResult result = await Script.Run("host.sh", name, await published.Value, list, results);
        if (Environment.GetEnvironmentVariable("EXITPROF_HOSTS_TIMES") is { Length: > 0 } times)
            await File.AppendAllTextAsync(times, result.Output);
        return new HostRun(name, results, result.ExitCode, result.Error);
    }

    private async Task<string> Publish()
    {
        if (Environment.GetEnvironmentVariable("EXITPROF_PUBLISHED") is { Length: > 0 } given) return given;
        ScriptResult result = await Script.Run("publish.sh", folder["published"]);
        return result.ExitCode == 0
            ? folder["published"]
            : throw new InvalidOperationException($"publish.sh failed: {result.Output}{result.Error}");
    }
}
