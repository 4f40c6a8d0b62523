using ExitProf.Traces;

namespace ExitProf.Tests.Import;

public sealed class PerfDataTests
{
    private const uint Hlt = 12;
    private const uint Io = 30;

    /// <summary>Two vCPU threads on two CPUs, written CPU by CPU as perf does; one of them moves inside an exit.</summary>
    internal static PerfDataBuilder Sample(bool bigEndian = false) => new PerfDataBuilder(bigEndian)
        .Exit(1000, 100, 0, Io, 0x3f80000).Entry(1400, 100, 0).Exit(3000, 100, 0, Hlt)
        .Exit(1100, 101, 1, Io, 0x600008).Entry(1200, 101, 1).Round()
        .Entry(9000, 100, 1).Exit(9500, 101, 1, Io, 0x600008).Entry(9700, 101, 1).Round();

    [Fact]
    public void A_file_and_a_pipe_give_the_same_exits_of_each_thread()
    {
        PerfDataBuilder[] samples =
        [
            Sample(), Sample(bigEndian: true), Sample().Compressed(padded: false, 1), Sample().Compressed(padded: true, 3),
            Sample(bigEndian: true).Compressed(padded: true, 7),
        ];
        foreach (byte[] bytes in samples.SelectMany(s => (byte[][])[s.InFile(), s.InPipe()]))
        {
            var read = ImportedText.Of(bytes);
            Assert.Equal("IO_INSTRUCTION 400, IO_INSTRUCTION 100, HLT 6000, IO_INSTRUCTION 200", read.Summary);
            Assert.Equal([100L, 101, 100, 101], read.Exits.Select(e => e.Tid));
            Assert.Equal([0, 1, 0, 1], read.Exits.Select(e => e.Vcpu));
            Assert.Equal([0x3f8ul, 0x60, 0, 0x60], read.Exits.Select(e => e.Subkey));
            Assert.Equal((Backend.Vmx, ClockUnit.Nanoseconds), (read.Header.Backend, read.Header.Clock.Unit));
            Assert.Equal(["exit-moved"], read.Findings.Select(f => f.Id));
        }
    }

    [Fact]
    public void A_hardware_trace_is_passed_over_and_counted()
    {
        byte[] file = new PerfDataBuilder().Exit(1000, 100, 0, Io).HardwareTrace(100_000).Entry(2000, 100, 0).Round().InFile();
        var read = ImportedText.Of(file);
        Assert.Equal("IO_INSTRUCTION 1000", read.Summary);
        Assert.Equal(1, read.Count("hardware-trace-skipped"));
    }

    [Fact]
    public void An_exit_that_overlaps_a_loss_of_its_cpu_has_no_duration()
    {
        byte[] file = new PerfDataBuilder().Exit(1000, 100, 0, Io).Lost(7, 1500, 0).Entry(2000, 100, 0).Exit(2500, 100, 0, Io)
            .Entry(2600, 100, 0).Round().InFile();
        var read = ImportedText.Of(file);
        Assert.Equal("IO_INSTRUCTION -, IO_INSTRUCTION 100", read.Summary);
        Assert.Equal((1, 1), (read.Count("exit-overlaps-loss"), read.Count("events-lost")));
    }

    [Fact]
    public void A_recording_that_was_killed_says_that_its_formats_are_missing()
    {
        var read = ImportedText.Of(Sample().InFile(ended: false));
        Assert.Empty(read.Exits);
        Assert.Equal(1, read.Count("file-cut"));
        Assert.Equal(8, read.Count("no-formats"));
    }
}
