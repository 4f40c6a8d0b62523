using System.Buffers.Binary;
using System.Text;

namespace ExitProf.Traces;

/// <summary>
/// A perf.data file, or what <c>perf record -o -</c> writes into a pipe (tools/perf/Documentation/perf.data-file-format.txt).
/// </summary>
internal static class PerfDataFile
{
    private const int PipeHeaderBytes = 16;
    private const int FileHeaderBytes = 104;
    private const int FeatureBits = 256;
    private const int TracingDataFeature = 1;
    private const int OsReleaseFeature = 4;
    private const int CpuDescriptionFeature = 8;

    /// <summary>A kernel's formats take a few MB; more is no such section.</summary>
    private const int MaxSectionBytes = 1 << 28;

    /// <param name="seekable">The file; null if it is a pipe.</param>
    internal static ImportReading Read(ImportStream source, Stream? seekable, string name, ITraceSink sink, IProgress<long>? progress)
    {
        var first = source.Peek(FileHeaderBytes);
        if (first.StartsWith("2ELIFREP"u8)) throw new TraceFormatException($"{name} is a perf.data file of a big-endian machine, which is "
            + "not read.");
        bool piped = first.Length >= PipeHeaderBytes && BinaryPrimitives.ReadUInt64LittleEndian(first[8..]) == PipeHeaderBytes;
        if (!piped && first.Length < FileHeaderBytes) throw new TraceFormatException($"{name} is a perf.data file that ends in its "
            + "header.");
        if (!piped && seekable is null) throw new TraceFormatException($"{name} is a perf.data file, whose event formats are at its end: "
            + "give its name instead of a pipe.");

        byte[] header = first.ToArray();
        (PerfDataReader reader, ImportFindings findings) = ReadOnce(byNotes: false);
        // Only what was read says that RCU notes are the borders: then it is read once more.
        if (reader.LooksLikePvm && seekable is not null)
            (reader, findings) = ReadOnce(byNotes: true);
        else if (reader.LooksLikePvm)
            findings.Add(
                FindingKind.PvmInPipe,
                1,
                "The host is a PVM host, which can be told at the end only: save " + "the recording to a file and import that."
            );
        reader.Complete();
        return Finish(reader, findings, sink, seekable?.Length ?? source.Position);

        (PerfDataReader, ImportFindings) ReadOnce(bool byNotes)
        {
            var host = new List<Fact> { new("format", "perf.data") };
            var once = new PerfDataReader(sink, backend => Header(backend, host), byNotes);
            var found = new ImportFindings(TraceClock.OfText(nanoseconds: true));
            if (piped)
            {
                ImportStream records = source;
                if (seekable is not null)
                {
                    seekable.Position = 0;
                    records = new ImportStream(seekable, progress);
                    records.Peek(PipeHeaderBytes);
                }
                records.Skip(PipeHeaderBytes);
                ReadRecords(records, long.MaxValue, once, found);
            }
            else ReadFile(header, seekable!, once, host, found, progress);
            once.EndRecords();
            return (once, found);
        }
    }

    private static void ReadFile(byte[] header, Stream file, PerfDataReader reader, List<Fact> host, ImportFindings findings,
        IProgress<long>? progress)
    {
        var fields = new ByteFields(header.AsSpan(8));
        fields.U64();
        ulong attrSize = fields.U64(), attrOffset = fields.U64(), attrBytes = fields.U64(), dataOffset = fields.U64(),
            dataSize = fields.U64();
        fields.Take(16);
        var bits = fields.Take(FeatureBits / 8).ToArray();
        const ulong SectionBytes = 16;
        if (attrSize > SectionBytes && attrSize < 4096)
        {
            byte[] attrs = Section(file, attrOffset, attrBytes);
            for (int at = 0; at + (int)attrSize <= attrs.Length; at += (int)attrSize) reader.AddAttr(attrs.AsSpan(at,
                (int)(attrSize - SectionBytes)));
        }
        // A recording that was killed has no size and no sections behind its data.
        if (dataSize == 0)
            findings.Add(
                FindingKind.FileCut,
                1,
                "The recording was not ended (its header has a data size of 0): what it has is "
                    + "read, but event formats stand at its end."
            );
        else
            ReadFeatures(file, dataOffset + dataSize, bits, reader, host, findings);
        if (dataOffset >= (ulong)file.Length)
            return;
        file.Position = (long)dataOffset;
        ReadRecords(new ImportStream(file, progress), dataSize == 0 ? long.MaxValue
            : (long)Math.Min(dataSize, long.MaxValue), reader, findings);
    }

