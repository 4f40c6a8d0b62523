using System.Text;
using ExitProf.Analysis;
using ExitProf.Reports;
using ExitProf.Traces;
using Microsoft.Diagnostics.Tracing;

namespace ExitProf.Tests.Nettrace;

/// <summary>A recording in each version of the format: the same exits, the same figures.</summary>
public class FormatVersionTests
{
    private static readonly string[] Kept = [Version(1), Version(2)];

    public static TheoryData<string> Recorded =>
        [
            .. SourceTree
                .Files("traces", "*.nettrace")
                .Select(f => Path.GetRelativePath(SourceTree.Root, f))
                .Where(f => !f.Contains("pvm-xeon", StringComparison.Ordinal) || f.Contains("cpuid", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

    [Fact]
    public void The_kept_traces_are_of_the_versions_that_they_are_named_after()
    {
        for (int version = 1; version <= Kept.Length; version++)
        {
            using var source = new EventPipeEventSource(Kept[version - 1]);
            var events = new HashSet<string>();
            source.Dynamic.All += e => events.Add(e.EventName);
            source.Process();
            Assert.Equal($"{version}", source.HeaderKeyValuePairs["ExitProf.FormatVersion"]);
            Assert.Contains(version == 1 ? "Exits" : "ExitColumns", events);
            Assert.DoesNotContain(version == 1 ? "ExitColumns" : "Exits", events);
        }
    }

    [Fact]
    public void Both_versions_hold_the_same_exits_and_give_the_same_report()
    {
        var traces = new RecordedTrace[Kept.Length];
        for (int i = 0; i < Kept.Length; i++) Assert.Empty(TraceReader.Read(Kept[i], traces[i] = new RecordedTrace()).Findings);
        Assert.Equal(traces[0].TraceHeader!.Scenario, traces[1].TraceHeader!.Scenario);
        Assert.Equal(traces[0].Classes, traces[1].Classes);
        Assert.Equal(traces[0].Blocks, traces[1].Blocks);
        Assert.Equal(traces[0].Exits, traces[1].Exits);
        Assert.Equal(Report(Kept[0]), Report(Kept[1]));
    }

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Every_recorded_trace_gives_the_same_report_in_version_2(string trace)
    {
        using var folder = new TemporaryFolder();
        string from = Path.Combine(SourceTree.Root, trace), to = Path.Combine(folder.Path, Path.GetFileName(trace));
        TraceRecoder.Recode(from, to);
        Assert.Equal(Report(from), Report(to));
        // Columns of a few exits are filled up: blocks of 28 exits take an eighth more, long ones a third less.
        Assert.True(
            new FileInfo(to).Length < new FileInfo(from).Length * 9 / 8,
            $"{new FileInfo(to).Length} bytes, {new FileInfo(from).Length} before"
        );
    }

    [Theory]
    [InlineData("traces/pvm-xeon/icache-hot.nettrace")]
    [InlineData("traces/pvm-zen5/pio-out.nettrace")]
    [InlineData("traces/ab-device-delay.nettrace")]
    public void Any_number_of_cores_gives_the_same_report(string trace)
    {
        string path = Path.Combine(SourceTree.Root, trace), one = Report(path);
        foreach (int cores in new[] { 2, 3, 8 }) Assert.Equal(one, Report(path, cores));
    }

    /// <summary>Makes the kept trace of version 2 out of that of version 1: run it by its name where the form is to be kept anew.</summary>
    [Fact(Explicit = true)]
    public void Keep_a_trace_of_version_2() => TraceRecoder.Recode(Version(1), Version(2));

    private static string Version(int version) =>
        Path.Combine(SourceTree.Root, "tests", "ExitProf.Tests", "Nettrace", "Versions", $"format-{version}.nettrace");

    /// <summary>Everything that a report says, but the name and the size of the file.</summary>
    private static string Report(string path, int cores = 1)
    {
        var json = new MemoryStream();
        JsonReport.Write(json, [TraceFiles.Summarise(path, cores) with { File = "trace", Bytes = 1 }]);
        return Encoding.UTF8.GetString(json.ToArray());
    }
}
