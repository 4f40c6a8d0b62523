using System.Runtime.ExceptionServices;
using ExitProf.Traces;

namespace ExitProf.Analysis;

/// <summary>Reads files into summaries.</summary>
public static class TraceFiles
{
    /// <summary>Two at a time: a comparison has two sides, and each reading keeps its own histograms in memory.</summary>
    private const int AtOnce = 2;

    /// <summary>So many are read before the results of the first are taken; a comparison of few has them all at once.</summary>
    private const int Ahead = 4;

    /// <exception cref="TraceFormatException">A file is no trace.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static TraceSummary Summarise(string path) => Summarise(path, Environment.ProcessorCount);

    /// <inheritdoc cref="Summarise(string)"/>
    /// <param name="cores">How many it may keep busy: the result is the same.</param>
    /// <param name="progress">Told how many bytes more have been read.</param>
    public static TraceSummary Summarise(string path, int cores, IProgress<long>? progress = null) => Judged(Read(path, cores, progress));

    /// <summary>
    /// The same from the summary that is kept next to the trace; where there is none of it, the trace is read, and one is written if it can
    /// hold all that a report shows.
    /// </summary>
    /// <exception cref="IOException">A file cannot be read, or the summary not written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    /// <inheritdoc cref="Summarise(string)"/>
    /// <param name="progress">Told how many bytes more have been read.</param>
    public static TraceSummary SummariseKept(string path, IProgress<long>? progress = null) =>
        SummariseKept(path, Environment.ProcessorCount, progress);

    /// <summary>The same of several traces, of which two are read at a time.</summary>
    /// <inheritdoc cref="SummariseKept(string, IProgress{long})"/>
    public static TraceSummary[] SummariseKept(IReadOnlyList<string> paths, IProgress<long>? progress = null)
    {
        // Several files keep the cores busy by themselves.
        int cores = paths.Count > 1 ? 1 : Environment.ProcessorCount;
        return [.. InOrder(paths, path => SummariseKept(path, cores, progress))];
    }

    private static TraceSummary SummariseKept(string path, int cores, IProgress<long>? progress)
    {
        if (TraceFingerprint.Of(path) is not { } identity) return Summarise(path, cores, progress);
        if (SummaryFile.Read(path, identity) is { } kept)
        {
            progress?.Report(identity.Bytes);
            return kept.Summarise(Path.GetFileName(path), identity.Bytes, []);
        }
        TraceRead read = Read(path, cores, progress);
        if (read.Analysis.CanBeKept && read.Summary.Bytes == identity.Bytes) SummaryFile.Write(path, identity, read.Analysis);
        return Judged(read);
    }

    /// <summary>The same summary with what it is made of, in rows that add up over traces.</summary>
    /// <inheritdoc cref="Summarise(string)"/>
    internal static (TraceSummary Summary, List<StateRow> States) SummariseWithStates(string path)
    {
        var states = new List<StateRow>();
        return (Read(path, Environment.ProcessorCount, states: states).Summary, states);
    }

    /// <summary>Traces of many hosts together, by what those have in common: <see cref="TraceMerge"/>.</summary>
    /// <param name="by">One of <see cref="TraceMerge.Keys"/>.</param>
    /// <param name="kept">Whether summaries are used, and written where there are none.</param>
    /// <exception cref="InputException">A trace has more than sums.</exception>
    /// <inheritdoc cref="SummariseKept(string, IProgress{long})"/>
    public static TraceSummary[] Merge(IReadOnlyList<string> paths, string by, bool kept) => TraceMerge.Summarise(paths, by, path =>
    {
        TraceFingerprint? identity = kept ? TraceFingerprint.Of(path) : null;
        if (identity is { } known && SummaryFile.Read(path, known) is { } analysis) return (analysis, known.Bytes);
        TraceRead read = Read(path, paths.Count > 1 ? 1 : Environment.ProcessorCount);
        if (identity is { } of && read.Analysis.CanBeKept && read.Summary.Bytes == of.Bytes) SummaryFile.Write(path, of, read.Analysis);
        return (read.Analysis, read.Summary.Bytes);
    });

    private static TraceSummary Judged(TraceRead read) => read.Summary.Header is { Looks: > 0, Configurations.Length: > 1 }
        ? read.Summary with
        {
            Verdict = QuadJudgement.Of(Gate.Usual, read.Sides, read.Summary),
        }
        : read.Summary;