    private static void ReadFeatures(Stream file, ulong offset, byte[] bits, PerfDataReader reader, List<Fact> host,
        ImportFindings findings)
    {
        for (int bit = 0; bit < FeatureBits; bit++)
        {
            if ((bits[bit / 8] >> (bit % 8) & 1) == 0) continue;
            var place = new ByteFields(Section(file, offset, 16));
            offset += 16;
            ulong at = place.U64(), size = place.U64();
            if (place.Failed)
            {
                findings.Add(FindingKind.FileCut, 1, "The file ends before the sections behind its data.");
                return;
            }
            if (bit == TracingDataFeature) AddFormats(Section(file, at, size), reader, findings);
            else if (bit is OsReleaseFeature or CpuDescriptionFeature)
            {
                var text = new ByteFields(Section(file, at, size));
                string value = Encoding.UTF8.GetString(text.Take(text.U32())).TrimEnd('\0');
                if (value.Length > 0) host.Add(new Fact(bit == OsReleaseFeature ? "kernel" : "cpu", value));
            }
        }
    }

    private static void AddFormats(ReadOnlySpan<byte> bytes, PerfDataReader reader, ImportFindings findings)
    {
        if (TracingData.TryRead(bytes) is not { } data)
        {
            findings.Add(FindingKind.FormatsDamaged, 1, "The section of event formats does not begin as it must.");
            return;
        }
        if (data.IsCut)
            findings.Add(FindingKind.FormatsDamaged, 1, "The section of event formats is cut.");
        if (data.IsBigEndian)
            findings.Add(FindingKind.BigEndian, 1, "The recording is of a big-endian machine, whose records are not read.");
        findings.Add(
            FindingKind.FormatsDamaged,
            data.Damaged,
            $"{data.Damaged:N0} event formats could not be read; their events are left out."
        );
        reader.AddFormats(data);
    }

    private static void ReadRecords(ImportStream source, long bytes, PerfDataReader reader, ImportFindings findings)
    {
        long end = bytes == long.MaxValue ? bytes : source.Position + bytes;
        while (source.Position < end)
        {
            var head = source.Peek(PerfDataRecord.HeaderBytes);
            if (head.Length < PerfDataRecord.HeaderBytes)
            {
                if (head.Length > 0 || bytes != long.MaxValue) findings.Add(FindingKind.FileCut, 1, "The file ends inside its records.");
                source.Skip(head.Length);
                return;
            }
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(head);
            int size = BinaryPrimitives.ReadUInt16LittleEndian(head[6..]);
            var record = size < PerfDataRecord.HeaderBytes ? default : source.Peek(size);
            if (record.Length < size || size < PerfDataRecord.HeaderBytes)
            {
                findings.Add(FindingKind.RecordsDamaged, 1, size < PerfDataRecord.HeaderBytes
                    ? $"The record at byte {source.Position:N0} of the data has a size of {size}, which none can have: nothing behind it "
                        + "can be read."
                    : "The file ends inside a record.");
                return;
            }
            if (type == PerfDataRecord.HeaderAttr) AddPipedAttr(record[PerfDataRecord.HeaderBytes..], reader);
            else reader.Add(type, record[PerfDataRecord.HeaderBytes..]);
            ulong behind = type switch
            {
                PerfDataRecord.HeaderTracingData when size >= 12 => BinaryPrimitives.ReadUInt32LittleEndian(record[8..]),
                PerfDataRecord.AuxTrace when size >= 16 => BinaryPrimitives.ReadUInt64LittleEndian(record[8..]),
                _ => 0,
            };
            source.Skip(size);
            if (behind > 0) SkipBehind(source, type, behind, reader, findings);
        }
    }

