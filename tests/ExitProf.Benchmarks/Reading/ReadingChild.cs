using System.Diagnostics;
using System.Globalization;
using ExitProf.Analysis;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Benchmarks;

/// <summary>
/// What the passes over a trace took, in seconds of CPU time: the machine may have other work, the core's own speed is what counts.
/// </summary>
/// <param name="FirstSeconds">The first pass, in which the code is compiled: what one who starts the command once waits for.</param>
/// <param name="Seconds">The passes after it.</param>
/// <param name="ContainerSeconds">The least of a few passes that only take the batches out of the file; NaN if there were none.</param>
/// <param name="PeakBytes">The most memory that the process had resident.</param>
internal sealed record ReadingResult(
    long Exits,
    double FirstSeconds,
    IReadOnlyList<double> Seconds,
    double ContainerSeconds,
    long PeakBytes
);

/// <summary>
/// A process of its own, which does what <c>exitprof report</c> does with a trace up to the finished tables, a number of times: of its own
/// so that it is on one core with all its threads, and so that its peak of memory is its own.
/// </summary>
internal static class ReadingChild
{
    public const string Argument = "read-passes";

    /// <summary>In the parent.</summary>
    public static ReadingResult Start(BenchmarkHost host, string trace, int passes)
    {
        using var thread = new VcpuThread(host.Cpu);
        (int code, string output) = (0, "");
        thread.Invoke(() =>
        {
            // The child inherits the CPU and the priority of the thread that starts it.
            var start = new ProcessStartInfo(
                Path.Combine(AppContext.BaseDirectory, "ExitProf.Benchmarks"),
                [Argument, trace, passes.ToString(CultureInfo.InvariantCulture)]
            )
            {
                RedirectStandardOutput = true,
            };
            using Process process = Process.Start(start)!;
            output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            code = process.ExitCode;
        });
        if (code != 0) throw new InvalidOperationException($"the reading process ended with {code}");
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new ReadingResult(
            long.Parse(lines[0], CultureInfo.InvariantCulture),
            double.Parse(lines[1], CultureInfo.InvariantCulture),
            [.. lines[2..^2].Select(l => double.Parse(l, CultureInfo.InvariantCulture))],
            double.Parse(lines[^2], CultureInfo.InvariantCulture),
            long.Parse(lines[^1], CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// In the child: prints the number of exits, the seconds of each pass, those of the container alone and the peak of memory, a line
    /// each.
    /// </summary>
    public static int Run(string trace, int passes)
    {
        var seconds = new List<double>();
        long exits = 0;
        for (int pass = 0; pass < passes; pass++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            var analysis = new TraceAnalysis();
            TraceReading reading = TraceReader.Read(trace, analysis);
            TraceSummary summary = analysis.Summarise(trace, reading.Bytes, []);
            double took = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            if (reading.Findings.Length > 0) throw new InvalidOperationException(reading.Findings[0].Text);
            exits = summary.Traced.Exits + summary.UntracedExits;
            seconds.Add(took);
        }
        Console.WriteLine(exits);
        foreach (double s in seconds) Console.WriteLine(s);
        Console.WriteLine(passes == 1 ? double.NaN : Enumerable.Range(0, 3).Min(_ => ContainerSeconds(trace)));
        Console.WriteLine(PeakBytes());
        return 0;
    }

    private static double ContainerSeconds(string trace)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        TraceReader.Read(trace, new NoSink());
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }

    private static long PeakBytes()
    {
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private sealed class NoSink : ITraceSink
    {
        public void Header(TraceHeader header)
        {
        }

        public void Class(ExitClass exitClass)
        {
        }

        public void Block(Block block)
        {
        }

        public void Exits(in ExitBatch batch)
        {
        }

        public void Finding(Finding finding)
        {
        }

        public void End(TraceTotals totals)
        {
        }
    }
}
