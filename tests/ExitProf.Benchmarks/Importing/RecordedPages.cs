using System.Buffers.Binary;
using ExitProf.Traces;

namespace ExitProf.Benchmarks;

/// <summary>
/// The ring-buffer pages that a stock kernel's KVM filled for one vCPU (a fixture of the tests), as often as wanted: each copy later by the
/// time that the pages span, for two vCPUs on two CPUs, so that there is something to merge.
/// </summary>
internal sealed class RecordedPages
{
    public const int Cpus = 2;
    public const string HostName = "vmx-6.1-cloud-bochs";

    private const string Scenario = "pio_out-cpl3";
    private const int FirstThread = 4711;

    private readonly RingBufferLayout layout;
    private readonly byte[][] pages = new byte[Cpus][];

    public RecordedPages(string root)
    {
        Host = Path.Combine(root, "tests", "ExitProf.Tests", "Fixtures", "hosts", HostName);
        FormatFiles = [.. Directory.GetFiles(Path.Combine(Host, "formats"), "*.format").Order(StringComparer.Ordinal)];
        Formats = [.. FormatFiles.Select(f => EventFormat.Parse(File.ReadAllText(f)))];
        layout = RingBufferLayout.Parse(File.ReadAllText(Path.Combine(Host, "formats", "header_page")));
        byte[] recorded = File.ReadAllBytes(Path.Combine(Host, Scenario, "cpu0.raw"));
        (ulong first, ulong last) = Ends(recorded);
        Span = last - first + 1000;
        for (int cpu = 0; cpu < Cpus; cpu++) pages[cpu] = OfThread(recorded, cpu);
    }

    /// <summary>The folder of the host's recordings.</summary>
    public string Host { get; }

    public IReadOnlyList<string> FormatFiles { get; }

    public IReadOnlyList<EventFormat> Formats { get; }

    /// <summary>Events of one copy of one CPU.</summary>
    public int Events { get; private set; }

    /// <summary>Ticks between two copies.</summary>
    public ulong Span { get; }

    /// <summary>Copies of each CPU for about so many events.</summary>
    public int Copies(long events) => (int)Math.Max(events / (Events * Cpus), 1);

    public static int Thread(int cpu) => FirstThread + cpu;

    /// <summary>Writes the pages of one CPU.</summary>
    public void Write(Stream to, int cpu, int copies)
    {
        byte[] copy = [.. pages[cpu]];
        for (int i = 0; i < copies; i++)
        {
            for (int at = 0; at < copy.Length; at += layout.PageBytes) Add(copy.AsSpan(at + layout.TimestampOffset), i == 0 ? 0 : Span);
            to.Write(copy);
        }
    }

    /// <summary>The records of one copy of one CPU with their times.</summary>
    public IReadOnlyList<(ulong Time, byte[] Record)> Records(int cpu)
    {
        var records = new List<(ulong, byte[])>();
        Walk(pages[cpu], (time, record) => records.Add((time, record.ToArray())));
        return records;
    }

    private static void Add(Span<byte> stamp, ulong ticks) =>
        BinaryPrimitives.WriteUInt64LittleEndian(stamp, BinaryPrimitives.ReadUInt64LittleEndian(stamp) + ticks);

    private delegate void OnRecord(ulong time, ReadOnlySpan<byte> record);

    private void Walk(byte[] bytes, OnRecord act)
    {
        for (int at = 0; at + layout.PageBytes <= bytes.Length; at += layout.PageBytes)
        {
            var page = new RingBufferPage(bytes.AsSpan(at, layout.PageBytes), layout);
            while (page.MoveNext()) act(page.Tsc, page.Payload);
        }
    }

    private (ulong First, ulong Last) Ends(byte[] bytes)
    {
        ulong first = 0, last = 0;
        Walk(bytes, (time, _) =>
        {
            if (Events++ == 0) first = time;
            last = time;
        });
        return (first, last);
    }

    /// <summary>The same pages as those of another thread, a part of a copy later.</summary>
    private byte[] OfThread(byte[] recorded, int cpu)
    {
        byte[] copy = [.. recorded];
        int pid = Formats[0].Field("common_pid")!.Offset;
        Walk(recorded, (_, record) =>
        {
            recorded.AsSpan().Overlaps(record, out int at);
            BinaryPrimitives.WriteInt32LittleEndian(copy.AsSpan(at + pid), Thread(cpu));
        });
        ulong later = Span / Cpus * (ulong)cpu;
        for (int at = 0; at < copy.Length; at += layout.PageBytes) Add(copy.AsSpan(at + layout.TimestampOffset), later);
        return copy;
    }
}
