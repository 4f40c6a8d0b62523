using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>
/// Walks the records of a perf.data file, and those that are compressed in others, in memory that does not grow with the file.
/// </summary>
internal sealed class PerfDataRecords : IDisposable
{
    private readonly PerfDataReader reader;
    private readonly ImportFindings findings;
    private readonly bool bigEndian;
    private readonly PackedRecords packed = new();

    internal PerfDataRecords(PerfDataReader reader, ImportFindings findings, bool bigEndian)
    {
        (this.reader, this.findings, this.bigEndian) = (reader, findings, bigEndian);
    }

    /// <param name="bytes">Of the records; the largest number if they go on to the end of the file.</param>
    internal void Read(ImportStream source, long bytes)
    {
        long end = bytes == long.MaxValue ? bytes : source.Position + bytes;
        while (source.Position < end && !reader.Kernel.IsKnownPvm)
        {
            var window = source.Window(more: false);
            if (window.IsEmpty)
            {
                if (bytes != long.MaxValue) EndInside(atBorder: true);
                return;
            }
            if (window.Length > end - source.Position) window = window[..(int)(end - source.Position)];
            int taken = Walk(window, out int wanted, out ulong behind, out uint type);
            source.Skip(taken);
            if (wanted < 0) return;
            if (behind > 0) SkipBehind(source, type, behind);
            else if (wanted > end - source.Position || wanted > 0 && source.Peek(wanted).Length < wanted)
            {
                EndInside(atBorder: false);
                return;
            }
        }
    }

    /// <summary>Takes the whole records at the front of a piece.</summary>
    /// <param name="wanted">Bytes that the next record needs, more than there are; 0 if none are left, -1 if nothing more can be
    /// read.</param>
    /// <param name="behind">Bytes that stand behind the last record that was taken and belong to it.</param>
    private int Walk(ReadOnlySpan<byte> bytes, out int wanted, out ulong behind, out uint type)
    {
        (wanted, behind, type) = (0, 0, 0);
        int at = 0;
        while (at < bytes.Length)
        {
            var rest = bytes[at..];
            wanted = PerfDataRecord.HeaderBytes;
            if (rest.Length < PerfDataRecord.HeaderBytes) return at;
            (type, wanted) = Header(rest);
            if (wanted < PerfDataRecord.HeaderBytes)
            {
                findings.Add(FindingKind.RecordsDamaged, 1,
                    $"A record has a size of {wanted}, which none can have: nothing behind it can be "
                    + "read.");
                wanted = -1;
                return at;
            }
            if (rest.Length < wanted) return at;
            var body = rest[PerfDataRecord.HeaderBytes..wanted];
            at += wanted;
            if (type == PerfDataRecord.Sample) reader.AddSample(body);
            else if (type is PerfDataRecord.Compressed or PerfDataRecord.Compressed2) Unpack(type, body);
            else if (type == PerfDataRecord.HeaderAttr) AddPipedAttr(body);
            else
            {
                reader.Add(type, body);
                behind = Behind(type, body);
                if (behind > 0) break;
            }
        }
        wanted = 0;
        return at;
    }

    /// <summary>Type and size of a record whose header is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (uint Type, int Size) Header(ReadOnlySpan<byte> record)
    {
        const int SizeAt = 6;
        return bigEndian
            ? (BinaryPrimitives.ReadUInt32BigEndian(record), BinaryPrimitives.ReadUInt16BigEndian(record[SizeAt..]))
            : (BinaryPrimitives.ReadUInt32LittleEndian(record), BinaryPrimitives.ReadUInt16LittleEndian(record[SizeAt..]));
    }

    /// <summary>Two records have their data behind them: event formats, which are read, and hardware traces, which are not.</summary>
    private ulong Behind(uint type, ReadOnlySpan<byte> body)
    {
        var fields = new ByteFields(body, bigEndian);
        return type switch
        {
            PerfDataRecord.HeaderTracingData => fields.U32(),
            PerfDataRecord.AuxTrace => fields.U64(),
            _ => 0,
        };
    }

    private void EndInside(bool atBorder)
    {
        if (atBorder) findings.Add(FindingKind.FileCut, 1, "The file ends before its records do.");
        else findings.Add(FindingKind.RecordsDamaged, 1, "The file ends inside a record.");
    }

    private void SkipBehind(ImportStream source, uint type, ulong size)
    {
        if (type == PerfDataRecord.HeaderTracingData)
        {
            // To the next multiple of eight.
            ulong padded = size + 7 & ~7ul;
            if (size <= PerfDataFile.MaxSectionBytes)
            {
                var bytes = source.Peek((int)size);
                PerfDataFile.AddFormats(bytes, reader, findings);
            }
            size = padded;
        }
        while (size > 0)
        {
            int some = source.Peek((int)Math.Min(size, 1 << 16)).Length;
            if (some == 0) return;
            source.Skip(some);
            size -= (ulong)some;
        }
    }

    private void AddPipedAttr(ReadOnlySpan<byte> body)
    {
        // The attr says how long it is; ids follow it.
        var fields = new ByteFields(body, bigEndian);
        fields.U32();
        uint size = fields.U32();
        if (size >= 64 && size <= body.Length) reader.AddAttr(body[..(int)size], body[(int)size..]);
        else reader.CountBad();
    }

    private void Unpack(uint type, ReadOnlySpan<byte> body)
    {
        if (type == PerfDataRecord.Compressed2)
        {
            var fields = new ByteFields(body, bigEndian);
            body = fields.Take(fields.U64());
            if (fields.Failed)
            {
                reader.CountBad();
                return;
            }
        }
        packed.Add(body);
        while (packed.TryNext(out var piece))
        {
            // Records of hardware traces are never compressed, so nothing stands behind these.
            int taken = Walk(piece, out int wanted, out _, out _);
            packed.Keep(taken);
            if (wanted >= 0) continue;
            packed.Stop();
            return;
        }
    }

    internal void Complete()
    {
        if (packed.Damaged > 0) findings.Add(FindingKind.RecordsDamaged, packed.Damaged,
            $"{packed.Damaged:N0} compressed records are damaged; they and those behind them were left out.");
    }

    public void Dispose() => packed.Dispose();
}
