using ExitProf.Analysis;
using ExitProf.Reports;

namespace ExitProf.Browser.Tests;

/// <summary>A page of every kind that a command writes.</summary>
internal static class SamplePages
{
    private static readonly Dictionary<string, Func<string>> Kinds = new()
    {
        ["profile"] = () => Chromium.Written([SampleRecordings.PioOut]),
        ["two traces"] = () => Chromium.Written([SampleSummaries.PioOut(), SampleSummaries.IoEventFd()]),
        ["two traces of one scenario"] = () =>
            Chromium.Written([SampleSummaries.PioOut(), SampleSummaries.PioOut() with { File = "other.nettrace" }]),
        ["sweep"] = () => Chromium.Written([SampleSummaries.LongSweep()]),
        ["two vCPUs"] = () => Chromium.Written([SampleSummaries.TwoVcpus()]),
        ["emulated guest and import"] = () => Chromium.Written([SampleSummaries.Imported(), SampleSummaries.Emulated()]),
        ["functions"] = () => Chromium.Written([SampleRecordings.Functions]),
        ["foreign machine"] = () => Chromium.Written([SampleRecordings.Guest]),
        ["ab"] = () => Chromium.Written([SampleRecordings.Ab]),
        ["hostile names"] = () => Chromium.Written([SampleSummaries.HostileNames(), SampleSummaries.PioOut()]),
        ["nothing recorded"] = () => Chromium.Written([SampleSummaries.Nothing()]),
        ["verdict on traces"] = () => Verdict(SampleComparisons.Traces()),
        ["verdict on numbers"] = () => Verdict(SampleComparisons.Bhyve(0.01)),
        ["verdict with hostile names"] = () => Verdict(SampleComparisons.Hostile()),
        ["suite"] = () => Suite(SampleSuites.Drawn()),
        ["quick suite"] = () => Suite(SampleSuites.Drawn() with { Quick = true }),
        ["kernels"] = Kernels,
        ["suite with hostile names"] = () => Suite(SampleSuites.Of(SampleSuites.Absent(SampleSummaries.Hostile))),
    };

    public static TheoryData<string> Names => [.. Kinds.Keys];

    public static string Of(string kind) => Kinds[kind]();

    private static string Verdict(ComparisonSummary comparison)
    {
        using var writer = new StringWriter();
        VerdictHtml.Write(writer, comparison);
        return writer.ToString();
    }

    private static string Kernels()
    {
        using var writer = new StringWriter();
        KernelHistoryPage.Write(writer, SampleKernels.History);
        return writer.ToString();
    }

    private static string Suite(SuiteSummary suite)
    {
        using var writer = new StringWriter();
        SuitePage.Write(writer, suite);
        return writer.ToString();
    }
}
