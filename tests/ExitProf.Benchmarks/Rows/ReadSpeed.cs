using ExitProf.Traces;

namespace ExitProf.Benchmarks;

/// <summary>How fast one core reads, attributes and summarises a trace, and how much memory a long one takes.</summary>
internal sealed class ReadSpeed : IBenchmark
{
    private const long SpeedExits = 10_000_000;
    private const long MemoryExits = 100_000_000;
    private const int Passes = 26;
    private const double SpeedTarget = 20;
    private const double MemoryTarget = 200;
    private const string SpeedWhat = "read + attribute + summarise, one core";
    private const string MemoryWhat = "peak memory of reading 100 M exits";

    public string Name => "read";

    public IEnumerable<BenchmarkRow> Run(BenchmarkHost host)
    {
        if (BenchmarkHost.WhyNoKvm() is { } why)
        {
            yield return BenchmarkRow.Skip(Name + "-speed", SpeedWhat, "", "M exits/s", SpeedTarget, why, atLeast: true);
            yield return BenchmarkRow.Skip(Name + "-memory", MemoryWhat, "", "MB", MemoryTarget, why);
            yield break;
        }
        RealRecording recording = RealRecording.Make(host, TimeSpan.FromSeconds(10));
        RealRecording.Piece[] used = [.. recording.Pieces.Where(p => !p.Calibration)];
        EventGroups all = recording.Recorded!.Groups;
        yield return Speed(host, Name + "-speed", SpeedWhat, recording, used);
        yield return Speed(
            host,
            Name + "-speed-traced",
            SpeedWhat + ", traced exits only",
            recording,
            [.. used.Where(p => p.Block.Events == all)]
        );

        string path = TemporaryPath();
        try
        {
            long exits = Write(path, recording, used, MemoryExits);
            ReadingResult result = ReadingChild.Start(host, path, passes: 1);
            double megabytes = result.PeakBytes / 1e6;
            yield return BenchmarkRow.Of(
                Name + "-memory",
                MemoryWhat,
                "",
                "MB",
                new Estimate(megabytes, megabytes, megabytes, 1),
                MemoryTarget,
                $"resident at the peak; {exits:N0} exits, {new FileInfo(path).Length / 1e6:N0} MB of trace in {result.FirstSeconds:F1} s of CPU time"
            );
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static BenchmarkRow Speed(BenchmarkHost host, string name, string what, RealRecording recording, RealRecording.Piece[] pieces)
    {
        string path = TemporaryPath();
        try
        {
            long exits = Write(path, recording, pieces, SpeedExits);
            ReadingResult result = ReadingChild.Start(host, path, Passes);
            double[] rates = [.. result.Seconds.Select(s => exits / s / 1e6)];
            long bytes = new FileInfo(path).Length;
            double first = exits / result.FirstSeconds / 1e6, megabytes = bytes / 1e6 / RankEstimate.Median(result.Seconds);
            return BenchmarkRow.Of(name, what, "", "M exits/s", RankEstimate.Centre(rates), SpeedTarget,
                $"CPU time; best {rates.Max():F1}, median {RankEstimate.Median(rates):F1}, first pass {first:F1}; "
                + $"{exits:N0} exits of {bytes / (double)exits:F1} bytes, {megabytes:N0} MB/s; "
                + $"the container alone takes {result.ContainerSeconds / result.Seconds.Min():P0} of the time; "
                + $"peak memory {result.PeakBytes / 1e6:N0} MB",
                atLeast: true);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string TemporaryPath() => Path.Combine(Path.GetTempPath(), $"exitprof-benchmark-{Environment.ProcessId}.nettrace");

    private static long Write(string path, RealRecording recording, IReadOnlyList<RealRecording.Piece> pieces, long leastExits)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        return LongTrace.Write(stream, recording, pieces, leastExits);
    }
}
