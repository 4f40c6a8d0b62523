using System.Diagnostics;
using System.Globalization;
using ExitProf.Analysis;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Benchmarks;

/// <summary>
/// A process that does a part of reading a trace again and again and prints the CPU seconds of each pass. The parts: the container alone,
/// the container and the decoding of its batches, adding up the batches from memory, and all that a command does.
/// </summary>
internal static class KindChild
{
    public const string Argument = "read-part";

    /// <param name="cpu">The only CPU that it may use; null for all.</param>
    public static (double Cpu, double Wall)[] Start(int? cpu, string trace, string part, int passes)
    {
        string output = "";
        int code = 0;
        void Run()
        {
            var start = new ProcessStartInfo(
                Path.Combine(AppContext.BaseDirectory, "ExitProf.Benchmarks"),
                [Argument, trace, part, passes.ToString(CultureInfo.InvariantCulture)]
            )
            {
                RedirectStandardOutput = true,
            };
            using Process process = Process.Start(start)!;
            output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            code = process.ExitCode;
        }
        if (cpu is { } one)
        {
            using var thread = new VcpuThread(one);
            thread.Invoke(Run);
        }
        else Run();
        if (code != 0) throw new InvalidOperationException($"the reading process ended with {code}");
        return
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' '))
                .Select(l => (double.Parse(l[0], CultureInfo.InvariantCulture), double.Parse(l[1], CultureInfo.InvariantCulture))),
        ];
    }

    public static int Run(string trace, string part, int passes)
    {
        var kept = new RealRecording();
        if (part == "add-up") TraceReader.Read(trace, kept);
        for (int pass = 0; pass < passes; pass++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            switch (part)
            {
                case "container":
                    TraceReader.Read(trace, new DecodingSink(decode: false));
                    break;
                case "decode":
                    TraceReader.Read(trace, new DecodingSink(decode: true));
                    break;
                case "add-up":
                    kept.Replay(new TraceAnalysis());
                    break;
                default:
                    TraceFiles.Summarise(trace);
                    break;
            }
            double cpu = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cpu} {Stopwatch.GetElapsedTime(start).TotalSeconds}"));
        }
        return 0;
    }
}
