using System.Text;

namespace ExitProf.Traces;

/// <summary>
/// A perf.data file, or what <c>perf record -o -</c> writes into a pipe (tools/perf/Documentation/perf.data-file-format.txt).
/// </summary>
internal static class PerfDataFile
{
    /// <summary>A kernel's formats take a few MB; more is no such section.</summary>
    internal const int MaxSectionBytes = 1 << 28;

    private const int PipeHeaderBytes = 16;
    private const int FileHeaderBytes = 104;
    private const int FeatureBits = 256;
    private const int TracingDataFeature = 1;
    private const int OsReleaseFeature = 4;
    private const int CpuDescriptionFeature = 8;
    private const int SectionBytes = 16;

    /// <param name="seekable">The file; null if it is a pipe.</param>
    internal static ImportReading Read(ImportStream source, Stream? seekable, string name, ITraceSink sink, IProgress<long>? progress)
    {
        byte[] header = source.Peek(FileHeaderBytes).ToArray();
        bool bigEndian = header.AsSpan().StartsWith("2ELIFREP"u8);
        var size = new ByteFields(header.AsSpan(8), bigEndian);
        bool piped = size.U64() == PipeHeaderBytes && !size.Failed;
        if (!piped && header.Length < FileHeaderBytes) throw new TraceFormatException($"{name} is a perf.data file that ends in its "
            + "header.");
        if (!piped && seekable is null) throw new TraceFormatException($"{name} is a perf.data file, whose event formats are at its end: "
            + "give its name instead of a pipe.");

        (PerfDataReader reader, ImportFindings findings) = ReadOnce(byNotes: false);
        // Only what was read says that RCU notes are the borders: then it is read once more.
        if (reader.Kernel.LooksLikePvm && seekable is not null) (reader, findings) = ReadOnce(byNotes: true);
        else if (reader.Kernel.LooksLikePvm) findings.Add(FindingKind.PvmInPipe, 1,
            "The host is a PVM host, which can be told at the end only: "
            + "save the recording to a file and import that.");
        reader.Kernel.Exits.Complete();
        AddReading(reader, findings);
        return ImportEnd.Write(ImportFormat.PerfData, reader.Kernel, reader.Records, findings, sink, seekable?.Length ?? source.Position);

        (PerfDataReader, ImportFindings) ReadOnce(bool byNotes)
        {
            var host = new List<Fact> { new("format", "perf.data") };
            var once = new PerfDataReader(sink, backend => Header(backend, host), bigEndian, byNotes, seekable is not null);
            var found = new ImportFindings(TraceClock.OfText(nanoseconds: true));
            using var records = new PerfDataRecords(once, found, bigEndian);
            if (piped)
            {
                ImportStream pipe = source;
                if (seekable is not null)
                {
                    seekable.Position = 0;
                    pipe = new ImportStream(seekable, progress);
                    pipe.Peek(PipeHeaderBytes);
                }
                pipe.Skip(PipeHeaderBytes);
                records.Read(pipe, long.MaxValue);
            }
            else ReadFile(new ByteFields(header.AsSpan(8), bigEndian), seekable!, once, records, host, found, progress);
            records.Complete();
            once.EndRecords();
            return (once, found);
        }
    }

    private static void ReadFile(ByteFields fields, Stream file, PerfDataReader reader, PerfDataRecords records, List<Fact> host,
        ImportFindings findings, IProgress<long>? progress)
    {
        fields.U64();
        ulong attrSize = fields.U64(), attrOffset = fields.U64(), attrBytes = fields.U64(), dataOffset = fields.U64(),
            dataSize = fields.U64();
        fields.Take(SectionBytes);
        var bits = new ulong[FeatureBits / 64];
        for (int i = 0; i < bits.Length; i++) bits[i] = fields.U64();
        var sections = new FileSections(file, null);
        if (attrSize is > SectionBytes and < 4096)
        {
            byte[] attrs = sections.Read(attrOffset, attrBytes);
            for (int at = 0; at + (int)attrSize <= attrs.Length; at += (int)attrSize)
            {
                int ids = at + (int)attrSize - SectionBytes;
                var place = new ByteFields(attrs.AsSpan(ids, SectionBytes), fields.IsBigEndian);
                reader.AddAttr(attrs.AsSpan(at, (int)attrSize - SectionBytes), sections.Read(place.U64(), place.U64()));
            }
        }
        // A recording that was killed has no size and no sections behind its data.
        if (dataSize == 0) findings.Add(FindingKind.FileCut, 1,
            "The recording was not ended (its header has a data size of 0): what it has is "
            + "read, but event formats stand at its end.");
        else ReadFeatures(sections, dataOffset + dataSize, bits, fields.IsBigEndian, reader, host, findings);
        if (dataOffset >= (ulong)file.Length) return;
        file.Position = (long)dataOffset;
        long most = dataSize == 0 ? long.MaxValue : (long)Math.Min(dataSize, long.MaxValue - dataOffset);
        records.Read(new ImportStream(file, progress), most);
    }

