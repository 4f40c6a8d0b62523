namespace ExitProf.Traces;

/// <summary>
/// Reads a trace file and calls a sink with what is in it, in the order of the file and in memory that does not grow with it.
/// </summary>
public static class TraceReader
{
    /// <summary>Reads the file to its end, or to where it was cut.</summary>
    /// <param name="path">A file that <see cref="TraceWriter"/> has written.</param>
    /// <param name="sink">
    /// If its <see cref="ITraceSink.Exits"/> throws a <see cref="FormatException"/>, as <see cref="ExitDecoder"/> does, the batch counts as
    /// damaged (a finding) and reading goes on. Everything else that it throws passes through.
    /// </param>
    /// <exception cref="TraceFormatException">The file is no trace, of a newer version, or damaged before its first exit.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <param name="progress">Told how many bytes more have been read.</param>
    public static TraceReading Read(string path, ITraceSink sink, IProgress<long>? progress = null)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return Read(file, path, sink, progress);
    }

    /// <inheritdoc cref="Read(string, ITraceSink, IProgress{long})"/>
    /// <param name="stream">Read in order, never sought.</param>
    /// <param name="name">For messages.</param>
    /// <param name="identity">Takes the events of a trace that counts instructions; those of a trace in time are not worth it.</param>
    public static TraceReading Read(
        Stream stream, string name, ITraceSink sink, IProgress<long>? progress = null, ContentIdentity? identity = null)
    {
        var blocks = new CheckedNettrace(stream, name);
        var events = new EventReader(sink, name);
        long told = 0;
        while (blocks.NextEvents(out ReadOnlySpan<byte> block))
        {
            progress?.Report(blocks.BytesRead - told);
            told = blocks.BytesRead;
            var rest = new EventBlock(block);
            while (rest.Next())
            {
                if (blocks.EventOf(rest.Metadata) is not { } id) continue;
                events.Read(id, rest.Payload);
                if (identity is null) continue;
                if (events.Clock is { IsTime: true }) identity = null;
                identity?.Add(id, rest.Payload);
            }
        }
        return new TraceReading(blocks.BytesRead, events.Finish(blocks));
    }
}
