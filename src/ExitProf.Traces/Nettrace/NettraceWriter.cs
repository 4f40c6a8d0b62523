using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace ExitProf.Traces;

/// <summary>
/// The container: .nettrace version 6 (perfview, NetTraceFormat.md), append-only. Collects events into blocks and gives each block to the
/// operating system in one write, so that a kill at any point leaves whole blocks.
/// </summary>
internal sealed class NettraceWriter(Stream stream, string provider, Guid providerGuid, ImmutableArray<TraceEvents> events)
{
    /// <summary>
    /// A block is closed before it would outgrow this; only a single larger event makes it longer. Small, so that a cut loses little.
    /// </summary>
    internal const int BlockBytes = 64 * 1024;

    internal const byte EndKind = 0;
    internal const byte TraceKind = 1;
    internal const byte EventKind = 2;
    internal const byte MetadataKind = 3;
    internal const byte ThreadKind = 6;

    internal const int EventBlockHeaderBytes = 20;

    /// <summary>Flag of an event block: its event headers are compressed.</summary>
    internal const ushort CompressedHeaders = 1;

    // Flags of a compressed event header.
    internal const byte HasMetadata = 1;
    internal const byte HasCapture = 2;
    internal const byte HasThread = 4;
    internal const byte Sorted = 64;
    internal const byte HasLength = 128;

    /// <summary>The one thread that all events are said to come from; which vCPU exits belong to stands in their payload.</summary>
    internal const uint Thread = 1;

    private const int BlockHeaderBytes = 4;

    /// <summary>The container of our own traces.</summary>
    internal NettraceWriter(Stream stream)
        : this(stream, TraceEvents.Provider, TraceEvents.ProviderGuid, TraceEvents.All)
    {
    }

    /// <summary>The number of the process that recorded.</summary>
    internal int Process { get; init; } = Environment.ProcessId;

    private readonly byte[] buffer = new byte[BlockHeaderBytes + BlockBytes + TraceEvents.MaxPayloadBytes + 64];
    private int length = BlockHeaderBytes;
    private bool open;
    private bool failed;
    private long first;
    private long last = -1;
    private uint sequence;
    private uint previousMetadata;
    private int previousLength;

