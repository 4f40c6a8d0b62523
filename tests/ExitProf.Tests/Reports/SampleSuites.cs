using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Reports;

/// <summary>Suites made by hand of the sample summaries.</summary>
internal static class SampleSuites
{
    private static readonly PublishedFigure Stages = new("Tosatti, KVM Forum", 2010, "a port write, stage by stage", "cycles",
        [new("exit", 400), new("handler", 400), new("pio-search", 1_000), new("host-restore", 2_000), new("userspace", 2_900), new("guest-reload", 1_800), new("guest-entry", 1_100), new("guest-resume", 800)]);

    /// <summary>A native row with stages, a light exit against it, an emulated guest, and one that cannot run.</summary>
    public static SuiteSummary Whole() => Of(
        Absent("hypercall cannot run on this host: the guest ran for 0.7 s without an exit."),
        Row(SampleSummaries.Emulated(), new SuiteReading.Totals()),
        Row(SampleSummaries.IoEventFd(), new SuiteReading.Against("pio-out")),
        Row(SampleSummaries.PioOut(), new SuiteReading.Stages()) with { Published = [Stages], UnitTest = "outl_to_kernel" });

    public static SuiteSummary Of(params SuiteRow[] rows) => new([.. rows], Quick: false, Seconds: 312.4, Interrupted: false);

    public static SuiteRow Row(TraceSummary trace, SuiteReading reading) =>
        new(trace.Header.Scenario, "what is measured", "the text that it goes back to", null, [], new SuiteRun([], reading), trace, "", 6.2);

    public static SuiteRow Absent(string reason) =>
        new("hypercall", "what is measured", "the text that it goes back to", "vmcall",
            [new("Amsden, mail on I/O hypercalls", 2006, "the way into the hypervisor", "cycles", [new("hypercall", 120), new("#GP", 2_000)])],
            new SuiteRun([], new SuiteReading.Totals()), null, reason, 0.9);
}
