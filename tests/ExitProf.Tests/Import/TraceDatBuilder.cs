using System.IO.Compression;
using ExitProf.Traces;

namespace ExitProf.Tests.Import;

/// <summary>Writes trace.dat files of a few events as trace-cmd does: versions 6 and 7, of either kind of machine, packed or not.</summary>
internal sealed class TraceDatBuilder(bool bigEndian = false)
{
    private const int PageBytes = 4096;

    private static readonly Dictionary<string, (EventFormat Format, string Text)> Formats = BinaryFile.Formats();

    private readonly SortedDictionary<int, List<(ulong Time, byte[] Record)>> cpus = [];
    private readonly List<(ushort Id, byte[] Data)> options = [];

    /// <summary>What happens to pages and sections before they are packed.</summary>
    public Func<byte[], byte[]>? Damage { get; set; }

    private BinaryFile New => new(bigEndian);

    public TraceDatBuilder Sample(string name, ulong time, int thread, int cpu, params (string Field, ulong Value)[] fields)
    {
        if (!cpus.TryGetValue(cpu, out var events)) cpus.Add(cpu, events = []);
        events.Add((time, New.Record(Formats[name].Format, thread, fields)));
        return this;
    }

    public TraceDatBuilder Exit(ulong time, int thread, int cpu, uint reason, ulong info1 = 0) =>
        Sample("kvm_exit", time, thread, cpu, ("exit_reason", reason), ("isa", 1), ("info1", info1), ("vcpu_id", (ulong)(thread % 10)));

    public TraceDatBuilder Entry(ulong time, int thread, int cpu) =>
        Sample("kvm_entry", time, thread, cpu, ("vcpu_id", (ulong)(thread % 10)));

    public TraceDatBuilder Option(int id, params object[] data)
    {
        options.Add(((ushort)id, New.Write(data).ToArray()));
        return this;
    }

    /// <summary>Version 6: one part behind the other.</summary>
    public byte[] InParts()
    {
        BinaryFile file = New.WriteTracingData("6", [.. Formats.Values.Select(f => f.Text)]).Write((ulong)Names.Length, Names,
            (uint)(cpus.Keys.Max() + 1), "options  \0");
        foreach ((ushort id, byte[] data) in options) file.Write(id, (uint)data.Length, data);
        file.Write((ushort)0, "flyrecord\0");
        int table = (cpus.Keys.Max() + 1) * 16;
        ulong at = (ulong)((file.Length + table + PageBytes - 1) / PageBytes * PageBytes);
        var pages = new List<byte[]>();
        for (int cpu = 0; cpu <= cpus.Keys.Max(); cpu++)
        {
            byte[] own = cpus.TryGetValue(cpu, out var events) ? Pages(events) : [];
            file.Write(at, (ulong)own.Length);
            at += (ulong)own.Length;
            pages.Add(own);
        }
        file.PadTo(PageBytes);
        foreach (byte[] own in pages) file.Write(own);
        return file.ToArray();
    }

    private const string Names = "100 CPU 0/KVM\n101 CPU 1/KVM\n";

    /// <summary>Version 7: sections that options point at.</summary>
    /// <param name="packing">"none", "zlib" or "zstd".</param>
    public byte[] InSections(string packing)
    {
        const int OptionsAt = 64;
        var sections = New;
        byte[] start = New.Write("\u0017\u0008Dtracing7\0", (byte)(bigEndian ? 1 : 0), (byte)8, (uint)PageBytes, packing + "\0", "1\0").ToArray();
        ulong at = (ulong)(start.Length + 8);
        var all = new List<(ushort Id, byte[] Data)>(options);
        foreach ((ushort id, byte[] data) in Parts())
        {
            all.Add((id, New.Write(at + (ulong)sections.Length).ToArray()));
            sections.Write(Section(id, data, packing));
        }
        ulong buffer = at + (ulong)sections.Length;
        BinaryFile places = New.Write(buffer, "\0", "local\0", (uint)PageBytes, (uint)cpus.Count);
        BinaryFile body = New;
        foreach ((int cpu, var events) in cpus)
        {
            byte[] own = Pages(events);
            byte[] stored = packing == "none" ? own : Chunks(own, packing);
            places.Write((uint)cpu, buffer + 16 + (ulong)body.Length, (ulong)(stored.Length - (packing == "none" ? 0 : 4)));
            body.Write(stored);
        }
        all.Add((TraceDatOptions.Buffer, places.ToArray()));
        sections.Write((ushort)3, (ushort)(packing == "none" ? 0 : 1), 0u, (ulong)body.Length, body.ToArray());
        BinaryFile list = New;
        foreach ((ushort id, byte[] data) in all) list.Write(id, (uint)data.Length, data);
        list.Write((ushort)0, 8u, 0ul);
        return New.Write(start, at + (ulong)sections.Length, sections.ToArray(), Section(0, list.ToArray(), packing), new byte[OptionsAt])
            .ToArray();
    }

    private IEnumerable<(ushort Id, byte[] Data)> Parts() =>
    [
        (TraceDatOptions.HeaderInfo, New.Write("header_page\0", (ulong)BinaryFile.HeaderPage.Length, BinaryFile.HeaderPage, "header_event\0",
            0ul).ToArray()),
        (TraceDatOptions.EventFormats, New.WriteFormats([.. Formats.Values.Select(f => f.Text)]).ToArray()),
        (TraceDatOptions.CommandLines, New.Write((ulong)Names.Length, Names).ToArray()),
    ];

    private byte[] Section(ushort id, byte[] data, string packing)
    {
        bool packed = packing != "none";
        byte[] stored = packed ? Chunk(data, packing) : data;
        return New.Write(id, (ushort)(packed ? 1 : 0), 0u, (ulong)stored.Length, stored).ToArray();
    }

    private byte[] Chunks(byte[] pages, string packing)
    {
        byte[][] pieces = [.. pages.Chunk(2 * PageBytes)];
        BinaryFile chunks = New.Write((uint)pieces.Length);
        foreach (byte[] piece in pieces) chunks.Write(Chunk(piece, packing));
        return chunks.ToArray();
    }

    private byte[] Chunk(byte[] data, string packing)
    {
        if (Damage is not null) data = Damage(data);
        byte[] packed = Pack(data, packing);
        return New.Write((uint)packed.Length, (uint)data.Length, packed).ToArray();
    }

    private static byte[] Pack(byte[] data, string packing)
    {
        using var packed = new MemoryStream();
        using (Stream stream = packing == "zlib" ? new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)
            : new ZstdSharp.CompressionStream(packed, leaveOpen: true)) stream.Write(data);
        return packed.ToArray();
    }

    /// <summary>Few events a page, so that there are several; the last one is not full.</summary>
    private byte[] Pages(List<(ulong Time, byte[] Record)> events)
    {
        const int EventsPerPage = 3;
        BinaryFile pages = New;
        foreach (var some in events.Chunk(EventsPerPage))
        {
            BinaryFile data = New;
            ulong last = some[0].Time;
            foreach ((ulong time, byte[] record) in some)
            {
                // Five bits of the length in words, and the time since the event before; the length itself where five bits are too few.
                uint words = (uint)record.Length / 4, delta = (uint)(time - last);
                uint type = words <= 28 ? words : 0;
                data.Write(bigEndian ? type << 27 | delta : delta << 5 | type);
                if (type == 0) data.Write((uint)record.Length + 4);
                data.Write(record);
                last = time;
            }
            pages.Write(some[0].Time, (ulong)data.Length, data.ToArray()).PadTo(PageBytes);
        }
        return pages.ToArray();
    }
}
