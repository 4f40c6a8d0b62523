using System.Text;
using ExitProf.Traces;

namespace ExitProf.Tests.Import;

/// <summary>Writes perf.data files of a few events, as perf does in both of its modes, with the event formats of a recorded host.</summary>
internal sealed class PerfDataBuilder
{
    private const ulong SampleType = PerfLayout.Ip | PerfLayout.Tid | PerfLayout.Time | PerfLayout.Cpu | PerfLayout.Period | PerfLayout.Raw;
    private const int AttrBytes = 136;

    private readonly List<byte> records = [];
    private readonly Dictionary<string, (EventFormat Format, string Text)> formats;

    public PerfDataBuilder()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Fixtures", "hosts");
        formats = Directory.GetFiles(folder, "*.format", SearchOption.AllDirectories)
            .Where(f => f.Contains("vmx", StringComparison.Ordinal)).Select(File.ReadAllText)
            .Select(t => (EventFormat.Parse(t), t)).Where(f => f.Item1.Name.StartsWith("kvm_", StringComparison.Ordinal))
            .DistinctBy(f => f.Item1.Name).ToDictionary(f => f.Item1.Name);
    }

    /// <summary>A sample of a trace event; the fields that are not given are 0.</summary>
    public PerfDataBuilder Sample(string name, ulong time, int thread, int cpu, params (string Field, ulong Value)[] fields)
    {
        EventFormat format = formats[name].Format;
        byte[] raw = new byte[format.Fields.Max(f => f.Offset + f.Size)];
        foreach ((string field, ulong value) in fields.Append(("common_type", (ulong)format.Id)).Append(("common_pid", (ulong)thread)))
        {
            if (format.Field(field) is { } place) BitConverter.GetBytes(value)[..place.Size].CopyTo(raw, place.Offset);
        }
        var body = new MemoryStream();
        Write(body, 0ul, (uint)thread, (uint)thread, time, (uint)cpu, 0u, 1ul, (uint)raw.Length, raw);
        while (body.Length % 8 != 0) body.WriteByte(0);
        return Record(PerfDataRecord.Sample, body.ToArray());
    }

    public PerfDataBuilder Exit(ulong time, int thread, int cpu, uint reason, ulong info1 = 0) =>
        Sample("kvm_exit", time, thread, cpu, ("exit_reason", reason), ("isa", 1), ("info1", info1), ("vcpu_id", (ulong)(thread % 10)));

    public PerfDataBuilder Entry(ulong time, int thread, int cpu) =>
        Sample("kvm_entry", time, thread, cpu, ("vcpu_id", (ulong)(thread % 10)));

    public PerfDataBuilder Round() => Record(PerfDataRecord.FinishedRound, []);

    public PerfDataBuilder Lost(ulong count, ulong time, int cpu)
    {
        var body = new MemoryStream();
        Write(body, 1ul, count, 0u, 0u, time, (uint)cpu, 0u);
        return Record(PerfDataRecord.Lost, body.ToArray());
    }

    public byte[] InFile(bool ended = true)
    {
        const int HeaderBytes = 104;
        byte[] data = [.. records], formats = Formats();
        var file = new MemoryStream();
        ulong dataAt = HeaderBytes + AttrBytes + 16;
        Write(file, "PERFILE2"u8.ToArray(), (ulong)HeaderBytes, (ulong)(AttrBytes + 16), (ulong)HeaderBytes, (ulong)(AttrBytes + 16),
            dataAt,
            ended ? (ulong)data.Length : 0ul, 0ul, 0ul, 1ul << 1, new byte[24], Attr(), 0ul, 0ul, data);
        if (ended) Write(file, dataAt + (ulong)data.Length + 16, (ulong)formats.Length, formats);
        return file.ToArray();
    }

    public byte[] InPipe()
    {
        byte[] formats = Formats();
        var file = new MemoryStream();
        Write(file, "PERFILE2"u8.ToArray(), 16ul, PerfDataRecord.HeaderAttr, (ushort)0, (ushort)(8 + AttrBytes + 8), Attr(), 1ul,
            PerfDataRecord.HeaderTracingData, (ushort)0, (ushort)12, (uint)formats.Length, formats, new byte[(8 - formats.Length % 8) % 8],
                (byte[])[.. records]);
        return file.ToArray();
    }

    private PerfDataBuilder Record(uint type, byte[] body)
    {
        var record = new MemoryStream();
        Write(record, type, (ushort)0, (ushort)(8 + body.Length), body);
        records.AddRange(record.ToArray());
        return this;
    }

    private static byte[] Attr()
    {
        const ulong SampleIdAll = 1 << 18;
        var attr = new MemoryStream();
        Write(attr, 2u, (uint)AttrBytes, 0ul, 1ul, SampleType, 0ul, SampleIdAll, new byte[AttrBytes - 48]);
        return attr.ToArray();
    }

    private byte[] Formats()
    {
        var bytes = new MemoryStream();
        Write(bytes, "\u0017\u0008Dtracing0.6\0"u8.ToArray(), (byte)0, (byte)8, 4096u, "header_page\0"u8.ToArray(), 0ul,
            "header_event\0"u8.ToArray(), 0ul, 0u, 1u,
            "kvm\0"u8.ToArray(), (uint)formats.Count);
        foreach ((_, string text) in formats.Values) Write(bytes, (ulong)Encoding.UTF8.GetByteCount(text), Encoding.UTF8.GetBytes(text));
        Write(bytes, 0u, 0u, 0ul);
        return bytes.ToArray();
    }

    private static void Write(MemoryStream stream, params object[] values)
    {
        foreach (object value in values)
        {
            stream.Write(value switch
            {
                byte[] bytes => bytes,
                byte b => [b],
                ushort u => BitConverter.GetBytes(u),
                uint u => BitConverter.GetBytes(u),
                ulong u => BitConverter.GetBytes(u),
                _ => throw new ArgumentException($"No number: {value}"),
            });
        }
    }
}
