using ExitProf.Tests.Nettrace;

namespace ExitProf.Tests.Command;

/// <summary><c>exitprof suite --from</c> with folders that are whole, damaged, or none. Needs no /dev/kvm.</summary>
public sealed class SuiteFolderTests
{
    private const string Again = ": record it again with exitprof suite.\n";

    private static string List(string scenario = "pio-out", string run = "0", string file = "\"a.nettrace\"") =>
        $$"""{ "schema": 1, "quick": false, "interrupted": false, "seconds": 3, "rows": [{ "scenario": "{{scenario}}", "run": {{run}}, "file": {{file}}, "reason": "", "seconds": 1 }] }""";

    private static ProcessResult From(string? list, byte[]? trace = null, string from = "suite")
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["suite"]);
        if (list != null) File.WriteAllText(folder["suite/rows.json"], list);
        if (trace != null) File.WriteAllBytes(folder["suite/a.nettrace"], trace);
        return ExitProfCommand.RunIn(folder.Path, "suite", "--from", from, "-o", "new", "--format", "text");
    }

    private static void Refuses(string list, string expected)
    {
        ProcessResult result = From(list);
        result.Fails(2, expected);
        Assert.Equal("", result.Output);
    }

    [Theory]
    [InlineData("suite", "suite has no rows.json")]
    [InlineData("nowhere", "nowhere has no rows.json")]
    [InlineData(".", "exitprof: The current folder has no rows.json")]
    public void A_folder_without_a_list_is_no_suite(string from, string expected) =>
        From(null, from: from).Fails(2, $"{expected}, so it is not a folder of exitprof suite{Again}");

    [Theory]
    [InlineData("", "is damaged in line 1")]
    [InlineData("{\n\"schema\": 1,\n\"quick\": fal", "is damaged in line 3")]
    [InlineData("[]", "is damaged: something is missing in it, or is not of its kind")]
    [InlineData("{ \"schema\": 1 }", "is damaged: something is missing in it, or is not of its kind")]
    [InlineData("{ \"schema\": \"one\" }", "is damaged: something is missing in it, or is not of its kind")]
    [InlineData("{ \"schema\": 2 }", "is of another version of ExitProf")]
    public void A_damaged_list_is_one_sentence(string list, string expected) =>
        Refuses(list, $"exitprof: suite/rows.json {expected}{Again}");

    [Theory]
    [InlineData("pio-uot", "0", "null", "names a recording of 'pio-uot' that this version of ExitProf does not make")]
    [InlineData("pio-out", "99", "null", "names a recording of 'pio-out' that this version of ExitProf does not make")]
    [InlineData("pio-out", "0.5", "null", "is damaged")]
    [InlineData("pio-out", "0", "7", "is damaged")]
    [InlineData("pio-out", "0", "\"\"", "is damaged")]
    [InlineData("pio-out", "0", "\"a\\u0000\"", "is damaged")]
    public void A_row_that_cannot_be_is_one_sentence(string scenario, string run, string file, string expected) =>
        Refuses(List(scenario, run, file), $"exitprof: suite/rows.json {expected}");

    [Fact]
    public void A_trace_that_is_missing_is_named() =>
        Refuses(List(), "suite/a.nettrace) failed with ENOENT (No such file or directory): check the name.");

    [Fact]
    public void What_was_lost_of_a_trace_stands_below_its_row()
    {
        byte[] whole = SampleTrace.Ordinary().Bytes();
        Assert.DoesNotContain("trace-cut", From(List(), whole).Succeeds().Output);
        string output = From(List(), whole[..(whole.Length * 3 / 4)]).Succeeds().Output;
        Assert.Contains("data-loss, trace-cut: The trace is cut at byte ", output);
        Assert.DoesNotContain("info, ", output);
    }
}
