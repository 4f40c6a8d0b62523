using ExitProf.Tests.Ftrace;
using ExitProf.Traces;

namespace ExitProf.Tests.Import;

public sealed class TraceDatTests
{
    private const uint Hlt = 12;
    private const uint Io = 30;

    /// <summary>Two vCPU threads on two CPUs of three; one of them moves inside an exit.</summary>
    internal static TraceDatBuilder Sample(bool bigEndian) => new TraceDatBuilder(bigEndian)
        .Exit(1000, 100, 0, Io, 0x3f80000).Entry(1400, 100, 0).Exit(3000, 100, 0, Hlt)
        .Exit(1100, 101, 2, Io, 0x600008).Entry(1200, 101, 2).Entry(9000, 100, 2).Exit(9500, 101, 2, Io, 0x600008).Entry(9700, 101, 2);

    public static TheoryData<string, bool> Forms()
    {
        var forms = new TheoryData<string, bool>();
        foreach (string form in (string[])["6", "none", "zlib", "zstd"])
        {
            forms.Add(form, false);
            forms.Add(form, true);
        }
        return forms;
    }

    internal static byte[] Form(TraceDatBuilder file, string form) => form == "6" ? file.InParts() : file.InSections(form);

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_version_byte_order_and_packing_gives_the_same_exits(string form, bool bigEndian)
    {
        var read = ImportedText.Of(Form(Sample(bigEndian), form));
        Assert.Equal("IO_INSTRUCTION 400, IO_INSTRUCTION 100, HLT 6000, IO_INSTRUCTION 200", read.Summary);
        Assert.Equal([100L, 101, 100, 101], read.Exits.Select(e => e.Tid));
        Assert.Equal([0, 1, 0, 1], read.Exits.Select(e => e.Vcpu));
        Assert.Equal([0x3f8ul, 0x60, 0, 0x60], read.Exits.Select(e => e.Subkey));
        Assert.Equal((Backend.Vmx, ClockUnit.Nanoseconds), (read.Header.Backend, read.Header.Clock.Unit));
        Assert.Equal(1, read.Count("exit-moved"));
        Assert.Equal(["exit-moved"], read.Findings.Select(f => f.Id));
    }

    [Theory]
    [InlineData("svm-mmio-v6.dat", "svm-6.1-cloud-qemu", "mmio_read-cpl0")]
    [InlineData("svm-mmio-v7-zstd.dat", "svm-6.1-cloud-qemu", "mmio_read-cpl0")]
    [InlineData("vmx-pio-v6.dat", "vmx-6.1-cloud-bochs", "pio_out-cpl3")]
    [InlineData("vmx-pio-v7.dat", "vmx-6.1-cloud-bochs", "pio_out-cpl3")]
    public void A_file_of_trace_cmd_gives_what_its_pages_give_directly(string file, string host, string scenario)
    {
        var read = ImportedText.OfFile("trace_dat", file);
        var direct = HostSample.Fixture(host, scenario).Exits().Where(e => e.HasExit).ToList();
        Assert.True(direct.Count > 10);
        Assert.Equal(direct.Select(e => (e.Reason, e.KvmExit, e.Subkey)), read.Exits.Select(e => (e.Reason, e.KvmExit, e.Subkey)));
        Assert.Equal(direct.Select(e => string.Join(' ', e.Signature)), read.Exits.Select(e => string.Join(' ', e.Class.Signature)));
        Assert.Equal(direct.SelectMany(e => e.Times), read.Exits.SelectMany(e => e.Stamps));
    }

    [Fact]
    public void A_hosts_file_names_the_guests_of_its_threads()
    {
        var read = ImportedText.Of(Sample(false).Option(TraceDatOptions.Guest, "web\0", 77ul, 2u, 0u, 100u, 1u, 101u).InParts());
        Assert.Equal(["web vCPU 0", "web vCPU 1"], read.Threads.Select(t => t.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_guests_file_is_turned_into_its_hosts_clock()
    {
        // One offset for CPU 0; two for CPU 2, between which it grows by 100 in 10,000.
        byte[] file = Sample(false)
            .Option(TraceDatOptions.TimeShift, 5ul, 1u, 3u, 1u, 0ul, 1_000_000ul, 1ul, 0u, 2u, 0ul, 10_000ul, 1_000_000ul,
            1_000_100ul, 1ul, 1ul).InSections("none");
        var read = ImportedText.Of(file);
        Assert.Equal([1_001_000ul, 1_001_111, 1_003_000, 1_009_595], read.Exits.Select(e => e.Start));
        Assert.Equal([400ul, 101, 6090, 202], read.Exits.Select(e => e.Duration!.Value));
        Assert.Equal(1, read.Count("clock-shifted"));
    }

    [Theory]
    [InlineData("local [x86-tsc]", 3_000_000_000L, ClockUnit.Cycles)]
    [InlineData("[mono]", 1_000_000_000L, ClockUnit.Nanoseconds)]
    [InlineData("[counter]", 0L, ClockUnit.Cycles)]
    public void The_clock_is_that_of_the_recording(string clock, long hertz, ClockUnit unit)
    {
        // 1 / 3 of a nanosecond a tick, as a multiplication and a shift of 31 bits.
        byte[] file = Sample(false).Option(TraceDatOptions.TraceClock, clock + "\0").Option(TraceDatOptions.TscToNanoseconds, 715827883u, 31u,
            0ul).InParts();
        TraceClock read = ImportedText.Of(file).Header.Clock;
        Assert.Equal(unit, read.Unit);
        Assert.Equal(hertz, Math.Round(read.Hertz / 100.0) * 100);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_file_cut_anywhere_is_refused_or_gives_what_comes_before(string form, bool bigEndian)
    {
        byte[] whole = Form(Sample(bigEndian), form);
        int most = 0;
        for (int length = 1; length < whole.Length; length += 1 + length / 64)
        {
            try
            {
                int exits = ImportedText.Of(whole[..length]).Exits.Count;
                Assert.InRange(exits, 0, 4);
                most = Math.Max(most, exits);
            }
            catch (TraceFormatException)
            {
                // It ends in what tells that it is a trace.dat.
                Assert.InRange(length, 1, 32);
            }
        }
        // What version 7 needs first stands at its end.
        if (form == "6") Assert.InRange(most, 1, 4);
    }

    [Fact]
    public void A_pipe_is_refused_because_the_files_parts_point_at_each_other()
    {
        using var pipe = new BufferedPipe(Sample(false).InParts());
        var refused = Assert.Throws<TraceFormatException>(() => TraceImport.Read(pipe, "stdin", new RecordedTrace()));
        Assert.Contains("give its name instead of a pipe", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chunk_that_is_damaged_is_a_loss_and_the_next_one_is_read()
    {
        var builder = new TraceDatBuilder();
        for (ulong i = 0; i < 12; i++) builder.Exit(1000 * i + 1000, 100, 0, Io).Entry(1000 * i + 1200, 100, 0);
        byte[] file = builder.InSections("zstd");
        int whole = ImportedText.Of(file).Exits.Count;
        // The first chunk's frame: its first byte is no longer that of zstd.
        int frame = file.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]);
        int first = file.AsSpan(0, frame).LastIndexOf((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]);
        file[file.AsSpan(0, first).LastIndexOf((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd])] ^= 1;
        var read = ImportedText.Of(file);
        Assert.Equal(12, whole);
        Assert.InRange(read.Exits.Count, 1, 11);
        Assert.True(read.Count("records-damaged") > 0);
    }
}
