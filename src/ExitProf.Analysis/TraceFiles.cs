using System.Runtime.ExceptionServices;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Reads files into summaries.</summary>
public static class TraceFiles
{
    /// <summary>Two at a time: a comparison has two sides, and each reading keeps its own histograms in memory.</summary>
    private const int AtOnce = 2;

    /// <exception cref="TraceFormatException">A file is no trace.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static TraceSummary Summarise(string path)
    {
        var analysis = new TraceAnalysis();
        TraceReading reading = TraceReader.Read(path, analysis);
        // The findings of reading have reached the analysis already.
        return analysis.Summarise(Path.GetFileName(path), reading.Bytes, []);
    }

    /// <inheritdoc cref="Summarise(string)"/>
    public static TraceSummary[] Summarise(IReadOnlyList<string> paths)
    {
        var summaries = new TraceSummary[paths.Count];
        var failures = new Exception?[paths.Count];
        Parallel.For(0, paths.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, i =>
        {
            try
            {
                summaries[i] = Summarise(paths[i]);
            }
            catch (Exception e) when (e is TraceFormatException or IOException or UnauthorizedAccessException)
            {
                failures[i] = e;
            }
        });
        // Of several that cannot be read, the first is named, whichever failed first.
        if (failures.FirstOrDefault(f => f != null) is { } failure) ExceptionDispatchInfo.Throw(failure);
        return summaries;
    }
}
