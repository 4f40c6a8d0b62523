using ExitProf.Traces;

namespace ExitProf.Tests.Nettrace;

/// <summary>What differs between two recordings of one kept machine: it is in the trace, and not in the trace's identity.</summary>
public sealed class OuterMachineTests
{
    private static readonly OuterMachine First = new(new DateTime(2026, 11, 30, 7, 8, 9, 10, DateTimeKind.Utc), "QEMU 7.2.22 (Debian)", "A CPU");

    [Fact]
    public void It_is_read_back_as_it_was_written()
    {
        var read = new RecordedTrace();
        Assert.Empty(TraceReader.Read(new MemoryStream(Trace(First)), "trace", read).Findings);
        Assert.Equal(First, read.Outer);
    }

    [Fact]
    public void Identity_leaves_it_out_and_nothing_else()
    {
        byte[] without = SampleTrace.Ordinary().Bytes(), later = Trace(First with { RecordedUtc = DateTime.UtcNow, Cpu = "Another CPU" });
        Assert.NotEqual(without, later);
        Assert.Equal(Identity(without), Identity(later));
        Assert.Equal(Identity(without), Identity(Trace(First)));
        Assert.Matches("^[0-9a-f]{64}$", Identity(without));
        SampleTrace sample = SampleTrace.Ordinary();
        Assert.NotEqual(Identity(without), Identity((sample with { Findings = [] }).Bytes()));
        Assert.NotEqual(Identity(without), Identity((sample with { Header = sample.Header with { Seed = 8 } }).Bytes()));
    }

    [Fact]
    public void Identity_of_what_is_no_trace_is_refused() =>
        Assert.Throws<TraceFormatException>(() => ContentIdentity.Of(new MemoryStream("no trace"u8.ToArray()), "file"));

    private static string Identity(byte[] trace) => ContentIdentity.Of(new MemoryStream(trace), "trace");

    private static byte[] Trace(OuterMachine machine)
    {
        var stream = new MemoryStream();
        using (var writer = new TraceWriter(stream))
        {
            SampleTrace.Ordinary().Write(writer);
            writer.OuterMachine(machine);
            writer.End(writer.Totals(interrupted: false));
        }
        return stream.ToArray();
    }
}
