using System.Diagnostics;
using System.Globalization;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Benchmarks;

/// <summary>
/// A process that imports a file again and again and prints how many events it has, then the CPU seconds of each pass: all that the command
/// does (<c>import</c>), or all but the writing of the trace (<c>read</c>).
/// </summary>
internal static class ImportChild
{
    public const string Argument = "import-part";

    /// <param name="cpu">The only CPU that it may use.</param>
    public static (long Events, double[] Seconds) Start(int cpu, string file, string part, int passes)
    {
        string output = "";
        int code = 0;
        using var thread = new VcpuThread(cpu);
        thread.Invoke(() =>
        {
            var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "ExitProf.Benchmarks"),
                [Argument, file, part, passes.ToString(CultureInfo.InvariantCulture)])
            {
                RedirectStandardOutput = true,
            };
            using Process process = Process.Start(start)!;
            output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            code = process.ExitCode;
        });
        if (code != 0) throw new InvalidOperationException($"the importing process ended with {code}");
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        double[] numbers = [.. lines.Select(l => double.Parse(l, CultureInfo.InvariantCulture))];
        return ((long)numbers[0], numbers[1..]);
    }

    public static int Run(string file, string part, int passes)
    {
        for (int pass = 0; pass < passes; pass++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            ImportReading reading = part == "read" ? TraceImport.Read(stream, file, new DecodingSink(decode: false)) : Import(stream, file);
            if (pass == 0) Console.WriteLine(reading.Records);
            double seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            Console.WriteLine(seconds.ToString(CultureInfo.InvariantCulture));
        }
        return 0;
    }

    private static ImportReading Import(FileStream stream, string file)
    {
        string output = Path.Combine(Path.GetTempPath(), $"exitprof-benchmark-{Environment.ProcessId}.nettrace");
        try
        {
            using var trace = new TraceWriter(output);
            return TraceImport.Read(stream, file, trace);
        }
        finally
        {
            File.Delete(output);
        }
    }
}
