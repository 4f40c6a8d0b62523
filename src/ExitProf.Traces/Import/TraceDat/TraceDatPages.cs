namespace ExitProf.Traces;

/// <summary>The ring buffer's pages of one CPU in a trace.dat, one after the other, unpacked where they are compressed.</summary>
internal sealed class TraceDatPages
{
    private const int BlockBytes = 1 << 16;

    private readonly FileSections file;
    private readonly Decompressor? unpacker;
    private readonly int pageBytes;
    private readonly bool bigEndian;
    private readonly ulong end;
    private byte[] block = [];
    private byte[] packed = [];
    private int blockLength;
    private int at;
    private ulong next;
    private uint chunks;

    /// <param name="unpacker">Null if the pages are not compressed.</param>
    internal TraceDatPages(FileSections file, TraceDatPlace place, int pageBytes, Decompressor? unpacker, bool bigEndian)
    {
        (this.file, this.unpacker, this.pageBytes, this.bigEndian) = (file, unpacker, pageBytes, bigEndian);
        (next, end) = (place.Offset, place.Offset + place.Size);
        if (unpacker is null) return;
        var count = new ByteFields(file.Read(next, sizeof(uint)), bigEndian);
        chunks = count.U32();
        next += sizeof(uint);
        // What the file says is the size of the chunks, without their number.
        end += sizeof(uint);
    }

    /// <summary>Chunks that could not be unpacked: their pages are missing.</summary>
    internal int DamagedChunks { get; private set; }

    /// <summary>The next page; shorter than a page where the file was cut, empty at the end.</summary>
    internal ReadOnlySpan<byte> Next()
    {
        if (at >= blockLength && !(unpacker is null ? TryBlock() : TryChunk())) return default;
        ReadOnlySpan<byte> page = block.AsSpan(at, Math.Min(pageBytes, blockLength - at));
        at += page.Length;
        return page;
    }

    private bool TryBlock()
    {
        if (next >= end) return false;
        int wanted = (int)Math.Min((ulong)Math.Max(BlockBytes / pageBytes, 1) * (ulong)pageBytes, end - next);
        if (block.Length < wanted) block = new byte[wanted];
        (at, blockLength) = (0, file.ReadInto(next, block.AsSpan(0, wanted)));
        next += (ulong)wanted;
        return blockLength > 0;
    }

    private bool TryChunk()
    {
        const int Header = 8;
        Span<byte> header = stackalloc byte[Header];
        while (chunks > 0 && next + Header <= end)
        {
            chunks--;
            if (file.ReadInto(next, header) < Header) return false;
            var fields = new ByteFields(header, bigEndian);
            uint size = fields.U32(), whole = fields.U32();
            next += Header;
            if (size > end - next || size == 0)
            {
                // Where the next chunk begins is not known then.
                DamagedChunks++;
                chunks = 0;
                return false;
            }
            bool fits = whole is > 0 and <= Decompressor.MaxBytes && size <= Decompressor.MaxBytes;
            if (fits && TryUnpack((int)size, (int)whole)) return true;
            DamagedChunks++;
            next += size;
        }
        return false;
    }

    private bool TryUnpack(int size, int whole)
    {
        if (packed.Length < size) packed = new byte[size];
        if (file.ReadInto(next, packed.AsSpan(0, size)) < size) return false;
        if (block.Length < whole) block = new byte[whole];
        if (!unpacker!.TryUnpack(packed, size, block.AsSpan(0, whole))) return false;
        next += (ulong)size;
        (at, blockLength) = (0, whole);
        return true;
    }
}
