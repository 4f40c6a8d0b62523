namespace ExitProf.Traces;

/// <summary>Goes through the events of a block that <see cref="NettraceCheck"/> has accepted.</summary>
internal ref struct EventBlock
{
    private NettraceReader rest;
    private int length;

    internal EventBlock(ReadOnlySpan<byte> block)
    {
        rest = new NettraceReader(block);
        rest.Skip(NettraceWriter.EventBlockHeaderBytes);
    }

    /// <summary>Number of the current event in the file.</summary>
    internal uint Metadata { get; private set; }

    internal ReadOnlySpan<byte> Payload { get; private set; }

    internal bool Next()
    {
        if (rest.IsEmpty) return false;
        byte flags = rest.U8();
        if ((flags & NettraceWriter.HasMetadata) != 0) Metadata = rest.VarU32();
        if ((flags & NettraceWriter.HasCapture) != 0)
        {
            rest.VarU32();
            rest.VarU64();
            rest.VarU32();
        }
        if ((flags & NettraceWriter.HasThread) != 0) rest.VarU64();
        rest.VarU64();
        if ((flags & NettraceWriter.HasLength) != 0) length = (int)rest.VarU32();
        Payload = rest.Bytes(length);
        return true;
    }
}