    /// <summary>Writes everything that stands before the first event.</summary>
    /// <param name="start">Of the recording; event times count from it.</param>
    /// <param name="hertz">Of event times.</param>
    /// <param name="format">Of our own traces.</param>
    internal void Preamble(DateTime start, long hertz, int format = TraceEvents.Version)
    {
        "Nettrace"u8.CopyTo(buffer);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(8), 0);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(12), 6);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(16), 0);
        Write(20);

        U16(start.Year)
            .U16(start.Month)
            .U16((int)start.DayOfWeek)
            .U16(start.Day)
            .U16(start.Hour)
            .U16(start.Minute)
            .U16(start.Second)
            .U16(start.Millisecond);
        U64(0).U64((ulong)hertz).U32(sizeof(ulong));
        if (provider == TraceEvents.Provider) U32(1).Name(TraceEvents.VersionKey).Name(format.ToString(CultureInfo.InvariantCulture));
        else U32(0);
        Close(TraceKind);

        int row = length;
        U16(0).VarU(Thread).U8(1).Name(provider).U8(2).VarU((uint)Process).U8(3).VarU((uint)Process);
        Patch(row);
        Close(ThreadKind);

        U16(0);
        foreach (TraceEvents e in events) Metadata(e);
        Close(MetadataKind);
    }

    /// <param name="time">In ticks since the start; moved forward where needed, so that times rise strictly and readers can dispatch and
    /// free at once.</param>
    internal void Event(EventId id, long time, ReadOnlySpan<byte> payload)
    {
        if (failed)
            throw new InvalidOperationException("A write to the trace has failed before.");
        if (payload.Length > TraceEvents.MaxPayloadBytes)
            throw new ArgumentException($"{payload.Length} bytes of payload", nameof(payload));
        if (open && length + payload.Length + 32 > BlockHeaderBytes + BlockBytes)
            Flush();
        time = Math.Max(time, last + 1);
        if (!open)
        {
            U16(EventBlockHeaderBytes).U16(CompressedHeaders).U64(0).U64(0);
            (open, first, last, previousMetadata, previousLength) = (true, time, 0, 0, 0);
        }

        // Every "previous" value starts at 0 in each block; the sequence number then advances by itself.
        uint metadata = (uint)id;
        byte flags = Sorted;
        if (previousMetadata == 0) flags |= HasCapture | HasThread;
        if (metadata != previousMetadata) flags |= HasMetadata;
        if (payload.Length != previousLength) flags |= HasLength;
        U8(flags);
        if ((flags & HasMetadata) != 0) VarU(metadata);
        if ((flags & HasCapture) != 0) VarU(sequence).VarU(Thread).VarU(0);
        if ((flags & HasThread) != 0) VarU(Thread);
        VarU((ulong)(time - last));
        if ((flags & HasLength) != 0) VarU((uint)payload.Length);
        payload.CopyTo(buffer.AsSpan(length));
        length += payload.Length;
        (last, previousMetadata, previousLength) = (time, metadata, payload.Length);
        sequence++;
    }

    /// <summary>Gives all events so far to the operating system.</summary>
    /// <remarks>After a write that failed it does nothing: what reached the file up to then is readable, more behind half a block is
    /// not.</remarks>
    internal void Flush()
    {
        if (!open || failed) return;
        open = false;
        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(BlockHeaderBytes + 4), first);
        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(BlockHeaderBytes + 12), last);
        Close(EventKind);
    }

    internal void End()
    {
        Flush();
        Close(EndKind);
    }

    private void Metadata(TraceEvents e)
    {
        int row = length;
        U16(0).VarU((uint)e.Id).Name(provider).VarU((uint)e.Id).Name(e.Name);
        U16(e.Fields.Length);
        foreach ((string name, FieldType type) in e.Fields) Field(name, type);
        // Optional: the provider's GUID, without which readers would hash its name.
        U16(17).U8(7);
        providerGuid.TryWriteBytes(Take(16));
        Patch(row);
    }

    private void Field(string name, FieldType type)
    {
        int field = length;
        U16(0).Name(name);
        const byte array = 19, utf16 = 4, structure = 1;
        switch (type)
        {
            case FieldType.Text:
                U8(array).U8(utf16);
                break;
            case FieldType.Bytes:
                U8(array).U8((byte)FieldType.U8);
                break;
            case FieldType.Facts:
                U8(array).U8(structure).U16(2);
                Field("Name", FieldType.Text);
                Field("Value", FieldType.Text);
                break;
            default:
                U8((byte)type);
                break;
        }
        Patch(field);
    }

    private void Patch(int at) =>
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(at), checked((ushort)(length - at - sizeof(ushort))));

    private void Close(byte kind)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(buffer, (uint)(length - BlockHeaderBytes) | (uint)kind << 24);
        Write(length);
        length = BlockHeaderBytes;
    }

    private void Write(int bytes)
    {
        failed = true;
        stream.Write(buffer.AsSpan(0, bytes));
        stream.Flush();
        failed = false;
    }

    private NettraceWriter U8(byte value)
    {
        buffer[length++] = value;
        return this;
    }

    private NettraceWriter U16(int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Take(2), checked((ushort)value));
        return this;
    }

    private NettraceWriter U32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);
        return this;
    }

    private NettraceWriter U64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);
        return this;
    }

    private NettraceWriter VarU(ulong value)
    {
        for (; value >= 0x80; value >>= 7) buffer[length++] = (byte)(value | 0x80);
        buffer[length++] = (byte)value;
        return this;
    }

    private NettraceWriter Name(string value)
    {
        VarU((uint)Encoding.UTF8.GetByteCount(value));
        length += Encoding.UTF8.GetBytes(value, buffer.AsSpan(length));
        return this;
    }

    private Span<byte> Take(int size)
    {
        length += size;
        return buffer.AsSpan(length - size, size);
    }
}
