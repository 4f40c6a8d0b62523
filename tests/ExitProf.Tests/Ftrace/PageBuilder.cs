using System.Buffers.Binary;

namespace ExitProf.Tests.Ftrace;

/// <summary>Writes ring-buffer pages as the kernel does, for cases that no recording has.</summary>
internal sealed class PageBuilder(ulong pageTsc, int dataBytes = 4080)
{
    private const int Header = 16;
    private readonly List<byte> data = [];

    public int Length => data.Count;

    public PageBuilder Word(uint type, uint delta)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(word, type | delta << 5);
        data.AddRange(word);
        return this;
    }

    public PageBuilder Raw(uint value)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(word, value);
        data.AddRange(word);
        return this;
    }

    /// <summary>A record of whole words; up to 112 bytes its length stands in type_len.</summary>
    public PageBuilder Event(uint delta, params byte[] payload)
    {
        if (payload.Length <= 112) Word((uint)payload.Length / 4, delta);
        else Word(0, delta).Raw((uint)payload.Length + 4);
        data.AddRange(payload);
        return this;
    }

    public PageBuilder TimeExtend(ulong delta) => Word(30, (uint)(delta & 0x7ff_ffff)).Raw((uint)(delta >> 27));

    public PageBuilder Absolute(ulong tsc) => Word(31, (uint)(tsc & 0x7ff_ffff)).Raw((uint)(tsc >> 27));

    public PageBuilder Discarded(uint delta, int bytes)
    {
        Word(29, delta).Raw((uint)bytes);
        data.AddRange(new byte[bytes - 4]);
        return this;
    }

    public byte[] Build(ulong flags = 0, long missed = 0, int? commit = null)
    {
        byte[] page = new byte[Header + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(page, pageTsc);
        BinaryPrimitives.WriteUInt64LittleEndian(page.AsSpan(8), (uint)(commit ?? data.Count) | flags);
        data.CopyTo(page, Header);
        if (missed != 0) BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(Header + data.Count), missed);
        return page;
    }
}
