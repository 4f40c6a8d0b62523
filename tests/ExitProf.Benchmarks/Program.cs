using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using ExitProf.Benchmarks;
using ExitProf.Linux;
using ExitProf.Recording;
using ExitProf.Traces;

// dotnet run -c Release --project tests/ExitProf.Benchmarks [-- [--cpu N] [--before FOLDER] NAME...]   measure all, or the
// named ones, beside the build in FOLDER, and keep the results
// dotnet run -c Release --project tests/ExitProf.Benchmarks -- evidence FOLDER         keep the figures of the long series
// (tests/calibrate.sh, pairs.sh, forecast.sh)
// dotnet run -c Release --project tests/ExitProf.Benchmarks -- multiply TRACE EXITS    write a trace of EXITS exits to stdout
// dotnet run -c Release --project tests/ExitProf.Benchmarks -- import-input trace.dat|perf.data EVENTS FILE   write a
// file to import
// dotnet run -c Release --project tests/ExitProf.Benchmarks -- readme                make the tables of the
// results files
IBenchmark[] benchmarks =
[
    new PioRoundTrip(),
    new StampCost(),
    new TracingCost(),
    new TraceSize(),
    new InstructionCost(),
    new ReadSpeed(),
    new ReadKinds(),
    new CompareSpeed(),
    new ImportSpeed(),
];
string project = ProjectFolder();
string results = Path.Combine(project, "results");

if (args is [ReadingChild.Argument, var trace, var passes])
    return ReadingChild.Run(trace, int.Parse(passes, CultureInfo.InvariantCulture));
if (args is [KindChild.Argument, var read, var part, var times])
    return KindChild.Run(read, part, int.Parse(times, CultureInfo.InvariantCulture));
if (args is [ImportChild.Argument, var imported, var what, var rounds])
    return ImportChild.Run(imported, what, int.Parse(rounds, CultureInfo.InvariantCulture));
if (args is [ImportInputs.Argument, var kind, var events, var made])
    return ImportInputs.Make(kind, events, made);
if (args is [CompareSpeed.Argument, var first, var second])
    return CompareSpeed.Compare(first, second);
if (args is [LongTrace.Argument, var recorded, var exits])
    return LongTrace.Multiply(recorded, long.Parse(exits, CultureInfo.InvariantCulture));
if (args is [GateEvidence.Argument, var folder])
    return Keep(HostFacts.Collect(), GateEvidence.Of(folder));
if (args is ["readme"])
    return WriteTables();
int cpu = CpuSet.Allowed()[^1];
string[] names = args;
if (args is ["--cpu", var number, ..])
{
    if (!int.TryParse(number, CultureInfo.InvariantCulture, out cpu) || !CpuSet.Allowed().Contains(cpu))
    {
        Console.Error.WriteLine($"--cpu {number}: give one of {string.Join(", ", CpuSet.Allowed())}.");
        return 1;
    }
    names = args[2..];
}
if (names is ["--before", var before, ..]) (ReadKinds.Before, names) = (before, names[2..]);
if (names.FirstOrDefault(a => benchmarks.All(b => b.Name != a)) is { } unknown)
{
    Console.Error.WriteLine(
        $"There is no benchmark '{unknown}': give some of {string.Join(", ", benchmarks.Select(b => b.Name))}, or readme."
    );
    return 1;
}
return Measure([.. benchmarks.Where(b => names.Length == 0 || names.Contains(b.Name))]);

int Measure(IReadOnlyList<IBenchmark> chosen)
{
    var host = new BenchmarkHost(cpu, Random.Shared.Next());
    return Keep(HostFacts.Collect(), chosen.SelectMany(b => b.Run(host)));
}

int Keep(IEnumerable<Fact> host, IEnumerable<BenchmarkRow> measurements)
{
    // Boot parameters tell more of the owner of a machine than of its speed.
    ImmutableArray<Fact> facts = [.. host.Where(f => f.Name != "kernel command line")];
    string commit = Commit(project);
    var rows = new List<BenchmarkRow>();
    foreach (BenchmarkRow measured in measurements)
    {
        BenchmarkRow row = measured.Utc == default ? measured with { Utc = DateTime.UtcNow, Commit = commit } : measured;
        rows.Add(row);
        Console.WriteLine(
            $"{row.Name,-18} {ReadmeTable.Measured(row),18}  [{ReadmeTable.Interval(row)}]  target {ReadmeTable.Target(row)}: {row.Verdict}  n {row.Count}"
        );
        Console.WriteLine($"{"",-18} {row.What}{(row.Peer.Length > 0 ? ", against " + row.Peer : "")}");
        Console.WriteLine($"{"",-18} {row.Detail}");
    }
    Directory.CreateDirectory(results);
    string file = Path.Combine(results, ResultsFile.NameFor(facts));
    ResultsFile known = File.Exists(file) ? ResultsFile.Parse(File.ReadAllText(file)) : ResultsFile.Empty;
    File.WriteAllText(file, known.With(facts, rows).ToJson());
    Console.WriteLine(Path.GetRelativePath(Environment.CurrentDirectory, file));
    return 0;
}

int WriteTables()
{
    var hosts = Directory
        .EnumerateFiles(results, "*.json")
        .Order(StringComparer.Ordinal)
        .Select(f => ResultsFile.Parse(File.ReadAllText(f)));
    string table = ReadmeTable.Markdown(hosts);
    string own = Path.Combine(results, "README.md");
    File.WriteAllText(
        own,
        $"# Benchmark results\n\nMade by `dotnet run -c Release --project tests/ExitProf.Benchmarks -- readme` from the files beside it.\n\n{table}"
    );
    Console.WriteLine(Path.GetRelativePath(Environment.CurrentDirectory, own));
    string costs = Path.Combine(project, "..", "..", "reports", "docs", "costs.md");
    if (!File.Exists(costs)) return 0;
    try
    {
        File.WriteAllText(costs, ReadmeTable.Replace(File.ReadAllText(costs), table));
        Console.WriteLine(Path.GetRelativePath(Environment.CurrentDirectory, costs));
        return 0;
    }
    catch (FormatException e)
    {
        Console.Error.WriteLine($"costs.md: {e.Message}.");
        return 2;
    }
}

// Results belong to the source tree, so the folder is that of this file.
static string ProjectFolder([CallerFilePath] string thisFile = "") => Path.GetDirectoryName(thisFile)!;

static string Commit(string folder)
{
    try
    {
        using Process git = Process.Start(
            new ProcessStartInfo("git", ["-C", folder, "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"])
            {
                RedirectStandardOutput = true,
            }
        )!;
        string commit = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return commit;
    }
    catch (System.ComponentModel.Win32Exception)
    {
        return "";
    }
}
