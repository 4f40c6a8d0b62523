using System.Security.Cryptography;
using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Hosts;
using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf;

/// <summary>
/// Every scenario on one kernel after the other, in emulated hosts. The folder has a list of the kernels and a folder of traces for each:
/// enough to make the page again, and to go on where a recording was ended.
/// </summary>
internal sealed class KernelSuite(DirectoryInfo folder, CommandConsole console)
{
    private const string List = "kernels.json";
    private const int Schema = 1;
    private const string DebianPrefix = "debian:";

    /// <param name="pace">What recordings take there.</param>
    /// <param name="hosts">Makes the host of a kernel when its turn has come.</param>
    public KernelHistory Record(
        IReadOnlyList<string> kernels, RecordingPace pace, Func<string, EmulatedHost> hosts, CancellationToken cancelled)
    {
        // Guest work holds millions of instructions and many exits or none: it has no count of its own.
        IScenario[] plan = [.. ScenarioCatalog.All.Where(s => s.SuiteRuns.All(r => r.Question is not SuiteQuestion.Work))];
        double minutes = pace.Minutes(kernels.Count, kernels.Count * plan.Length);
        console.Note($"exitprof: {kernels.Count} kernels, {plan.Length} scenarios each: about {minutes:0} minutes of CPU time");
        var done = new List<JsonKernel>();
        foreach ((int i, string asked) in kernels.Index())
        {
            EmulatedHost host = hosts(asked);
            string name = $"{i + 1:00}-{host.KernelRelease}";
            Dictionary<string, string> missing = Record(host, plan, name);
            cancelled.ThrowIfCancellationRequested();
            done.Add(new JsonKernel(name, asked, SuiteOf(asked), Files(host), missing));
            // Written after each kernel: what was recorded can be shown whatever comes next.
            Write(done);
            if (console.SaysSteps) console.Note($"{i + 1}/{kernels.Count} {host.KernelRelease}");
        }
        return Read(folder);
    }

    /// <summary>True of a folder that such a suite has made.</summary>
    public static bool IsOne(DirectoryInfo folder) => File.Exists(Path.Combine(folder.FullName, List));

    /// <exception cref="SuiteFolderException">The list is damaged or of another version.</exception>
    public static KernelHistory Read(DirectoryInfo folder)
    {
        JsonKernels list = ReadList(Path.Combine(folder.FullName, List));
        var traces = list.Kernels.ToDictionary(k => k.Folder, k => Traces(folder, k));
        string[] scenarios = [.. ScenarioCatalog.All.Select(s => s.Name)
            .Where(s => list.Kernels.Any(k => traces[k.Folder].ContainsKey(s) || k.Missing.ContainsKey(s)))];
        return new KernelHistory(
            [.. list.Kernels.Select(k => Kernel(k, traces[k.Folder].Values))],
            [.. scenarios.Select(s => Row(s, [.. list.Kernels.Select(
                k => (traces[k.Folder].GetValueOrDefault(s), k.Missing.GetValueOrDefault(s)))]))]);
    }

    /// <returns>Why there is none of a scenario.</returns>
    private Dictionary<string, string> Record(EmulatedHost host, IEnumerable<IScenario> scenarios, string kernel)
    {
        PlannedRecording[] missing = [.. scenarios
            .Select(s => new PlannedRecording(
                new SweepOptions(s, [], HostRecording.DefaultExits, TimeSpan.Zero, null, EventSet.Full, HostRecording.DefaultSeed),
                Trace(kernel, s.Name)))
            .Where(r => r.File is not { Exists: true, Length: > 0 })];
        var reasons = new List<string>();
        try
        {
            new HostRecordings(host, missing, console).Make(reasons.Add);
        }
        catch (HostException e)
        {
            // Another kernel may boot.
            reasons.AddRange(Enumerable.Repeat(e.Message, missing.Length));
        }
        return missing.Zip(reasons).Where(r => r.Second.Length > 0).ToDictionary(r => r.First.Options.Scenario.Name, r => r.Second);
    }

