namespace ExitProf.Traces;

/// <summary>What is left of an <see cref="ImportStream"/> as a stream, for what reads streams.</summary>
internal sealed class PeekedStream(ImportStream source) : Stream
{
    private const int Chunk = 1 << 14;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => source.Position; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        var there = source.Peek(Math.Min(buffer.Length, Chunk));
        there.CopyTo(buffer);
        int count = there.Length;
        source.Skip(count);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