    /// <summary>Two records have their data behind them: event formats, which are read, and hardware traces, which are not.</summary>
    private static void SkipBehind(ImportStream source, uint type, ulong size, PerfDataReader reader, ImportFindings findings)
    {
        if (type == PerfDataRecord.HeaderTracingData && size <= MaxSectionBytes)
        {
            var bytes = source.Peek((int)size);
            AddFormats(bytes, reader, findings);
            size = (ulong)bytes.Length;
        }
        // To the next multiple of eight.
        for (ulong left = type == PerfDataRecord.HeaderTracingData ? size + 7 & ~7ul : size; left > 0;)
        {
            int some = source.Peek((int)Math.Min(left, 1 << 16)).Length;
            if (some == 0) return;
            source.Skip(some);
            left -= (ulong)some;
        }
    }

    private static void AddPipedAttr(ReadOnlySpan<byte> body, PerfDataReader reader)
    {
        // The attr says how long it is; ids follow it.
        uint size = body.Length >= 8 ? BinaryPrimitives.ReadUInt32LittleEndian(body[4..]) : 0;
        if (size >= 64 && size <= body.Length) reader.AddAttr(body[..(int)size]);
        else reader.CountBad();
    }

    private static byte[] Section(Stream file, ulong offset, ulong size)
    {
        if (offset >= (ulong)file.Length) return [];
        ulong there = Math.Min(size, (ulong)file.Length - offset);
        if (there > MaxSectionBytes) return [];
        byte[] bytes = new byte[(int)there];
        file.Position = (long)offset;
        file.ReadExactly(bytes);
        return bytes;
    }

    private static ImportReading Finish(PerfDataReader reader, ImportFindings findings, ITraceSink sink, long bytes)
    {
        ExitDemultiplexer exits = reader.Exits;
        if (reader.SamplesWithoutFormats > 0)
            findings.Add(
                FindingKind.NoFormats,
                reader.SamplesWithoutFormats,
                $"{reader.SamplesWithoutFormats:N0} samples cannot be read, because the file has no event formats before them: was it cut, or "
                    + "are they no tracepoints?"
            );
        else if (exits.Counts.Exits + exits.Counts.Paired == 0)
            findings.AddNoExits(reader.Samples, byNotes: false);
        findings.Add(
            FindingKind.RecordsDamaged,
            reader.BadRecords,
            $"{reader.BadRecords:N0} records are shorter than what they say they hold; " + "they were left out."
        );
        findings.Add(
            FindingKind.RecordsCompressed,
            reader.CompressedRecords,
            $"{reader.CompressedRecords:N0} records are compressed (perf record "
                + "-z) and were left out: "
                + "decompress the file with perf inject -i FILE -o FILE2."
        );
        findings.Add(
            FindingKind.NoTime,
            reader.SamplesWithoutTime,
            $"{reader.SamplesWithoutTime:N0} samples have no time: record with perf " + "record -T."
        );
        findings.Add(
            FindingKind.EventsDamaged,
            reader.Decoder?.DamagedRecords ?? 0,
            $"{reader.Decoder?.DamagedRecords:N0} trace events are " + "shorter than their format."
        );
        findings.AddPairing(exits.Counts);
        findings.AddClasses(exits.FoldedSubkeys, exits.FoldedSignatures);
        foreach (Finding finding in findings.All) sink.Finding(finding);
        TraceTotals totals = exits.Totals(findings.All.Count, interrupted: false);
        sink.End(totals);
        return new ImportReading(ImportFormat.PerfData, bytes, reader.Records, totals.Exits, [.. findings.All]);
    }

    private static TraceHeader Header(Backend backend, List<Fact> host) => new(
        TraceImport.Scenario, TraceSource.Import("perf.data"), backend, "", Native: true, "kvm", EventGroups.Kvm,
            TraceClock.OfText(nanoseconds: true),
        ProbeFloor: 0, Seed: 0, DateTime.UnixEpoch, [new Configuration(Configuration.Default, [])], [.. host]);
}
