using ExitProf.Traces;

namespace ExitProf.Tests.Import;

/// <summary>Writes perf.data files of a few events, as perf does in both of its modes, with the event formats of a recorded host.</summary>
/// <param name="bigEndian">As a machine writes them that has the upper byte of a number first.</param>
internal sealed class PerfDataBuilder(bool bigEndian = false)
{
    private const ulong SampleType =
        PerfLayout.Identifier | PerfLayout.Ip | PerfLayout.Tid | PerfLayout.Time | PerfLayout.Cpu | PerfLayout.Period | PerfLayout.Raw;
    private const int AttrBytes = 128;
    internal const int HeaderBytes = 104;

    private static readonly Dictionary<string, (EventFormat Format, string Text)> Formats = BinaryFile.Formats();

    private readonly BinaryFile records = new(bigEndian);

    /// <summary>A sample of a trace event; the fields that are not given are 0.</summary>
    public PerfDataBuilder Sample(string name, ulong time, int thread, int cpu, params (string Field, ulong Value)[] fields)
    {
        byte[] raw = records.Record(Formats[name].Format, thread, fields);
        BinaryFile sample = new BinaryFile(bigEndian).Write(
            Id(name), 0ul, (uint)thread, (uint)thread, time, (uint)cpu, 0u, 1ul, (uint)raw.Length, raw);
        return Record(PerfDataRecord.Sample, sample.PadTo(8).ToArray());
    }

    public PerfDataBuilder Exit(ulong time, int thread, int cpu, uint reason, ulong info1 = 0) =>
        Sample("kvm_exit", time, thread, cpu, ("exit_reason", reason), ("isa", 1), ("info1", info1), ("vcpu_id", (ulong)(thread % 10)));

    public PerfDataBuilder Entry(ulong time, int thread, int cpu) =>
        Sample("kvm_entry", time, thread, cpu, ("vcpu_id", (ulong)(thread % 10)));

    public PerfDataBuilder Round() => Record(PerfDataRecord.FinishedRound, []);

    public PerfDataBuilder Lost(ulong count, ulong time, int cpu) =>
        Record(PerfDataRecord.Lost, new BinaryFile(bigEndian).Write(1ul, count, 0u, 0u, time, (uint)cpu, 0u, Id("kvm_exit"))
            .ToArray());

    /// <summary>A piece of a hardware trace, whose bytes stand behind its record.</summary>
    public PerfDataBuilder HardwareTrace(int bytes)
    {
        Record(PerfDataRecord.AuxTrace, new BinaryFile(bigEndian).Write((ulong)bytes, 0ul, 0ul, 0u, 0u, 0u, 0u).ToArray());
        records.Write(new byte[bytes]);
        return this;
    }

    /// <summary>Puts all records so far into compressed ones, cut where it happens.</summary>
    /// <param name="padded">As newer perf writes them: with their size, filled up to eight bytes.</param>
    /// <param name="damage">What happens to the records before they are packed.</param>
    public PerfDataBuilder Compressed(bool padded, int pieces, Func<byte[], byte[]>? damage = null)
    {
        using var packed = new MemoryStream();
        using (var zstd = new ZstdSharp.CompressionStream(packed, leaveOpen: true))
            zstd.Write(damage is null ? records.ToArray() : damage(records.ToArray()));
        var whole = new PerfDataBuilder(bigEndian);
        foreach (byte[] piece in packed.ToArray().Chunk((int)packed.Length / pieces + 1))
        {
            if (padded) whole.Record(PerfDataRecord.Compressed2,
                new BinaryFile(bigEndian).Write((ulong)piece.Length, piece).PadTo(8).ToArray());
            else whole.Record(PerfDataRecord.Compressed, piece);
        }
        return whole;
    }

    public byte[] InFile(bool ended = true)
    {
        byte[] data = records.ToArray(), formats = TracingData();
        byte[] cpu = new BinaryFile(bigEndian).Write(24u, "GenuineIntel,6,85,4\0\0\0\0\0").ToArray();
        string[] names = [.. Formats.Keys];
        const int Section = 16;
        int attrs = (AttrBytes + Section) * names.Length;
        ulong idsAt = HeaderBytes + (ulong)attrs, dataAt = idsAt + 8 * (ulong)names.Length, behind = dataAt + (ulong)data.Length;
        // Two features: event formats, and the CPU that perf takes the vendor's names by.
        var file = new BinaryFile(bigEndian).Write(bigEndian ? "2ELIFREP" : "PERFILE2", (ulong)HeaderBytes, (ulong)(AttrBytes + Section),
            (ulong)HeaderBytes, (ulong)attrs, dataAt, ended ? (ulong)data.Length : 0ul, 0ul, 0ul, 1ul << 1 | 1ul << 9, new byte[24]);
        for (int i = 0; i < names.Length; i++) file.Write(Attr(names[i]), idsAt + 8 * (ulong)i, 8ul);
        foreach (string name in names) file.Write(Id(name));
        file.Write(data);
        if (!ended) return file.ToArray();
        ulong first = behind + 2 * Section, second = first + (ulong)formats.Length;
        return file.Write(first, (ulong)formats.Length, second, (ulong)cpu.Length, formats, cpu).ToArray();
    }

    public byte[] InPipe()
    {
        byte[] formats = TracingData();
        var file = new BinaryFile(bigEndian).Write(bigEndian ? "2ELIFREP" : "PERFILE2", 16ul);
        foreach (string name in Formats.Keys)
            file.Write(PerfDataRecord.HeaderAttr, (ushort)0, (ushort)(8 + AttrBytes + 8), Attr(name), Id(name));
        return file.Write(PerfDataRecord.HeaderTracingData, (ushort)0, (ushort)12, (uint)formats.Length, formats,
            new byte[(8 - formats.Length % 8) % 8], records.ToArray()).ToArray();
    }

    private PerfDataBuilder Record(uint type, byte[] body)
    {
        records.Write(type, (ushort)0, (ushort)(8 + body.Length), body);
        return this;
    }

    /// <summary>By which a sample names its event; any number that no other event has.</summary>
    private static ulong Id(string name) => 1000ul + (ulong)Formats[name].Format.Id;

    private byte[] Attr(string name)
    {
        const int SampleIdAllBit = 18;
        ulong flags = 1ul << (bigEndian ? 63 - SampleIdAllBit : SampleIdAllBit);
        return new BinaryFile(bigEndian).Write(2u, (uint)AttrBytes, (ulong)Formats[name].Format.Id, 1ul, SampleType, 0ul, flags,
            new byte[AttrBytes - 48]).ToArray();
    }

    private byte[] TracingData() => new BinaryFile(bigEndian).WriteTracingData("0.6", [.. Formats.Values.Select(f => f.Text)]).Write(0ul)
        .ToArray();
}
