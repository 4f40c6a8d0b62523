using System.Text.RegularExpressions;
using ExitProf.Analysis;
using ExitProf.Traces;

namespace ExitProf.Tests.Hostile;

/// <summary>Files by which somebody broke an earlier version.</summary>
public sealed partial class AdversaryTests
{
    private static string Folder { get; } = Path.Combine(SourceTree.Root, "tests", "ExitProf.Tests", "Hostile", "Adversary");

    public static TheoryData<string> Traces => [.. Directory.GetFiles(Folder, "*.nettrace").Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Traces))]
    public void No_file_harms_any_form_of_a_report(string name)
    {
        try
        {
            Assert.All(EveryForm.Of(Path.Combine(Folder, name)), HasNoCommand);
        }
        catch (TraceFormatException refused)
        {
            Assert.NotEmpty(refused.Message);
        }
    }

    [Theory]
    [InlineData("bomb-65535-configurations.nettrace")]
    [InlineData("bomb-histograms-2.8GB.nettrace")]
    public void A_small_file_asks_for_little_memory(string name)
    {
        // A process of its own, because other tests allocate beside this one: with a heap of at most 256 MiB it ends as without the limit.
        ProcessResult result = ExitProfProcess.Shell($"DOTNET_GCHeapHardLimit=0x10000000 $exitprof report '{Folder}/{name}'");
        Assert.InRange(result.WithoutStackTrace().ExitCode, 0, 2);
        Assert.DoesNotContain("memory", result.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_floor_that_cannot_be_is_an_error_and_taken_as_unknown()
    {
        foreach (string name in (string[])["report-probe-floor-1e308.nettrace", "html-probe-floor-2.7e156.nettrace"])
        {
            TraceSummary trace = TraceFiles.Summarise(Path.Combine(Folder, name));
            Assert.Contains(trace.Findings, f => f is { Severity: Severity.Error, Id: "impossible-floor" });
            Assert.Equal(0, trace.Header.ProbeFloor);
        }
    }

    [Fact]
    public void A_stage_below_nothing_is_an_error()
    {
        TraceSummary trace = TraceFiles.Summarise(Path.Combine(Folder, "probe-floor-100000.nettrace"));
        Assert.Contains(trace.Findings, f => f.Severity == Severity.Error && f.Id is "negative-stage" or "impossible-floor");
    }

    [Fact]
    public void Half_a_surrogate_neither_stops_a_baseline_nor_stays_behind_in_it()
    {
        using var folder = new TemporaryFolder();
        string baseline = Path.Combine(folder.Path, "baseline"), trace = Path.Combine(Folder, "baseline-lone-surrogate.nettrace");
        for (int i = 0; i < 2; i++)
        {
            ProcessResult result = ExitProfCommand.Run("compare", trace, "--baseline", baseline, "--add").WithoutStackTrace();
            Assert.InRange(result.ExitCode, 0, 4);
        }
        Assert.All(Directory.GetFiles(baseline, "*.tsv"), f => Assert.Contains(File.ReadAllLines(f), l => l[0] != '#'));
    }

    [Fact]
    public void A_base_without_a_configuration_is_one_sentence() =>
        ExitProfCommand
            .Run(
                "compare",
                Path.Combine(Folder, "compare-no-configuration.nettrace"),
                "--with",
                Path.Combine(SourceTree.Root, "traces/pvm-zen5/pio-out.nettrace"),
                "--across-hosts"
            )
            .Fails(2, "the base has none");

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(120)]
    public void A_unit_of_wide_characters_ends(int columns)
    {
        ProcessResult result = ExitProfProcess
            .Shell($"COLUMNS={columns} $exitprof compare '{Folder}/hang-base.csv' --with '{Folder}/hang-new.csv' --unit 周期")
            .Succeeds();
        Assert.Contains("周期", result.Output);
        Assert.Contains("worse", result.Output);
    }

    [Fact]
    public void Numbers_of_twelve_digits_keep_their_table()
    {
        ProcessResult result = ExitProfCommand
            .Run("compare", Path.Combine(Folder, "lost-table-base.csv"), "--with", Path.Combine(Folder, "lost-table-new.csv"), "--unit", "cycles")
            .Succeeds();
        Assert.DoesNotContain("…", result.Output);
        Assert.Contains("124,006,789,012", result.Output);
        Assert.Matches("(?m)verdict$", result.Output);
    }

    internal static void HasNoCommand(string form) => Assert.DoesNotMatch(Command(), form);

    // What GitHub and Azure take for a command, and what steers a terminal.
    [GeneratedRegex(@"^[ \t]*::|##(?:vso|\[|teamcity)|[\x00-\x08\x0b-\x1f\x7f]", RegexOptions.Multiline)]
    private static partial Regex Command();
}
