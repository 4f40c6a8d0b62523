using System.Buffers.Binary;

namespace ExitProf.Traces;

/// <summary>
/// A binary file of xentrace: records CPU by CPU, before each CPU's a record that says which and how many bytes of its records follow.
/// </summary>
internal static class XentraceFile
{
    /// <summary>Bytes of a file that are looked at for codes of exits that only SVM has.</summary>
    private const int LookedAt = 1 << 18;

    /// <summary>VMX has no reason above this one in bits 15:0, SVM hardly any below.</summary>
    private const uint HighestVmx = 0x55;

    internal static ImportReading Read(ImportStream source, ITraceSink sink)
    {
        int isa = Isa(source.Peek(LookedAt));
        var findings = new ImportFindings(new TraceClock(0, 1));
        var reader = new XentraceReader(sink, Header, isa);
        long damaged = ReadRecords(source, reader, out bool cut);
        findings.Add(FindingKind.FileCut, cut ? 1 : 0, "The file ends in the middle of a record.");
        findings.AddAgreed(FindingKind.RecordsDamaged, damaged,
            $"{damaged:N0} [times|time] the records of a CPU do not end where they must; what is left "
            + "of them was passed over.");
        return End(reader, findings, sink, source.Position);
    }

    internal static ImportReading End(XentraceReader reader, ImportFindings findings, ITraceSink sink, long bytes)
    {
        reader.Complete();
        ExitDemultiplexer exits = reader.Exits;
        if (exits.Counts.Exits + exits.Counts.Paired == 0) findings.AddNoXenExits(reader.Records);
        findings.AddPairing(exits.Counts);
        findings.AddXen(reader);
        findings.AddClasses(exits.FoldedSubkeys, exits.FoldedSignatures);
        findings.AddClock();
        foreach (Finding finding in findings.All) sink.Finding(finding);
        TraceTotals totals = exits.Totals(findings.All.Count, interrupted: false);
        sink.End(totals);
        return new ImportReading(ImportFormat.Xentrace, bytes, reader.Records, totals.Exits, [.. findings.All]);
    }

    internal static TraceHeader Header(Backend backend) => new(
        TraceImport.Scenario, TraceSource.Import("xentrace"), backend, "", Native: true, "xen", EventGroups.Kvm, new TraceClock(0, 1),
        ProbeFloor: 0, Seed: 0, DateTime.UnixEpoch, [new Configuration(Configuration.Default, [])], [new Fact("format", "xentrace")]);

    /// <returns>How often the records of a CPU did not end where the record before them says.</returns>
    private static long ReadRecords(ImportStream source, XentraceReader reader, out bool cut)
    {
        long damaged = 0, end = long.MaxValue;
        cut = false;
        while (true)
        {
            var head = source.Peek(sizeof(uint));
            if (head.Length < sizeof(uint))
            {
                cut = head.Length > 0;
                return damaged;
            }
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(head);
            int size = XentraceRecord.Bytes(word);
            if (source.Position < end && end - source.Position < size)
            {
                // What is left is no record: the next CPU's begin behind it.
                damaged++;
                int left = (int)(end - source.Position);
                int there = source.Peek(left).Length;
                source.Skip(there);
                if (there == left) continue;
                cut = true;
                return damaged;
            }
            var bytes = source.Peek(size);
            if (bytes.Length < size)
            {
                cut = true;
                return damaged;
            }
            var record = XentraceRecord.Of(bytes);
            bool change = record.Event == XentraceRecord.CpuChange && record.Time is null && record.Data.Length >= 2;
            long window = change ? record.Word(1) : 0;
            reader.Add(in record);
            source.Skip(size);
            if (!change) continue;
            end = window > 0 ? source.Position + window : long.MaxValue;
        }
    }

    /// <summary>Nothing in a file says whose exit codes it has; their range does.</summary>
    private static int Isa(ReadOnlySpan<byte> first)
    {
        while (first.Length >= sizeof(uint))
        {
            int size = XentraceRecord.Bytes(BinaryPrimitives.ReadUInt32LittleEndian(first));
            if (size > first.Length) break;
            var record = XentraceRecord.Of(first[..size]);
            if (IsSvm(in record)) return KernelEvent.IsaSvm;
            first = first[size..];
        }
        return KernelEvent.IsaVmx;
    }

    internal static bool IsSvm(in XentraceRecord record) =>
        (record.Event & ~(XentraceRecord.Wide | XentraceRecord.Nested)) is XentraceRecord.VmExit or XentraceRecord.OldVmExit64
        && IsSvmCode(record.Word(0));

    internal static bool IsSvmCode(uint code) => (code & 0xffff) > HighestVmx;
}
