using System.Buffers.Binary;
using System.Text;
using ExitProf.Traces;

namespace ExitProf.Benchmarks;

/// <summary>
/// A perf.data as <c>perf kvm stat record</c> writes it: rounds over the CPUs, a part of each CPU's records at a time. The records are
/// those that the kernel wrote.
/// </summary>
internal static class PerfDataInput
{
    // What perf asks for: identifier, ip, tid, time, cpu, period, raw.
    private const ulong SampleType = 1 << 16 | 1 << 0 | 1 << 1 | 1 << 2 | 1 << 7 | 1 << 8 | 1 << 10;
    private const ulong SampleIdAll = 1 << 18;
    private const int HeaderBytes = 104;
    private const int AttrBytes = 128;
    private const int SectionBytes = 16;
    private const uint Comm = 3;
    private const uint Sample = 9;
    private const uint FinishedRound = 68;

    /// <summary>So many copies of a CPU are in a round: some 300 KB, half of the buffer that perf has by default.</summary>
    private const int CopiesOfRound = 8;

    public static void Write(RecordedPages pages, int copies, string file)
    {
        using var to = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        byte[] formats = Formats(pages), cpu = Bytes(24u, "GenuineIntel,6,85,4\0\0\0\0\0");
        ulong attrs = (ulong)((AttrBytes + SectionBytes) * pages.Formats.Count), idsAt = HeaderBytes + attrs,
            dataAt = idsAt + 8 * (ulong)pages.Formats.Count;
        to.Position = (long)dataAt;
        long dataBytes = WriteRecords(to, pages, copies);
        ulong behind = dataAt + (ulong)dataBytes, first = behind + 2 * SectionBytes;
        to.Write(Bytes(first, (ulong)formats.Length, first + (ulong)formats.Length, (ulong)cpu.Length));
        to.Write(formats);
        to.Write(cpu);
        to.Position = 0;
        // Two features: event formats, and the CPU that perf takes the vendor's names by.
        to.Write(Bytes("PERFILE2", (ulong)HeaderBytes, (ulong)(AttrBytes + SectionBytes), (ulong)HeaderBytes, attrs, dataAt,
            (ulong)dataBytes, 0ul, 0ul, 1ul << 1 | 1ul << 9, 0ul, 0ul, 0ul));
        for (int i = 0; i < pages.Formats.Count; i++)
        {
            to.Write(Bytes(2u, (uint)AttrBytes, (ulong)pages.Formats[i].Id, 1ul, SampleType, 0ul, SampleIdAll));
            to.Write(new byte[AttrBytes - 48]);
            to.Write(Bytes(idsAt + 8 * (ulong)i, 8ul));
        }
        foreach (EventFormat format in pages.Formats) to.Write(Bytes(Id(format.Id)));
    }

    private static long WriteRecords(FileStream to, RecordedPages pages, int copies)
    {
        long from = to.Position;
        for (int cpu = 0; cpu < RecordedPages.Cpus; cpu++) to.Write(Name(cpu, Id(pages.Formats[0].Id)));
        var all = new (byte[] Bytes, int[] Times)[RecordedPages.Cpus];
        for (int cpu = 0; cpu < all.Length; cpu++) all[cpu] = Samples(pages, cpu);
        byte[] round = Bytes(FinishedRound, (ushort)0, (ushort)8);
        for (int copy = 0; copy < copies; copy += CopiesOfRound)
        {
            foreach ((byte[] bytes, int[] times) in all)
            {
                for (int i = copy; i < Math.Min(copy + CopiesOfRound, copies); i++)
                {
                    to.Write(bytes);
                    foreach (int at in times)
                    {
                        ulong time = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
                        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), time + pages.Span);
                    }
                }
            }
            to.Write(round);
        }
        return to.Position - from;
    }

    /// <summary>One copy of a CPU's samples, and where their times are.</summary>
    private static (byte[] Bytes, int[] Times) Samples(RecordedPages pages, int cpu)
    {
        var bytes = new List<byte>();
        var times = new List<int>();
        foreach ((ulong time, byte[] record) in pages.Records(cpu))
        {
            int id = BinaryPrimitives.ReadUInt16LittleEndian(record);
            // The size of the raw data and what it counts come to a multiple of eight.
            byte[] raw = new byte[(record.Length + 11) / 8 * 8 - 4];
            record.CopyTo(raw, 0);
            uint thread = (uint)RecordedPages.Thread(cpu);
            byte[] body = Bytes(Id(id), 0xffff_ffff_8100_0000ul, thread, thread, time, (uint)cpu, 0u, 1ul, (uint)raw.Length);
            bytes.AddRange(Bytes(Sample, (ushort)1, (ushort)(8 + body.Length + raw.Length)));
            times.Add(bytes.Count + 24);
            bytes.AddRange(body);
            bytes.AddRange(raw);
        }
        return ([.. bytes], [.. times]);
    }

    private static byte[] Name(int cpu, ulong id)
    {
        uint thread = (uint)RecordedPages.Thread(cpu);
        return Bytes(Comm, (ushort)0, (ushort)64, thread, thread, $"CPU {cpu}/KVM\0\0\0\0\0\0\0", thread, thread, 0ul, (uint)cpu, 0u, id);
    }

    private static ulong Id(int format) => 1000 + (ulong)format;

    /// <summary>The event formats as perf saves them (trace-cmd.dat, version 6).</summary>
    private static byte[] Formats(RecordedPages pages)
    {
        string folder = Path.Combine(pages.Host, "formats");
        byte[] page = File.ReadAllBytes(Path.Combine(folder, "header_page"));
        byte[] head = File.ReadAllBytes(Path.Combine(folder, "header_event"));
        var bytes = new List<byte>();
        bytes.AddRange(Bytes("\u0017\u0008Dtracing0.6\0\0\u0008", 4096u, "header_page\0", (ulong)page.Length));
        bytes.AddRange(page);
        bytes.AddRange(Bytes("header_event\0", (ulong)head.Length));
        bytes.AddRange(head);
        var systems = pages.FormatFiles.GroupBy(f => Path.GetFileName(f).Split("__")[0]).ToList();
        bytes.AddRange(Bytes(0u, (uint)systems.Count));
        foreach (IGrouping<string, string> system in systems)
        {
            bytes.AddRange(Bytes(system.Key + "\0", (uint)system.Count()));
            foreach (string format in system)
            {
                byte[] text = File.ReadAllBytes(format);
                bytes.AddRange(Bytes((ulong)text.Length));
                bytes.AddRange(text);
            }
        }
        // No symbols, no texts of printk, no names.
        bytes.AddRange(Bytes(0u, 0u, 0ul));
        return [.. bytes];
    }

    private static byte[] Bytes(params object[] values)
    {
        var bytes = new List<byte>();
        foreach (object value in values)
        {
            bytes.AddRange(value switch
            {
                ushort u => BitConverter.GetBytes(u),
                uint u => BitConverter.GetBytes(u),
                ulong u => BitConverter.GetBytes(u),
                string text => Encoding.UTF8.GetBytes(text),
                _ => throw new ArgumentException($"No number: {value}"),
            });
        }
        return [.. bytes];
    }
}
