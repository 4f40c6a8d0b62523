using System.Buffers.Binary;
using System.Text.Json;
using System.Text.RegularExpressions;
using ExitProf.Reports;
using ExitProf.Tests.Nettrace;

namespace ExitProf.Tests.Command;

/// <summary>Reports of traces, whole and harmed. Needs no /dev/kvm.</summary>
public sealed class ReportCommandTests
{
    private static readonly byte[] Whole = SampleTrace.Ordinary().Bytes();

    [Fact]
    public void A_slope_whose_interval_holds_0_is_not_printed_as_one()
    {
        string Report(string trace) =>
            ExitProfCommand.Run("report", Path.Combine(SourceTree.Root, "traces/pvm-xeon/suite", trace)).Succeeds().Output;
        string flat = Report("29-memslots.nettrace");
        Assert.Contains("slots: no slope beyond noise, at most ", flat);
        Assert.DoesNotContain("\u00b1 6.2 cycles for each one more", flat);
    }

    [Fact]
    public void A_trace_is_reported_in_every_form()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.nettrace"], Whole);
        string text = ExitProfCommand.RunIn(folder.Path, "report", "a.nettrace").Succeeds().Output;
        Assert.Contains("host-restore", text);
        using JsonDocument json = JsonDocument.Parse(
            ExitProfCommand.RunIn(folder.Path, "report", "a.nettrace", "--format", "json").Succeeds().Output
        );
        Assert.Equal("a.nettrace", json.RootElement.GetProperty("traces")[0].GetProperty("file").GetString());
        Assert.StartsWith(
            "<!DOCTYPE html>",
            ExitProfCommand.RunIn(folder.Path, "report", "a.nettrace", "--format", "html").Succeeds().Output,
            StringComparison.OrdinalIgnoreCase
        );
        foreach (
            (string form, string file) in (ReadOnlySpan<(string, string)>)
                [("text", "report.txt"), ("json", "report.json"), ("html", "index.html")]
        )
        {
            Assert.Equal(
                $"new/{file}\n",
                ExitProfCommand.RunIn(folder.Path, "report", "a.nettrace", "--format", form, "-o", "new").Succeeds().Output
            );
            Assert.NotEqual(0, new FileInfo(folder["new/" + file]).Length);
        }
    }

    [Fact]
    public void A_table_for_spreadsheets_has_a_row_for_each_total_stage_and_step()
    {
        string csv = ExitProfCommand.Run("report", Recorded("pvm-zen5/pio-out"), "--format", "csv").Succeeds().Output;
        string[] lines = csv.TrimEnd('\n').Split('\n');
        Assert.Equal(CsvReport.Head, lines[0]);
        int columns = CsvReport.Head.Split(',').Length;
        Assert.All(lines, l => Assert.Equal(columns, Regex.Replace(l, "\"[^\"]*\"", "quoted").Split(',').Length));
        Assert.Contains(lines, l => l.StartsWith("pio-out.nettrace,pio-out,default,cycles,total,untraced,,6023,65541", StringComparison.Ordinal));
        Assert.Equal(8, lines.Count(l => l.Contains(",stage,", StringComparison.Ordinal)));
        Assert.Contains(lines, l => l.Contains("host-restore: user-return MSRs", StringComparison.Ordinal));
    }

    [Fact]
    public void Pictures_are_written_where_they_were_asked_for_and_nowhere_else()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.nettrace"], Whole);
        ExitProfCommand.RunIn(folder.Path, "report", "a.nettrace", "--png").Fails(1, "Give the folder for page and pictures by -o.");
        ExitProfCommand.RunIn(folder.Path, "report", "a.nettrace", "a.nettrace").Fails(1, "a.nettrace is given twice.");
        Assert.Equal(["a.nettrace"], Directory.GetFiles(folder.Path).Select(f => Path.GetFileName(f)));
    }

    [Fact]
    public void A_sweep_that_proves_no_difference_claims_none()
    {
        string many = ExitProfCommand.Run("report", Recorded("pvm-xeon/icache-many")).Succeeds().Output;
        Assert.Matches(@"no\s+setting\s+is\s+proven\s+to\s+differ\s+from\s+another", many);
        string search = ExitProfCommand.Run("report", Recorded("pvm-xeon/suite/36-pio-search")).Succeeds().Output;
        Assert.StartsWith("One pio-search exit typically costs from 66,327 cycles", search);
    }

    [Fact]
    public void The_report_of_a_comparison_begins_with_its_verdict()
    {
        string text = ExitProfCommand.Run("report", Recorded("ab-device-delay")).Succeeds().Output;
        Assert.StartsWith("Same: ", text);
    }

    [Fact]
    public void Traces_of_two_hosts_are_told_apart_by_their_hosts_and_each_once()
    {
        string text = ExitProfCommand
            .Run("report", Recorded("pvm-zen5/pio-out"), Recorded("pvm-xeon/suite/35-pio-out"), Recorded("pvm-xeon/suite/30-mixed"))
            .Succeeds()
            .Output;
        Assert.Contains(" on AMD EPYC, Linux ", text.Split('\n')[0]);
        Assert.Contains(" on Intel", text.Split('\n')[1]);
        string sentence = text.Split('\n')[0];
        Assert.Equal(text.IndexOf(sentence, StringComparison.Ordinal), text.LastIndexOf(sentence, StringComparison.Ordinal));
    }

    private static string Recorded(string name) => Path.Combine(SourceTree.Root, "traces", name + ".nettrace");

    [Fact]
    public void Several_traces_are_reported_together()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.nettrace"], Whole);
        File.WriteAllBytes(folder["b.nettrace"], Whole);
        using JsonDocument json = JsonDocument.Parse(
            ExitProfCommand.RunIn(folder.Path, "report", "a.nettrace", "b.nettrace", "--format", "json").Succeeds().Output
        );
        Assert.Equal(
            ["a.nettrace", "b.nettrace"],
            json.RootElement.GetProperty("traces").EnumerateArray().Select(t => t.GetProperty("file").GetString())
        );
    }

    [Theory]
    [InlineData(0.0005, false)]
    [InlineData(0.005, false)]
    [InlineData(0.03, false)]
    [InlineData(0.6, true)]
    [InlineData(0.9, true)]
    [InlineData(0.999, true)]
    public void A_cut_trace_is_read_up_to_the_cut_or_refused_with_a_sentence(double share, bool readable)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["cut.nettrace"], Whole[..(int)(Whole.Length * share)]);
        ProcessResult result = ExitProfCommand.RunIn(folder.Path, "report", "cut.nettrace", "--format", "json");
        if (!readable)
        {
            result.Fails(2, "cut.nettrace");
            return;
        }
        using JsonDocument json = JsonDocument.Parse(result.Succeeds().Output);
        JsonElement trace = json.RootElement.GetProperty("traces")[0];
        JsonElement cut = Assert.Single(
            trace.GetProperty("findings").EnumerateArray(),
            f => f.GetProperty("id").GetString() == "trace-cut"
        );
        Assert.Equal("data-loss", cut.GetProperty("severity").GetString());
        Assert.True(trace.GetProperty("traced").GetProperty("exits").GetInt64() > 0);
    }

    [Fact]
    public void A_flipped_byte_is_a_finding()
    {
        using var folder = new TemporaryFolder();
        byte[] flipped = [.. Whole];
        flipped[flipped.Length * 2 / 3] ^= 0x10;
        File.WriteAllBytes(folder["flipped.nettrace"], flipped);
        using JsonDocument json = JsonDocument.Parse(
            ExitProfCommand.RunIn(folder.Path, "report", "flipped.nettrace", "--format", "json").Succeeds().Output
        );
        Assert.Contains(
            json.RootElement.GetProperty("traces")[0].GetProperty("findings").EnumerateArray(),
            f => f.GetProperty("severity").GetString() is "data-loss" or "error"
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_lost_class_is_a_finding_that_counts_its_exits(int lost)
    {
        using var folder = new TemporaryFolder();
        byte[] damaged = [.. Whole];
        DamagedTraceTests.LoseClass(damaged, SampleTrace.Ordinary().Classes[lost]);
        File.WriteAllBytes(folder["lost.nettrace"], damaged);
        using JsonDocument json = JsonDocument.Parse(
            ExitProfCommand.RunIn(folder.Path, "report", "lost.nettrace", "--format", "json").Succeeds().Output
        );
        JsonElement finding = Assert.Single(
            json.RootElement.GetProperty("traces")[0].GetProperty("findings").EnumerateArray(),
            f => f.GetProperty("id").GetString() == "lost-class"
        );
        Assert.Equal("data-loss", finding.GetProperty("severity").GetString());
        Assert.InRange(finding.GetProperty("count").GetInt64(), 1, SampleTrace.Ordinary().Exits.Count);
    }

    [Fact]
    public void A_newer_version_of_nettrace_is_refused()
    {
        using var folder = new TemporaryFolder();
        byte[] newer = [.. Whole];
        // "Nettrace", four zero bytes, then the major version.
        Assert.Equal(6, BinaryPrimitives.ReadInt32LittleEndian(newer.AsSpan(12)));
        BinaryPrimitives.WriteInt32LittleEndian(newer.AsSpan(12), 7);
        File.WriteAllBytes(folder["newer.nettrace"], newer);
        ExitProfCommand.RunIn(folder.Path, "report", "newer.nettrace").Fails(2, "newer.nettrace", "version 7");
    }

    [Theory]
    [InlineData("")]
    [InlineData("this is a text\n")]
    public void What_is_no_trace_is_refused(string contents)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], contents);
        ExitProfCommand
            .RunIn(folder.Path, "report", "file")
            .Fails(2, "file is not a trace", "give a file that exitprof record, profile or ab has written.");
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_named()
    {
        using var folder = new TemporaryFolder();
        ExitProfCommand
            .RunIn(folder.Path, "report", "missing.nettrace")
            .Fails(2, $"open({folder["missing.nettrace"]}) failed with ENOENT (No such file or directory): check the name.\n");
        ExitProfCommand
            .RunIn(folder.Path, "report", "nowhere/missing.nettrace", "-o", ".")
            .Fails(2, $"open({folder["nowhere/missing.nettrace"]}) failed with ENOENT (No such file or directory): check the name.\n");
        ExitProfCommand.Run("report", folder.Path).Fails(2, $"open({folder.Path}) failed with EISDIR");
        File.WriteAllBytes(folder["a.nettrace"], Whole);
        ExitProfCommand.RunIn(folder.Path, "report", "a.nettrace/b").Fails(2, "ENOTDIR");
    }

    [Fact]
    public void A_file_that_may_not_be_read_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.nettrace"], Whole);
        Assert.True(PrivateMounts.Works("chmod", "000", folder["a.nettrace"]));
        Assert.True(PrivateMounts.Works("chmod", "755", folder.Path));
        string[] somebody = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
        Assert.SkipUnless(
            PrivateMounts.Works([.. somebody, "test", "-r", ExitProfProcess.Dll]),
            "another user cannot be played here, or cannot read the build's output"
        );
        ExitProfProcess
            .Shell($"$exitprof report {folder["a.nettrace"]}", somebody)
            .Fails(2, $"open({folder["a.nettrace"]}) failed with EACCES (Permission denied): check the name, or run as its owner.");
    }

    [Theory]
    [InlineData(
        "/proc/x",
        "open(/proc/x) failed with ENOENT (No such file or directory): check the name, or choose another place with -o."
    )]
    [InlineData("a.nettrace", "EEXIST")]
    [InlineData("a.nettrace/below", "ENOTDIR")]
    public void An_output_folder_that_cannot_be_made_is_named(string output, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.nettrace"], Whole);
        foreach (string[] form in (string[][])[["--format", "text"], ["--format", "json"], ["--format", "html"]])
        {
            ExitProfCommand.RunIn(folder.Path, ["report", "a.nettrace", "-o", output, .. form]).Fails(2, expected);
        }
    }

    [Fact]
    public void A_full_disk_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.nettrace"], Whole);
        string[] enter = PrivateMounts.Enter();
        Directory.CreateDirectory(folder["small"]);
        string script = $"mount -t tmpfs -o size=8k none {folder["small"]} && $exitprof report {folder["a.nettrace"]} -o {folder["small"]}";
        ExitProfProcess.Shell(script, enter).Fails(2, "ENOSPC (No space left on device)", "free some space");
    }
}
