namespace ExitProf.Traces;

/// <summary>Bytes of a recording, read in order through one buffer: memory does not grow with the file.</summary>
internal sealed class ImportStream(Stream stream, IProgress<long>? progress)
{
    private const int FirstBuffer = 1 << 18;

    private byte[] buffer = new byte[FirstBuffer];
    private int start;
    private int end;
    private bool ended;

    /// <summary>Bytes that have been taken.</summary>
    internal long Position { get; private set; }

    /// <summary>At most the given number of the next bytes, without taking them; fewer at the end of the file.</summary>
    internal ReadOnlySpan<byte> Peek(int count)
    {
        while (end - start < count && Fill(count))
        {
        }
        return buffer.AsSpan(start, Math.Min(count, end - start));
    }

    /// <summary>Takes bytes that <see cref="Peek"/> has shown.</summary>
    internal void Skip(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, end - start);
        start += count;
        Position += count;
    }

    /// <summary>Everything that is in the buffer, after reading more; empty at the end of the file.</summary>
    /// <param name="more">True if what is there is not enough.</param>
    internal ReadOnlySpan<byte> Window(bool more)
    {
        if (more || start == end) Fill(end - start + 1);
        return buffer.AsSpan(start, end - start);
    }

    /// <summary>Bytes that fit without a larger buffer.</summary>
    internal int Capacity => buffer.Length;

    internal bool Ended => ended && start == end;

    private bool Fill(int wanted)
    {
        if (ended) return false;
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        // It grows with what is there, not with what a file says it has.
        if (end == buffer.Length)
        {
            if (wanted <= buffer.Length) return false;
            Array.Resize(ref buffer, buffer.Length * 2);
        }
        int read = stream.Read(buffer.AsSpan(end));
        ended = read == 0;
        end += read;
        progress?.Report(Position + end - start);
        return read > 0;
    }
}
