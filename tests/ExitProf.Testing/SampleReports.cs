using ExitProf.Analysis;

namespace ExitProf.Testing;

/// <summary>The samples as somebody would ask for reports of them.</summary>
public static class SampleReports
{
    public static readonly IReadOnlyList<TraceSummary[]> All =
    [
        [SampleSummaries.PioOut()],
        [SampleSummaries.IoEventFd()],
        [SampleSummaries.PioOut(), SampleSummaries.IoEventFd()],
        [SampleSummaries.PioOut(), SampleSummaries.PioOut() with { File = "other.nettrace" }],
        [SampleSummaries.NoRoot()],
        [SampleSummaries.Emulated()],
        [SampleSummaries.Sweep()],
        [SampleSummaries.TwoVcpus()],
        [SampleSummaries.LongSweep()],
        [SampleSummaries.Imported()],
        [SampleSummaries.Imported(), SampleSummaries.Emulated()],
        [SampleSummaries.HostileNames()],
        [SampleSummaries.HostileNames(), SampleSummaries.PioOut()],
        [SampleSummaries.Nothing()],
        [],
        [SampleRecordings.PioOut],
        [SampleRecordings.Ab],
        [SampleRecordings.Guest],
    ];
}
