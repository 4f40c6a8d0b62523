using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace ExitProf.Traces;

/// <summary>Builds the payload of one event in a buffer that is used again for the next.</summary>
internal sealed class PayloadWriter
{
    private readonly byte[] bytes = new byte[TraceEvents.MaxPayloadBytes];
    private EventId id;
    private uint count;
    private int length;

    internal PayloadWriter Begin(EventId id, uint count = 1)
    {
        this.id = id;
        this.count = count;
        length = 2 * sizeof(uint);
        return this;
    }

    /// <summary>Begins a payload without the mark and the checksum of our own traces.</summary>
    internal PayloadWriter BeginPlain()
    {
        length = 0;
        return this;
    }

    /// <summary>What was written since <see cref="BeginPlain"/>.</summary>
    internal ReadOnlySpan<byte> Plain => bytes.AsSpan(0, length);

    /// <summary>The whole payload, valid until the next <see cref="Begin"/>.</summary>
    internal ReadOnlySpan<byte> Finish()
    {
        Span<byte> mark = bytes.AsSpan(length, TraceEvents.MarkBytes);
        length += mark.Length;
        BinaryPrimitives.WriteUInt32LittleEndian(mark, TraceEvents.Mark);
        BinaryPrimitives.WriteUInt16LittleEndian(mark[4..], (ushort)id);
        BinaryPrimitives.WriteUInt16LittleEndian(mark[6..], (ushort)length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, count);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), TraceEvents.Crc(id, count, bytes.AsSpan(8, length - 8)));
        return bytes.AsSpan(0, length);
    }

    internal PayloadWriter U8(byte value)
    {
        Take(1)[0] = value;
        return this;
    }

    internal PayloadWriter Bool(bool value) => U8(value ? (byte)1 : (byte)0);

    internal PayloadWriter U16(int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Take(2), checked((ushort)value));
        return this;
    }

    internal PayloadWriter I32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Take(4), value);
        return this;
    }

    internal PayloadWriter I64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);
        return this;
    }

    internal PayloadWriter U64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);
        return this;
    }

    internal PayloadWriter F64(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(Take(8), value);
        return this;
    }

    internal PayloadWriter Text(string value)
    {
        if (value.Length > ushort.MaxValue) throw TooLong(value.Length * 2);
        U16(value.Length);
        MemoryMarshal.AsBytes(value.AsSpan()).CopyTo(Take(value.Length * 2));
        return this;
    }

    internal PayloadWriter Bytes(ReadOnlySpan<byte> value)
    {
        if (value.Length > ushort.MaxValue) throw TooLong(value.Length);
        U16(value.Length);
        value.CopyTo(Take(value.Length));
        return this;
    }

    internal PayloadWriter Facts(ImmutableArray<Fact> facts)
    {
        if (facts.Length > ushort.MaxValue) throw TooLong(facts.Length * 4);
        U16(facts.Length);
        foreach (Fact fact in facts) Text(fact.Name).Text(fact.Value);
        return this;
    }

    private Span<byte> Take(int size)
    {
        if (size > bytes.Length - TraceEvents.MarkBytes - length) throw TooLong(length + size);
        length += size;
        return bytes.AsSpan(length - size, size);
    }

    // A bug of the caller: nothing that is recorded comes near the limit, and what does must not be cut silently.
    private ArgumentException TooLong(int size) =>
        new(
            $"The {id} event needs {size} bytes or more, but a .nettrace payload holds {TraceEvents.MaxPayloadBytes - TraceEvents.MarkBytes} beside its mark."
        );
}
