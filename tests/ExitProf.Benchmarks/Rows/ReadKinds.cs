using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using ExitProf.Testing;
using ExitProf.Traces;

namespace ExitProf.Benchmarks;

/// <summary>
/// The roofline of reading, by kind of trace: recorded traces of the repository multiplied through the writer. Parts alternate, so that a
/// busy machine slows all of them alike; CPU time counts. Needs no KVM.
/// </summary>
internal sealed class ReadKinds : IBenchmark
{
    private const long Exits = 6_000_000;
    /// <summary>Fewer processes have no interval of 99 %.</summary>
    private const int Rounds = 8;
    private const int Passes = 6;

    /// <summary>Passes of a process that run in code of which a part is not optimised yet: the first one has a row of its own.</summary>
    private const int Compiling = 4;

    private static readonly (string Name, string Trace, double Target)[] Kinds =
    [
        ("pio-out", "traces/pvm-zen5/pio-out.nettrace", 40),
        ("mmio-read", "traces/pvm-zen5/mmio-read.nettrace", 40),
        ("ab", "traces/ab-device-delay.nettrace", 25),
        ("icache-ab", "traces/pvm-xeon/icache-hot.nettrace", 25),
    ];

    public string Name => "read-kinds";

    /// <summary>Folder of an older build of the command, to be measured beside; null for none.</summary>
    public static string? Before { get; set; }

    public IEnumerable<BenchmarkRow> Run(BenchmarkHost host) => Kinds.SelectMany(k => Rows(host, k.Name, k.Trace, k.Target));

    private IEnumerable<BenchmarkRow> Rows(BenchmarkHost host, string kind, string trace, double target)
    {
        string folder = Directory.CreateTempSubdirectory("exitprof-benchmark-").FullName;
        try
        {
            string older = Path.Combine(folder, "format-1.nettrace"), newer = Path.Combine(folder, "format-2.nettrace");
            long exits = Multiply(Path.Combine(Root(), trace), older, newer, folder);
            var parts = new Dictionary<string, List<double>>();
            for (int round = 0; round < Rounds; round++)
            {
                foreach (string part in (string[])["container", "decode", "add-up", "whole"])
                {
                    (double Cpu, double Wall)[] passes = KindChild.Start(host.Cpu, newer, part, Passes);
                    Add(part, passes.Skip(Compiling).Select(s => s.Cpu));
                    if (part == "whole") Add("first pass", [passes[0].Cpu]);
                }
                Add("two cores", KindChild.Start(null, newer, "whole", Passes).Skip(Compiling).Select(s => s.Wall));
                Add("format 1", KindChild.Start(host.Cpu, older, "whole", Passes).Skip(Compiling).Select(s => s.Cpu));
                if (Command(Built(), newer) is { } now) Add("command", [now]);
                if (Before is { } folderBefore && Command(folderBefore, older) is { } before) Add("command before", [before]);
            }
            double sizes = new FileInfo(newer).Length / (double)exits;
            foreach ((string part, List<double> seconds) in parts)
            {
                double[] rates = [.. seconds.Select(s => exits / s / 1e6)];
                yield return BenchmarkRow.Of(
                    $"{Name}-{kind}-{part.Replace(' ', '-')}",
                    $"{kind}: {What(part)}",
                    part == "command" && Before != null ? "an older build on format 1, alternating" : "",
                    "M exits/s",
                    RankEstimate.Centre(rates),
                    part is "whole" ? target : null,
                    $"best {rates.Max():F1}, median {RankEstimate.Median(rates):F1}; {exits:N0} exits of {sizes:F1} bytes",
                    atLeast: true
                );
            }

            void Add(string part, IEnumerable<double> seconds)
            {
                if (!parts.TryGetValue(part, out List<double>? list)) parts.Add(part, list = []);
                list.AddRange(seconds);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string What(string part) => part switch
    {
        "container" => "the container alone: blocks, checksums, payloads",
        "decode" => "container and columns",
        "add-up" => "adding up from memory, decoding included",
        "whole" => "read + attribute + summarise as a command does, one core, in compiled code",
        "first pass" => "the same in the first pass of a process, which compiles the code",
        "two cores" => "the same on all cores, wall clock",
        "format 1" => "the same of format 1, one core",
        "command" => "exitprof report as a process, its start included",
        _ => "exitprof report of the older build",
    };

    /// <summary>Seconds of CPU time of <c>exitprof report</c>.</summary>
    /// <returns>Null if the command is not built there.</returns>
    private static double? Command(string build, string trace)
    {
        string command = Path.Combine(build, "exitprof.dll");
        if (!File.Exists(command)) return null;
        var start = new ProcessStartInfo("dotnet", [command, "report", trace, "--format", "json"]) { RedirectStandardOutput = true };
        double before = ChildrenSeconds();
        using Process process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"exitprof report ended with {process.ExitCode}");
        return ChildrenSeconds() - before;
    }

    /// <summary>CPU time of children that have ended: cutime and cstime of proc(5), in hundredths of a second.</summary>
    private static double ChildrenSeconds()
    {
        string stat = File.ReadAllText("/proc/self/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture)) / 100.0;
    }

    /// <summary>Where the command of this source tree is built.</summary>
    internal static string Built() => Path.Combine(Root(), "src", "ExitProf", "bin", "Release", "net10.0");

    private static long Multiply(string trace, string older, string newer, string folder)
    {
        string one = Path.Combine(folder, "one.nettrace");
        TraceRecoder.Recode(trace, one);
        Write(trace, older, 1);
        return Write(one, newer, 2);
    }

    private static long Write(string trace, string to, int format)
    {
        var recording = new RealRecording();
        TraceReader.Read(trace, recording);
        using var stream = new FileStream(to, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        return LongTrace.Write(stream, recording, [.. recording.Pieces.Where(p => !p.Calibration)], Exits, format: format);
    }

    internal static string Root([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
}
