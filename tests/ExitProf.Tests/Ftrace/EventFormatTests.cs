using ExitProf.Traces;

namespace ExitProf.Tests.Ftrace;

public sealed class EventFormatTests
{
    private const string Common = """
        	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
        	field:unsigned char common_flags;	offset:2;	size:1;	signed:0;
        	field:unsigned char common_preempt_count;	offset:3;	size:1;	signed:0;
        	field:int common_pid;	offset:4;	size:4;	signed:1;
        """;

    private const string Text = "name: thing\nID: 346\nformat:\n" + Common + """


        	field:long id;	offset:8;	size:8;	signed:1;
        	field:unsigned long args[6];	offset:16;	size:48;	signed:0;
        	field:const char * s;	offset:64;	size:8;	signed:0;
        	field:__data_loc char[] who;	offset:72;	size:4;	signed:0;

        print fmt: "%lx: {1, 2}; field:", REC->id
        """;

    [Fact]
    public void A_format_has_names_places_and_signs()
    {
        var format = EventFormat.Parse(Text);
        Assert.Equal(("thing", 346), (format.Name, format.Id));
        Assert.Equal(["common_type", "common_flags", "common_preempt_count", "common_pid"], format.CommonFields.Select(f => f.Name));
        Assert.Equal(["id", "args", "s", "who"], format.Fields.Select(f => f.Name));
        Assert.Equal(new EventField("id", "long id", 8, 8, Signed: true), format.Field("id"));
        Assert.Equal(new EventField("args", "unsigned long args[6]", 16, 48, Signed: false), format.Field("args"));
        Assert.Equal(4, format.Field("common_pid")!.Offset);
        Assert.Null(format.Field("nothing"));
        Assert.StartsWith("\"%lx", format.PrintFormat, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ID: 346", "ID: many", 2)]
    [InlineData("ID: 346", "ID: 65536", 2)]
    [InlineData("offset:8;", "offset:-8;", 9)]
    [InlineData("offset:8;", "offset:9999999999;", 9)]
    [InlineData("offset:8;", "", 9)]
    [InlineData("size:48;", "size 48;", 10)]
    [InlineData("format:", "formal:", 3)]
    public void A_bad_line_is_named(string good, string bad, int line)
    {
        string text = Text.Replace(good, bad, StringComparison.Ordinal);
        var thrown = Assert.Throws<FormatException>(() => EventFormat.Parse(text));
        Assert.Contains($"Line {line} ", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_without_name_or_id_is_refused()
    {
        Assert.Throws<FormatException>(() => EventFormat.Parse(""));
        Assert.Throws<FormatException>(() => EventFormat.Parse("name: x\n"));
        Assert.Throws<FormatException>(() => EventFormat.Parse("ID: 1\n"));
    }

    [Fact]
    public void The_layout_of_a_page_is_read_or_the_kernels_default()
    {
        Assert.Equal(RingBufferLayout.Default, RingBufferLayout.Parse(null));
        Assert.Equal(RingBufferLayout.Default, HostSample.Fixture("vmx-6.1-cloud-bochs", "pio_out-cpl3").Layout);
        var wide = RingBufferLayout.Parse("""
            	field: u64 timestamp;	offset:0;	size:8;	signed:0;
            	field: local_t commit;	offset:8;	size:4;	signed:1;
            	field: int overwrite;	offset:8;	size:1;	signed:1;
            	field: char data;	offset:12;	size:65524;	signed:1;
            """);
        Assert.Equal(new RingBufferLayout(0, 8, 4, 12, 65524), wide);
        Assert.Equal(65536, wide.PageBytes);
    }

    [Theory]
    [InlineData("field: u64 timestamp;	offset:0;	size:8;	signed:0;")]
    [InlineData("nonsense")]
    [InlineData(
        "field: u64 timestamp; offset:0; size:8;\nfield: local_t commit; offset:8; size:8;\nfield: char data; offset:4; size:4080;"
    )]
    [InlineData(
        "field: u64 timestamp; offset:0; size:8;\nfield: local_t commit; offset:8; size:3;\nfield: char data; offset:16; size:4080;"
    )]
    public void An_impossible_page_is_refused(string text) => Assert.Throws<FormatException>(() => RingBufferLayout.Parse(text));

    [Fact]
    public void Printk_formats_give_texts_by_address()
    {
        var texts = PrintkFormats.Parse("0xffffffff8281a291 : \"End context switch\"\n0xffffffff8281a2a4 : \"a \"quoted\" one\\n\"\n");
        Assert.Equal("End context switch", texts[0xffffffff8281a291]);
        Assert.Equal("a \"quoted\" one\\n", texts[0xffffffff8281a2a4]);
        Assert.Contains(
            "Line 2 ",
            Assert.Throws<FormatException>(() => PrintkFormats.Parse("0x1 : \"a\"\n0xzz : \"b\"")).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<FormatException>(() => PrintkFormats.Parse("0x1 : \""));
        Assert.Throws<FormatException>(() => PrintkFormats.Parse("1 : \"x\""));
    }
}