    private static void ReadFeatures(FileSections file, ulong offset, ulong[] bits, bool bigEndian, PerfDataReader reader, List<Fact> host,
        ImportFindings findings)
    {
        for (int bit = 0; bit < FeatureBits; bit++)
        {
            if ((bits[bit / 64] >> (bit % 64) & 1) == 0) continue;
            var place = new ByteFields(file.Read(offset, SectionBytes), bigEndian);
            offset += SectionBytes;
            ulong at = place.U64(), size = place.U64();
            if (place.Failed)
            {
                findings.Add(FindingKind.FileCut, 1, "The file ends before the sections behind its data.");
                return;
            }
            if (bit == TracingDataFeature) AddFormats(file.Read(at, size), reader, findings);
            else if (bit is OsReleaseFeature or CpuDescriptionFeature)
            {
                var text = new ByteFields(file.Read(at, Math.Min(size, 4096)), bigEndian);
                string value = Encoding.UTF8.GetString(text.Take(text.U32())).TrimEnd('\0');
                if (value.Length > 0) host.Add(new Fact(bit == OsReleaseFeature ? "kernel" : "cpu", value));
            }
        }
    }

    internal static void AddFormats(ReadOnlySpan<byte> bytes, PerfDataReader reader, ImportFindings findings)
    {
        if (TracingData.TryRead(bytes) is not { } data)
        {
            findings.Add(FindingKind.FormatsDamaged, 1, "The section of event formats does not begin as it must.");
            return;
        }
        if (data.IsCut) findings.Add(FindingKind.FormatsDamaged, 1, "The section of event formats is cut.");
        findings.AddAgreed(FindingKind.FormatsDamaged, data.Damaged,
            $"{data.Damaged:N0} event [formats could not be read; their|format could not be read; its] events are left out.");
        reader.Kernel.SetFormats(data);
    }

    private static void AddReading(PerfDataReader reader, ImportFindings findings)
    {
        findings.AddAgreed(FindingKind.NoFormats, reader.SamplesWithoutFormats,
            $"{reader.SamplesWithoutFormats:N0} [samples|sample] cannot be read, because "
            + "the file has no event formats before [them: was it cut, or are they no tracepoints|it: was it cut, or is it no tracepoint]?");
        findings.AddAgreed(FindingKind.RecordsDamaged, reader.BadRecords,
            $"{reader.BadRecords:N0} [records are shorter than what they say they hold; they were|"
            + "record is shorter than what it says it holds; it was] left out.");
        findings.AddAgreed(FindingKind.NoTime, reader.SamplesWithoutTime,
            $"{reader.SamplesWithoutTime:N0} [samples have|sample has] no time: record with perf "
            + "record -T.");
        findings.AddAgreed(FindingKind.HardwareTraceSkipped, reader.HardwareTraces,
            $"{reader.HardwareTraces:N0} [records are|record is] of a hardware trace (aux), "
            + "which says nothing about exits; [they were|it was] passed over.");
    }

    private static TraceHeader Header(Backend backend, List<Fact> host) => new(
        TraceImport.Scenario, TraceSource.Import("perf.data"), backend, "", Native: true, "kvm", EventGroups.Kvm,
        TraceClock.OfText(nanoseconds: true), ProbeFloor: 0, Seed: 0, DateTime.UnixEpoch, [new Configuration(Configuration.Default, [])],
        [.. host]);
}
