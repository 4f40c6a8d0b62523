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
    public static TraceSummary Summarise(string path) => Summarise(path, Environment.ProcessorCount);

    /// <inheritdoc cref="Summarise(string)"/>
    /// <param name="cores">How many it may keep busy: the result is the same.</param>
    /// <param name="progress">Told how many bytes more have been read.</param>
    public static TraceSummary Summarise(string path, int cores, IProgress<long>? progress = null)
    {
        (TraceSummary summary, QuadAnalysis sides) = Read(path, cores, progress);
        return summary.Header is { Looks: > 0, Configurations.Length: > 1 }
            ? summary with
            {
                Verdict = QuadJudgement.Of(Gate.Usual, sides, summary),
            }
            : summary;
    }

    /// <summary>The same summary with what it is made of, in rows that add up over traces.</summary>
    /// <inheritdoc cref="Summarise(string)"/>
    internal static (TraceSummary Summary, List<StateRow> States) SummariseWithStates(string path)
    {
        var states = new List<StateRow>();
        (TraceSummary summary, _) = Read(path, Environment.ProcessorCount, states: states);
        return (summary, states);
    }

    /// <summary>The same summary with what pages and pictures show over time, for which the trace is read once more.</summary>
    /// <inheritdoc cref="Summarise(string)"/>
    /// <param name="progress">Told how many bytes more have been read.</param>
    public static TraceSummary WithTimeline(TraceSummary summary, string path, IProgress<long>? progress = null)
    {
        var timeline = new TimelineAnalysis();
        TraceReader.Read(path, timeline, progress);
        return summary with { Timeline = timeline.Summarise() };
    }

    /// <summary>Judges a trace of exitprof ab, which has both sides.</summary>
    /// <exception cref="InputException">It is none.</exception>
    /// <inheritdoc cref="Summarise(string)"/>
    /// <param name="progress">Told how many bytes more have been read.</param>
    public static ComparisonSummary Judge(string path, Gate gate, IProgress<long>? progress = null)
    {
        (TraceSummary summary, QuadAnalysis sides) = Read(path, Environment.ProcessorCount, progress);
        return QuadJudgement.Of(gate, sides, summary);
    }

    /// <inheritdoc cref="Summarise(string)"/>
    /// <param name="progress">Told how many bytes more have been read, by two threads at a time.</param>
    public static TraceSummary[] Summarise(IReadOnlyList<string> paths, IProgress<long>? progress = null)
    {
        var summaries = new TraceSummary[paths.Count];
        var failures = new Exception?[paths.Count];
        // Several files keep the cores busy by themselves.
        int cores = paths.Count > 1 ? 1 : Environment.ProcessorCount;
        Parallel.For(0, paths.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, i =>
        {
            try
            {
                summaries[i] = Summarise(paths[i], cores, progress);
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

    /// <param name="cores">How many it may keep busy.</param>
    /// <param name="states">Takes what the tables are made of, if it is wanted.</param>
    private static (TraceSummary, QuadAnalysis) Read(
        string path, int cores, IProgress<long>? progress = null, List<StateRow>? states = null)
    {
        ExitColumns? shared = cores <= 1 ? new ExitColumns() : null;
        using var parts = new ParallelAnalysis(cores, shared);
        var sides = new QuadAnalysis(shared);
        var reasons = new ReasonAnalysis();
        ITraceSink both = shared is null ? new TeeSink(parts, sides) : new SharingSink(shared, parts, sides);
        TraceReading reading = TraceReader.Read(path, new TeeSink(both, reasons), progress);
        TraceAnalysis analysis = parts.Finish();
        // The findings of reading have reached the analysis already.
        TraceSummary summary = analysis.Summarise(Path.GetFileName(path), reading.Bytes, [], states);
        states?.AddRange(reasons.States());
        // Only what repeats exactly is worth a second reading; such traces are small.
        if (summary.Header.Clock.Unit == ClockUnit.Instructions) summary = summary with { Identity = ContentIdentity.Of(path) };
        if (reasons.Summarise() is { } table)
            summary = ForeignFindings.Of(summary with { Reasons = table, Metrics = [.. reasons.Metrics] });
        return (analysis.SeveralOrigins ? WithOrigins(summary, path) : summary, sides);
    }

    private static TraceSummary WithOrigins(TraceSummary summary, string path)
    {
        var origins = new ExitOrigins();
        TraceReader.Read(path, origins);
        return summary with
        {
            Configurations =
            [
                .. summary.Configurations.Select(c =>
                    c with
                    {
                        Origins = origins.Of(summary.Header.Configurations.IndexOf(c.Configuration)),
                    }
                ),
            ],
        };
    }
}