    private FileInfo Trace(string kernel, string scenario) => new(Path.Combine(folder.FullName, kernel, scenario + ".nettrace"));

    private static Dictionary<string, TraceSummary> Traces(DirectoryInfo folder, JsonKernel kernel)
    {
        string path = Path.Combine(folder.FullName, Path.GetFileName(kernel.Folder));
        return !Directory.Exists(path) ? [] : Directory.GetFiles(path, "*.nettrace").Order(StringComparer.Ordinal)
            .ToDictionary(f => Path.GetFileNameWithoutExtension(f), TraceFiles.Summarise);
    }

    private static HistoryKernel Kernel(JsonKernel kernel, IEnumerable<TraceSummary> traces)
    {
        TraceSummary? any = traces.FirstOrDefault();
        string Fact(string name) => any?.Header.Host.FirstOrDefault(f => f.Name == name)?.Value ?? "";
        string release = Fact("kernel") is { Length: > 0 } said ? said : kernel.Folder;
        return new HistoryKernel(kernel.Asked, kernel.Suite, Version(Fact("kernel version"), release), release, Fact("kernel from"),
            [.. kernel.Files.Select(f => new Fact(f.Key, f.Value))])
        {
            Backend = any?.Header.Backend ?? Backend.Svm,
        };
    }

    /// <summary>"#1 SMP Debian 6.1.192-3 (2026-11-26)" says 6.1.192, where the release of Debian's kernel is 6.1.0-57.</summary>
    private static string Version(string said, string release)
    {
        string[] words = said.Split(' ');
        int debian = Array.IndexOf(words, "Debian");
        string version = debian >= 0 && debian + 1 < words.Length ? words[debian + 1] : release;
        int end = version.IndexOfAny(['-', '+', '~']);
        return end > 0 ? version[..end] : version;
    }

    private static HistoryRow Row(string scenario, IReadOnlyList<(TraceSummary? Trace, string? Reason)> cells) => new(
        scenario,
        cells.Select(c => c.Trace?.Configurations.FirstOrDefault()?.Kind.Name()).FirstOrDefault(k => k != null) ?? "",
        [.. cells.Select(c => c.Trace is { } trace ? HistoryCell.Of(trace) : HistoryCell.None(c.Reason ?? "it was not recorded"))]);

    /// <summary>"trixie" of "debian:trixie/6.12"; of a version alone that of this machine, whose package lists it was found in.</summary>
    private static string SuiteOf(string asked)
    {
        if (!asked.StartsWith(DebianPrefix, StringComparison.Ordinal) && asked != DebianPrefix.TrimEnd(':')) return "";
        string rest = asked[Math.Min(DebianPrefix.Length, asked.Length)..];
        if (rest.Length > 0 && !char.IsAsciiDigit(rest[0])) return rest.Split('/')[0];
        const string Name = "VERSION_CODENAME=";
        string[] lines = File.Exists("/etc/os-release") ? File.ReadAllLines("/etc/os-release") : [];
        return lines.FirstOrDefault(l => l.StartsWith(Name, StringComparison.Ordinal))?[Name.Length..] ?? "";
    }

    private static Dictionary<string, string> Files(EmulatedHost host) => host.Files.ToDictionary(
        f => f.Name, f => Convert.ToHexStringLower(SHA256.HashData(f.Contents)));

    private void Write(IReadOnlyList<JsonKernel> kernels)
    {
        folder.Create();
        WholeFile.Write(Path.Combine(folder.FullName, List),
            stream => JsonSerializer.Serialize(stream, new JsonKernels(Schema, kernels), CommandContracts.Default.JsonKernels));
    }

    private static JsonKernels ReadList(string path)
    {
        string shown = ReportFiles.Shown(path);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), CommandContracts.Default.JsonKernels) is { Schema: Schema } list
                ? list : throw new SuiteFolderException($"{shown} is of another version of ExitProf");
        }
        catch (JsonException e)
        {
            throw new SuiteFolderException($"{shown} is damaged in line {(e.LineNumber ?? 0) + 1}");
        }
    }
}
