using System.Diagnostics;
using System.Text.Json;
using ExitProf.Analysis;
using ExitProf.Tests.Nettrace;
using ExitProf.Traces;

namespace ExitProf.Tests.Command;

/// <summary>Summaries next to traces, and traces that can be read once.</summary>
public sealed class SummaryTests
{
    private static readonly byte[] Whole = SampleTrace.Ordinary().Bytes();

    public static TheoryData<string> Kept =>
        [.. SourceTree.Files("traces/pvm-zen5", "*.nettrace").Order(StringComparer.Ordinal).Take(4).Select(SourceTree.Relative)];

    private static string Json(TemporaryFolder folder, string trace, params string[] options) =>
        ExitProfCommand.RunIn(folder.Path, ["report", trace, "--format", "json", .. options]).Succeeds().Output;

    [Theory]
    [MemberData(nameof(Kept))]
    public void A_report_from_a_summary_is_the_same_to_the_byte(string recorded)
    {
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(SourceTree.Root, recorded), folder["a.nettrace"]);
        string read = Json(folder, "a.nettrace");
        Assert.Equal(read, Json(folder, "a.nettrace", "--summaries"));
        Assert.True(File.Exists(folder["a.nettrace.summary"]));
        Assert.Equal(read, Json(folder, "a.nettrace", "--summaries"));
        foreach (string form in (string[])["text", "markdown"])
        {
            Assert.Equal(
                ExitProfCommand.RunIn(folder.Path, "report", "a.nettrace", "--format", form).Succeeds().Output,
                ExitProfCommand.RunIn(folder.Path, "report", "a.nettrace", "--format", form, "--summaries").Succeeds().Output
            );
        }
    }

    [Fact]
    public void A_report_from_a_summary_reads_no_exits()
    {
        using var folder = new TemporaryFolder();
        string trace = SourceTree.Files("traces/pvm-zen5", "*.nettrace").Order(StringComparer.Ordinal).First();
        byte[] bytes = File.ReadAllBytes(trace);
        File.WriteAllBytes(folder["a.nettrace"], bytes);
        string read = Json(folder, "a.nettrace", "--summaries");
        bytes.AsSpan(bytes.Length / 2 - 1000, 2000).Clear();
        File.WriteAllBytes(folder["a.nettrace"], bytes);
        Assert.NotEqual(read, Json(folder, "a.nettrace"));
        Assert.Equal(read, Json(folder, "a.nettrace", "--summaries"));
    }

    [Fact]
    public void A_summary_of_another_trace_is_made_again()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.nettrace"], Whole);
        Json(folder, "a.nettrace", "--summaries");
        byte[] first = File.ReadAllBytes(folder["a.nettrace.summary"]);
        File.Copy(Path.Combine(SourceTree.Root, "traces/pvm-zen5/pio-out.nettrace"), folder["a.nettrace"], overwrite: true);
        Assert.Equal(Json(folder, "a.nettrace"), Json(folder, "a.nettrace", "--summaries"));
        Assert.NotEqual(first, File.ReadAllBytes(folder["a.nettrace.summary"]));
    }

    [Fact]
    public void A_damaged_or_cut_summary_is_made_again()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.nettrace"], Whole);
        TraceFiles.SummariseKept(folder["a.nettrace"]);
        byte[] summary = File.ReadAllBytes(folder["a.nettrace.summary"]);
        TraceFingerprint identity = TraceFingerprint.Of(folder["a.nettrace"])!.Value;
        Assert.NotNull(SummaryFile.Read(folder["a.nettrace"], identity));
        for (int at = 0; at < summary.Length; at += 1 + summary.Length / 300)
        {
            byte[] damaged = [.. summary];
            damaged[at] ^= 0x10;
            File.WriteAllBytes(folder["a.nettrace.summary"], damaged);
            Assert.Null(SummaryFile.Read(folder["a.nettrace"], identity));
            File.WriteAllBytes(folder["a.nettrace.summary"], summary[..at]);
            Assert.Null(SummaryFile.Read(folder["a.nettrace"], identity));
        }
        TraceFiles.SummariseKept(folder["a.nettrace"]);
        Assert.Equal(summary, File.ReadAllBytes(folder["a.nettrace.summary"]));
    }

    [Fact]
    public void Sums_that_somebody_made_up_are_refused_and_take_no_memory()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.nettrace"], Whole);
        var whole = new TraceAnalysis();
        TraceReader.Read(folder["a.nettrace"], whole);
        using var sums = new MemoryStream();
        using (var writer = new SumsWriter(sums)) whole.Save(writer);
        byte[] bytes = sums.ToArray();
        var random = new Random(20261130);
        int refused = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 2_000; i++)
        {
            byte[] other = [.. bytes];
            for (int changes = random.Next(1, 5); changes > 0; changes--) other[random.Next(other.Length)] = (byte)random.Next(256);
            var analysis = new TraceAnalysis();
            whole.Describe(analysis);
            try
            {
                analysis.Restore(new SumsReader(other));
                analysis.Summarise("a.nettrace", 0, []);
            }
            catch (FormatException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 200, 1_999);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 2_000, 0, 256 << 20);
    }

    [Theory]
    [InlineData("ab.nettrace")]
    [InlineData("counted.nettrace")]
    public void Traces_that_a_summary_cannot_hold_are_read_and_have_none(string name)
    {
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(SourceTree.Root, "traces/ab-device-delay.nettrace"), folder["ab.nettrace"]);
        File.WriteAllBytes(folder["counted.nettrace"], Counted());
        Assert.Equal(Json(folder, name), Json(folder, name, "--summaries"));
        Assert.False(File.Exists(folder[name + ".summary"]));
    }

    [Fact]
    public void A_pipe_has_the_identity_of_what_an_emulated_host_recorded()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["counted.nettrace"], Counted());
        ProcessResult piped = ExitProfProcess.Shell($"cat {folder["counted.nettrace"]} | $exitprof report - --format json").Succeeds();
        using JsonDocument report = JsonDocument.Parse(piped.Output);
        Assert.Equal(ContentIdentity.Of(folder["counted.nettrace"]), report.RootElement.GetProperty("traces")[0].GetProperty("identity").GetString());
    }

    /// <summary>As an emulated host records: in instructions, and with the machine outside.</summary>
    private static byte[] Counted()
    {
        SampleTrace sample = SampleTrace.Ordinary();
        sample = sample with { Header = sample.Header with { Clock = sample.Header.Clock with { Unit = ClockUnit.Instructions } } };
        var stream = new MemoryStream();
        using (var writer = new TraceWriter(stream))
        {
            sample.Write(writer);
            writer.OuterMachine(new OuterMachine(new DateTime(2026, 11, 30, 7, 8, 9, DateTimeKind.Utc), "QEMU 7.2.22", "A CPU"));
            writer.End(writer.Totals(interrupted: false));
        }
        return stream.ToArray();
    }

    [Fact]
    public void Merged_traces_have_the_exits_of_all_in_any_order()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = File.ReadAllBytes(Path.Combine(SourceTree.Root, "traces/pvm-zen5/pio-out.nettrace"));
        string[] names = [.. Enumerable.Range(0, 3).Select(i => folder[$"{i}.nettrace"])];
        foreach (string name in names) File.WriteAllBytes(name, bytes);
        ConfigurationSummary one = TraceFiles.Summarise(names[0]).Configurations[0];
        ConfigurationSummary all = Assert.Single(TraceFiles.Merge(names, "kernel", kept: true)).Configurations[0];
        Assert.Equal(3 * one.Total.Exits, all.Total.Exits);
        Assert.Equal((one.Total.P50, one.Total.Min, one.Total.Max), (all.Total.P50, all.Total.Min, all.Total.Max));
        Assert.Equal(one.Untraced!.Mean.Mean, all.Untraced!.Mean.Mean, 6);
        Assert.Equal(one.Stages.Select(s => Math.Round(s.Cycles.Mean, 6)), all.Stages.Select(s => Math.Round(s.Cycles.Mean, 6)));
        Assert.True(all.Untraced.Mean.High - all.Untraced.Mean.Low < one.Untraced.Mean.High - one.Untraced.Mean.Low);
        string merged = ExitProfCommand.RunIn(folder.Path, ["report", "--merge-by", "kernel", "--summaries", .. names]).Succeeds().Output;
        Assert.Equal(
            merged, ExitProfCommand.RunIn(folder.Path, ["report", "--merge-by", "kernel", .. names.Reverse()]).Succeeds().Output);
        Assert.Contains("3 traces of kernel", merged);
    }

    [Fact]
    public void Traces_that_have_more_than_sums_are_not_merged()
    {
        string ab = Path.Combine(SourceTree.Root, "traces/ab-device-delay.nettrace");
        ExitProfCommand.Run("report", "--merge-by", "cpu", ab).Fails(2, "cannot be merged");
    }

    [Theory]
    [InlineData("traces/pvm-zen5/pio-out.nettrace")]
    [InlineData("traces/pvm-xeon/device-access.nettrace")]
    [InlineData("traces/ab-device-delay.nettrace")]
    public async Task A_pipe_is_read_once_and_reported_like_the_file(string recorded)
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = File.ReadAllBytes(Path.Combine(SourceTree.Root, recorded));
        File.WriteAllBytes(folder["file.nettrace"], bytes);
        Process.Start("mkfifo", [folder["pipe.nettrace"]]).WaitForExit();
        Task writing = Task.Run(() =>
        {
            using var pipe = new FileStream(folder["pipe.nettrace"], FileMode.Open, FileAccess.Write);
            pipe.Write(bytes);
        });
        string piped = Json(folder, "pipe.nettrace");
        await writing;
        Assert.Equal(Json(folder, "file.nettrace").Replace("file.nettrace", "pipe.nettrace", StringComparison.Ordinal), piped);
    }
}
