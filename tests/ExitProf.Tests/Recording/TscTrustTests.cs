using ExitProf.Recording;
using ExitProf.Traces;

namespace ExitProf.Tests.Recording;

public sealed class TscTrustTests
{
    private const string Steady = "tsc constant_tsc nonstop_tsc rdtscp";

    [Theory]
    [InlineData(Steady, "tsc")]
    [InlineData(Steady, "kvm-clock")]
    [InlineData(Steady, "hyperv_clocksource_tsc_page")]
    [InlineData(Steady, null)]
    public void A_steady_TSC_is_not_doubted(string flags, string? source) => Assert.Null(TscTrust.Doubt(flags, source));

    [Theory]
    [InlineData("tsc rdtscp", "tsc", "lacks constant_tsc and nonstop_tsc.")]
    [InlineData("tsc constant_tsc", "tsc", "lacks nonstop_tsc.")]
    [InlineData(Steady, "hpet", "the kernel's clock is hpet in its place.")]
    [InlineData("", "acpi_pm", "lacks constant_tsc and nonstop_tsc, and the kernel's clock is acpi_pm in its place.")]
    public void A_TSC_that_may_be_no_clock_is_a_finding_with_the_reason(string flags, string source, string reason) =>
        Assert.Contains(reason, TscTrust.Doubt(flags, source));

    [Fact]
    public void A_counter_of_instructions_is_not_doubted()
    {
        var findings = new FindingLedger();
        TscTrust.Report(findings, ClockUnit.Instructions);
        Assert.Empty(findings.All);
    }
}