    /// <summary>
    /// The same summary with what pages and pictures show over time, for which the trace is read once more; a pipe cannot be.
    /// </summary>
    /// <inheritdoc cref="Summarise(string)"/>
    /// <param name="progress">Told how many bytes more have been read.</param>
    public static TraceSummary WithTimeline(TraceSummary summary, string path, IProgress<long>? progress = null)
    {
        if (TraceFingerprint.Of(path) is null) return summary;
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
        TraceRead read = Read(path, Environment.ProcessorCount, progress);
        return QuadJudgement.Of(gate, read.Sides, read.Summary);
    }

    /// <summary>Compares recordings of a software CPU to the instruction.</summary>
    /// <inheritdoc cref="ExactComparison.Of"/>
    /// <param name="first">The boots of the base.</param>
    /// <param name="second">Those of the new side.</param>
    /// <exception cref="InputException">A trace is not in instructions, or nothing in it can be compared.</exception>
    /// <exception cref="TraceFormatException">A file is no trace.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ComparisonSummary CompareExactly(
        Gate anyGate, IReadOnlyList<string> first, IReadOnlyList<string> second, bool acrossSettings = true) =>
        ExactComparison.Of(anyGate, ExactBoots.Read(first), ExactBoots.Read(second), acrossSettings);

    /// <inheritdoc cref="Summarise(string)"/>
    /// <param name="progress">Told how many bytes more have been read, by two threads at a time.</param>
    public static TraceSummary[] Summarise(IReadOnlyList<string> paths, IProgress<long>? progress = null)
    {
        // Several files keep the cores busy by themselves.
        int cores = paths.Count > 1 ? 1 : Environment.ProcessorCount;
        return [.. InOrder(paths, path => Summarise(path, cores, progress))];
    }

    /// <summary>
    /// Reads files on two cores, a few ahead of who takes the results in their order: of very many not all are in memory at once.
    /// </summary>
    internal static IEnumerable<T> InOrder<T>(IReadOnlyList<string> paths, Func<string, T> read)
    {
        foreach (string[] some in paths.Chunk(Ahead))
        {
            var results = new T[some.Length];
            var failures = new Exception?[some.Length];
            Parallel.For(0, some.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, i =>
            {
                try
                {
                    results[i] = read(some[i]);
                }
                catch (Exception e) when (e is TraceFormatException or IOException or UnauthorizedAccessException)
                {
                    failures[i] = e;
                }
            });
            // Of several that cannot be read, the first is named, whichever failed first.
            if (failures.FirstOrDefault(f => f != null) is { } failure) ExceptionDispatchInfo.Throw(failure);
            foreach (T result in results) yield return result;
        }
    }

    /// <param name="cores">How many it may keep busy.</param>
    /// <param name="states">Takes what the tables are made of, if it is wanted.</param>
    private static TraceRead Read(string path, int cores, IProgress<long>? progress = null, List<StateRow>? states = null)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        ExitColumns? shared = cores <= 1 ? new ExitColumns() : null;
        using var parts = new ParallelAnalysis(cores, shared);
        var sides = new QuadAnalysis(shared);
        var reasons = new ReasonAnalysis();
        // A pipe cannot be read once more: what a second reading would find is looked for in the first one.
        ExitOrigins? origins = file.CanSeek ? null : new ExitOrigins();
        ITraceSink sinks = shared is null ? new TeeSink(parts, sides) : new SharingSink(shared, parts, sides);
        sinks = new TeeSink(sinks, reasons);
        using var identity = new ContentIdentity();
        TraceReading reading = TraceReader.Read(file, path, origins is null ? sinks : new TeeSink(sinks, origins), progress, identity);
        TraceAnalysis analysis = parts.Finish();
        // The findings of reading have reached the analysis already.
        TraceSummary summary = analysis.Summarise(Path.GetFileName(path), reading.Bytes, [], states);
        states?.AddRange(reasons.States());
        // Only instructions repeat exactly.
        if (!summary.Header.Clock.IsTime) summary = summary with { Identity = identity.Finish() };
        if (reasons.Summarise() is { } table)
            summary = ForeignFindings.Of(summary with { Reasons = table, Metrics = [.. reasons.Metrics] });
        if (!analysis.SeveralOrigins) return new TraceRead(summary, sides, analysis);
        if (origins is null) TraceReader.Read(path, origins = new ExitOrigins());
        return new TraceRead(WithOrigins(summary, origins), sides, analysis);
    }

    private static TraceSummary WithOrigins(TraceSummary summary, ExitOrigins origins) =>
        summary with
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

    private sealed record TraceRead(TraceSummary Summary, QuadAnalysis Sides, TraceAnalysis Analysis);
}
