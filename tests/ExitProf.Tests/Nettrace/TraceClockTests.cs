using ExitProf.Traces;

namespace ExitProf.Tests.Nettrace;

public sealed class TraceClockTests
{
    [Theory]
    [InlineData("vmm", 1_000_000_000, ClockUnit.Cycles)]
    [InlineData("attach", 1_000_000, ClockUnit.Cycles)]
    [InlineData("ftrace-text", 1_000_000, ClockUnit.Microseconds)]
    [InlineData("ftrace-text", 1_000_000_000, ClockUnit.Nanoseconds)]
    [InlineData("perf.data", 2_600_000_000, ClockUnit.Cycles)]
    public void A_trace_without_a_unit_has_the_one_that_its_writer_meant(string source, long hertz, ClockUnit unit) =>
        Assert.Equal(unit, TraceClock.UnitOf(TraceSource.Named(source), hertz));

    [Fact]
    public void Every_unit_has_a_word_of_its_own() =>
        Assert.Equal(["cycles", "instructions", "ns", "us"], Enum.GetValues<ClockUnit>().Select(u => new TraceClock(1, 1, u).Word));

    [Fact]
    public void A_verdict_of_an_earlier_version_is_in_cycles() => Assert.Equal("cycles", TraceClock.CurrentWord("tsc-cycles"));

    [Fact]
    public void Our_own_sources_are_no_imports()
    {
        Assert.Throws<ArgumentException>(() => TraceSource.Import("vmm"));
        Assert.True(TraceSource.Import("perf.data").IsImport);
        Assert.Equal(TraceSource.Import("perf.data"), TraceSource.Named("perf.data"));
    }
}
