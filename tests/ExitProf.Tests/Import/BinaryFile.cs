using System.Buffers.Binary;
using System.Text;
using ExitProf.Traces;

namespace ExitProf.Tests.Import;

/// <summary>Bytes of a recording under construction, with the numbers of either kind of machine.</summary>
internal sealed class BinaryFile(bool bigEndian)
{
    private readonly List<byte> bytes = [];

    public bool IsBigEndian => bigEndian;

    public int Length => bytes.Count;

    public BinaryFile Write(params object[] values)
    {
        foreach (object value in values)
        {
            bytes.AddRange(value switch
            {
                byte[] raw => raw,
                byte b => [b],
                ushort u => Number(u, 2),
                uint u => Number(u, 4),
                ulong u => Number(u, 8),
                string text => Encoding.UTF8.GetBytes(text),
                _ => throw new ArgumentException($"No number: {value}"),
            });
        }
        return this;
    }

    public BinaryFile PadTo(int multiple)
    {
        while (bytes.Count % multiple != 0) bytes.Add(0);
        return this;
    }

    public byte[] ToArray() => [.. bytes];

    public byte[] Number(ulong value, int size)
    {
        byte[] number = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, value);
        number = number[..size];
        if (bigEndian) Array.Reverse(number);
        return number;
    }

    /// <summary>A trace event's record; the fields that are not given are 0.</summary>
    public byte[] Record(EventFormat format, int thread, IEnumerable<(string Field, ulong Value)> fields)
    {
        byte[] raw = new byte[format.Fields.Max(f => f.Offset + f.Size) + 3 & ~3];
        foreach ((string field, ulong value) in fields.Append(("common_type", (ulong)format.Id)).Append(("common_pid", (ulong)thread)))
        {
            if (format.Field(field) is { } place) Number(value, place.Size).CopyTo(raw, place.Offset);
        }
        return raw;
    }

    /// <summary>What a recorder saves of tracefs: the head of a trace.dat of version 6, and a section of perf.data.</summary>
    public BinaryFile WriteTracingData(string version, IReadOnlyCollection<string> formats)
    {
        Write("\u0017\u0008Dtracing" + version + "\0", (byte)(bigEndian ? 1 : 0), (byte)8, 4096u, "header_page\0", (ulong)HeaderPage.Length,
            HeaderPage, "header_event\0", 0ul, 0u);
        WriteFormats(formats);
        return Write(0u, 0u);
    }

    public BinaryFile WriteFormats(IReadOnlyCollection<string> formats)
    {
        Write(1u, "kvm\0", (uint)formats.Count);
        foreach (string text in formats) Write((ulong)Encoding.UTF8.GetByteCount(text), text);
        return this;
    }

    /// <summary>The kernel's own description of a page of 4 KiB.</summary>
    public const string HeaderPage = "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n\tfield: local_t commit;\toffset:8;\tsize:8;"
        + "\tsigned:1;\n\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n";

    /// <summary>The formats of a recorded host's KVM, by name.</summary>
    public static Dictionary<string, (EventFormat Format, string Text)> Formats() =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures", "hosts"), "*.format", SearchOption.AllDirectories)
            .Where(f => f.Contains("vmx", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(File.ReadAllText)
            .Select(t => (EventFormat.Parse(t), t)).Where(f => f.Item1.Name.StartsWith("kvm_", StringComparison.Ordinal))
            .DistinctBy(f => f.Item1.Name).ToDictionary(f => f.Item1.Name);
}
