using System.Buffers.Binary;
using ExitProf.Traces;

namespace ExitProf.Tests.Ftrace;

/// <summary>Records of the function_graph tracer are read by the formats of the kernel at hand, and only those of the thread.</summary>
public sealed class GraphDecoderTests
{
    private const int Thread = 77;
    private const int RecordedThread = 128;
    private const ulong Function = 0xffffffffc0401234;

    private const string Common = """
        	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
        	field:unsigned char common_flags;	offset:2;	size:1;	signed:0;
        	field:unsigned char common_preempt_count;	offset:3;	size:1;	signed:0;
        	field:int common_pid;	offset:4;	size:4;	signed:1;


        """;

    /// <summary>As Debian's 6.1 and 6.12 have them.</summary>
    private const string Entry = "name: funcgraph_entry\nID: 11\nformat:\n" + Common + """
        	field:unsigned long func;	offset:8;	size:8;	signed:0;
        	field:int depth;	offset:16;	size:4;	signed:1;

        print fmt: "--> %ps (%d)", (void *)REC->func, REC->depth
        """;

    private const string Exit = "name: funcgraph_exit\nID: 10\nformat:\n" + Common + """
        	field:unsigned long func;	offset:8;	size:8;	signed:0;
        	field:int depth;	offset:16;	size:4;	signed:1;
        	field:unsigned int overrun;	offset:20;	size:4;	signed:0;
        	field:unsigned long long calltime;	offset:24;	size:8;	signed:0;
        	field:unsigned long long rettime;	offset:32;	size:8;	signed:0;

        print fmt: "<-- %ps (%d) (start: %llx  end: %llx) over: %d", (void *)REC->func, REC->depth, REC->calltime, REC->rettime, REC->depth
        """;

    [Fact]
    public void Both_ends_of_a_call_are_read_with_their_time_and_depth()
    {
        byte[] page = new PageBuilder(1000).Event(5, Record(11, Thread, 20)).Event(7, Record(11, Thread + 1, 20))
            .Event(8, Record(3, Thread, 20)).Event(10, Record(10, Thread, 40)).Build();
        GraphDecoder decoder = Decoder();
        Assert.Equal([new GraphRecord(1005, Function, 3, true), new GraphRecord(1030, Function, 3, false)], Read(decoder, page));
        Assert.Equal(0, decoder.Damaged);
    }

    [Fact]
    public void A_recorded_page_has_the_calls_of_a_port_write_in_their_order()
    {
        GraphDecoder decoder = Decoder();
        List<GraphRecord> records = Read(decoder, Recorded("page"), RecordedThread);
        Assert.Equal((96, 0), (records.Count, decoder.Damaged));
        KernelSymbols symbols = KernelSymbols.Parse(Recorded("kallsyms"));
        Assert.Equal(
            [
                "4 io_interception [kvm_amd]",
                "5 kvm_fast_pio [kvm]",
                "6 emulator_pio_in_out [kvm]",
                "7 kvm_io_bus_write [kvm]",
                "8 __kvm_io_bus_write [kvm]",
                "9 kvm_io_bus_get_first_dev [kvm]",
                "6 kvm_get_linear_rip [kvm]",
                "7 svm_get_cs_db_l_bits [kvm_amd]",
                "8 svm_get_segment [kvm_amd]",
                "9 svm_seg [kvm_amd]",
            ],
            records.Where(r => r.IsEntry).Skip(3).Take(10).Select(r => $"{r.Depth} {symbols.Find(r.Function)}"));
    }

    [Fact]
    public void Of_a_recorded_page_only_the_part_whose_calls_are_whole_is_counted()
    {
        List<GraphRecord> records = Read(Decoder(), Recorded("page"), RecordedThread);
        ulong start = records[0].Time;
        var exits = new CalledExits();
        exits.Begin(records);
        Stamp[] signature = [Stamp.SysEnter, Stamp.KvmEntry];
        // It begins in the midst of calls, whose beginnings are on the page before.
        exits.Add(signature, [start + 1000, start + 41_000], counts: true);
        exits.Add(signature, [start + 42_000, start + 71_000], counts: true);
        Assert.Equal((1, 1), (exits.Broken, exits.Exits));
        Assert.Equal(21, exits.MostFrequent!.Calls);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(12)]
    [InlineData(16)]
    public void A_record_that_is_too_short_is_counted_and_left_out(int length)
    {
        GraphDecoder decoder = Decoder();
        Assert.Empty(Read(decoder, new PageBuilder(1).Event(1, Record(11, Thread, 40)[..length]).Build()));
        Assert.Equal(1, decoder.Damaged);
    }

    [Fact]
    public void A_function_at_no_address_is_counted_and_left_out()
    {
        byte[] record = Record(10, Thread, 40);
        record.AsSpan(8, 8).Clear();
        GraphDecoder decoder = Decoder();
        Assert.Empty(Read(decoder, new PageBuilder(1).Event(1, record).Build()));
        Assert.Equal(1, decoder.Damaged);
    }

    [Theory]
    [InlineData("func;", "fun;")]
    [InlineData("depth;", "deep;")]
    [InlineData("offset:8;	size:8", "offset:8;	size:4")]
    [InlineData("common_pid", "common_tid")]
    [InlineData("common_type;	offset:0", "common_type;	offset:6")]
    [InlineData("ID: 11", "ID: 10")]
    public void Formats_that_do_not_say_what_a_call_is_are_refused(string told, string instead) =>
        Assert.Throws<FormatException>(() => new GraphDecoder(EventFormat.Parse(Entry.Replace(told, instead, StringComparison.Ordinal)),
            EventFormat.Parse(Exit)));

    [Fact]
    public void Pages_with_any_damage_are_read_without_harm()
    {
        var random = new Random(1);
        byte[] good = Recorded("page");
        for (int i = 0; i < 3000; i++)
        {
            byte[] page = [.. good];
            for (int k = random.Next(1, 40); k > 0; k--) page[random.Next(page.Length)] = (byte)random.Next(256);
            Assert.InRange(Read(Decoder(), page[..random.Next(page.Length)], RecordedThread).Count, 0, 1021);
        }
    }

    private static GraphDecoder Decoder() => new(EventFormat.Parse(Entry), EventFormat.Parse(Exit));

    private static byte[] Recorded(string what) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "function-graph", "svm-6.12." + what));

    private static List<GraphRecord> Read(GraphDecoder decoder, byte[] page, int thread = Thread)
    {
        var records = new List<GraphRecord>();
        var events = new RingBufferPage(page, RingBufferLayout.Default);
        while (events.MoveNext())
        {
            if (decoder.TryDecode(events.Tsc, events.Payload, thread, out GraphRecord record)) records.Add(record);
        }
        return records;
    }

    private static byte[] Record(int id, int thread, int length)
    {
        byte[] record = new byte[length];
        BinaryPrimitives.WriteUInt16LittleEndian(record, (ushort)id);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), thread);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(8), Function);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(16), 3);
        return record;
    }
}
