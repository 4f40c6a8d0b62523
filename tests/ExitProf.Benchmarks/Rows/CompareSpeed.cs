using System.Diagnostics;
using System.Globalization;
using ExitProf.Analysis;

namespace ExitProf.Benchmarks;

/// <summary>How long two long traces take to be compared, from the start of the process to the verdicts, and how much memory.</summary>
internal sealed class CompareSpeed : IBenchmark
{
    public const string Argument = "compare-traces";
    private const long Exits = 10_000_000;
    private const int Rounds = 8;
    private const double SecondsTarget = 3;
    private const double MegabytesTarget = 300;
    private const string SpeedWhat = "comparing two traces of 10 M exits each";
    private const string MemoryWhat = "peak memory of that";

    public string Name => "compare";

    public IEnumerable<BenchmarkRow> Run(BenchmarkHost host)
    {
        if (BenchmarkHost.WhyNoKvm() is { } why)
        {
            yield return BenchmarkRow.Skip(Name + "-speed", SpeedWhat, "", "s", SecondsTarget, why);
            yield return BenchmarkRow.Skip(Name + "-memory", MemoryWhat, "", "MB", MegabytesTarget, why);
            yield break;
        }
        RealRecording recording = RealRecording.Make(host, TimeSpan.FromSeconds(5));
        RealRecording.Piece[] used = [.. recording.Pieces.Where(p => !p.Calibration)];
        string[] paths =
        [
            .. Enumerable
                .Range(0, 2)
                .Select(i => Path.Combine(Path.GetTempPath(), $"exitprof-benchmark-{Environment.ProcessId}-{i}.nettrace")),
        ];
        try
        {
            for (int i = 0; i < paths.Length; i++)
            {
                using var stream = new FileStream(paths[i], FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
                LongTrace.Write(stream, recording, used, Exits, (ulong)i + 1);
            }
            (double Seconds, double Megabytes)[] runs = [.. Enumerable.Range(0, Rounds).Select(_ => Child(paths))];
            double most = runs.Max(r => r.Megabytes);
            yield return BenchmarkRow.Of(
                Name + "-speed",
                SpeedWhat,
                "",
                "s",
                RankEstimate.Centre([.. runs.Select(r => r.Seconds)]),
                SecondsTarget,
                $"wall clock of a process, its start included, a trace to each of two cores; least {runs.Min(r => r.Seconds):F2} of {Rounds}"
            );
            yield return BenchmarkRow.Of(
                Name + "-memory",
                MemoryWhat,
                "",
                "MB",
                new Estimate(most, most, most, 1),
                MegabytesTarget,
                $"resident at the peak, the most of {Rounds} processes"
            );
        }
        finally
        {
            foreach (string path in paths) File.Delete(path);
        }
    }

    /// <summary>In the child.</summary>
    public static int Compare(string first, string second)
    {
        TraceSummary[] traces = TraceFiles.Summarise([first, second]);
        ComparisonSummary comparison = TraceComparison.Of(Gate.Usual, traces[..1], traces[1..], acrossHosts: false);
        string peak = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        Console.WriteLine(
            1024 * long.Parse(peak.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
        );
        return comparison.Rows.Length == 1 ? 0 : 1;
    }

    private static (double Seconds, double Megabytes) Child(string[] paths)
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(
            new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "ExitProf.Benchmarks"), [Argument, .. paths])
            {
                RedirectStandardOutput = true,
            }
        )!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"the comparing process ended with {process.ExitCode}");
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, long.Parse(output, CultureInfo.InvariantCulture) / 1e6);
    }
}
