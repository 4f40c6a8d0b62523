using System.Text.Json;
using ExitProf.Tests.Nettrace;
using ExitProf.Traces;

namespace ExitProf.Tests.Command;

/// <summary>Verdicts and exit codes of <c>exitprof compare</c>. Needs no /dev/kvm.</summary>
public sealed class CompareCommandTests
{
    private const string WithCache = "178.968\n177.009\n180.451\n175.902\n176.422\n", WithoutCache = "176.845\n177.051\n181.794\n177.340\n";

    private static ProcessResult Compare(string arguments, params (string Name, string Text)[] files)
    {
        using var folder = new TemporaryFolder();
        foreach ((string name, string text) in files) File.WriteAllText(folder[name], text);
        return ExitProfCommand.RunIn(folder.Path, ["compare", .. arguments.Split(' ')]).WithoutStackTrace();
    }

    private static ProcessResult CompareCaches(string options) =>
        Compare("a.csv --with b.txt " + options, ("a.csv", WithCache), ("b.txt", WithoutCache));

    [Theory]
    [InlineData("--margin 2%", 0, "same")]
    [InlineData("--margin 2% --fail-on cannot-tell", 0, "same")]
    [InlineData("--margin 1%", 0, "cannot-tell")]
    [InlineData("--margin 1% --fail-on worse", 0, "cannot-tell")]
    [InlineData("--margin 1% --fail-on cannot-tell", 4, "cannot-tell")]
    [InlineData("--margin 0% --alpha 0.05 --fail-on cannot-tell", 4, "cannot-tell")]
    public void The_exit_code_follows_the_verdict_and_the_gate(string options, int code, string verdict)
    {
        ProcessResult result = CompareCaches(options + " --unit s --format json");
        Assert.Equal(code, result.ExitCode);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal(verdict, json.RootElement.GetProperty("verdict").GetString());
        Assert.Equal("s", json.RootElement.GetProperty("comparisons")[0].GetProperty("unit").GetString());
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData(" --fail-on worse", 3)]
    [InlineData(" --fail-on cannot-tell", 3)]
    [InlineData(" --fail-on worse --higher-is-better", 0)]
    public void Worse_fails_the_gate(string options, int code)
    {
        ProcessResult result = Compare(
            "a.csv --with b.csv" + options,
            ("a.csv", "10\n10.1\n10.2\n10.1\n"),
            ("b.csv", "12\n12.1\n12.2\n12.3\n")
        );
        Assert.Equal(code, result.ExitCode);
        Assert.StartsWith(options.Contains("higher", StringComparison.Ordinal) ? "Better: " : "Worse: ", result.Output);
    }

    [Fact]
    public void A_trace_from_before_a_setting_existed_is_taken_to_have_its_default()
    {
        string traces = Path.Combine(SourceTree.Root, "traces");
        string output = ExitProfCommand
            .Run("compare", $"{traces}/pvm-zen5/pio-out.nettrace", "--across-hosts", "--with", $"{traces}/pvm-xeon/suite/35-pio-out.nettrace")
            .Succeeds()
            .Output;
        Assert.StartsWith("Cannot tell: ", output);
        Assert.Contains("pio-out: device-loop=0 was taken for one trace from before the setting existed.", output);
    }

    [Theory]
    [InlineData("\\ud800lone", "\uFFFDlone")]
    [InlineData("a\\uDC00b", "a\uFFFDb")]
    [InlineData("\\ud83d\\ude00 pair", "\U0001F600 pair")]
    [InlineData("\\\\ud800 text", "\\ud800 text")]
    public void Half_a_character_in_a_name_is_shown_as_one_that_is_unknown(string name, string shown)
    {
        string export = $$"""{"results":[{"command":"{{name}}","mean":1,"times":[1,1.01,1.02,1.01,1.03,1.02,1.01,1.02]}]}""";
        string other = export.Replace("1.03", "1.04", StringComparison.Ordinal);
        ProcessResult result = Compare("a.json --with b.json --format json", ("a.json", export), ("b.json", other));
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal(shown, json.RootElement.GetProperty("comparisons")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void One_run_a_side_cannot_tell()
    {
        ProcessResult result = Compare("a.csv --with b.csv --fail-on cannot-tell", ("a.csv", "13900.60"), ("b.csv", "13938.07"));
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("too-few-runs", result.Output);
        Assert.StartsWith("Cannot tell: ", result.Output);
    }

    [Fact]
    public void Files_of_a_side_are_runs_unless_they_are_pooled()
    {
        (string, string)[] files = [("a.csv", "1\n2"), ("b.csv", "3"), ("c.csv", "1\n1.5"), ("d.csv", "2.5\n3")];
        Assert.Contains("| numbers | 2 + 2 |", Compare("a.csv b.csv --with c.csv d.csv --format markdown", files).Succeeds().Output);
        Assert.Contains("| numbers | 3 + 4 |", Compare("a.csv b.csv --with c.csv d.csv --pool --format markdown", files).Succeeds().Output);
    }

    [Theory]
    [InlineData("a.csv --with missing.csv", 2, "missing.csv) failed with ENOENT (No such file or directory): check the name.")]
    [InlineData("a.csv --with empty.csv", 2, "empty.csv holds no number")]
    [InlineData("a.csv --with words.csv", 2, "Line 1 of words.csv is not a number: 'slow'")]
    [InlineData("a.csv --with nan.csv", 2, "Line 2 of nan.csv is 'NaN'")]
    [InlineData("a.csv --with a.csv", 1, "a.csv is given twice")]
    [InlineData("a.csv --with ./a.csv", 1, "a.csv is given twice")]
    [InlineData(
        "a.csv --with a.nettrace",
        1,
        "a.nettrace is a trace and a.csv holds plain numbers: a trace cannot be compared with numbers"
    )]
    [InlineData("a.nettrace --with b.nettrace", 2, "a.nettrace is not a trace")]
    [InlineData("a.csv --with b.csv --commit abc", 1, "--commit is for --add: leave it out here.")]
    [InlineData("a.nettrace --baseline kept --commit abc", 1, "--commit is for --add: leave it out here.")]
    [InlineData("a.nettrace --baseline kept --higher-is-better", 1, "--higher-is-better is for numbers: leave it out here.")]
    [InlineData("a.nettrace --baseline kept --across-hosts", 1, "--across-hosts is for --with: leave it out here.")]
    [InlineData("a.nettrace --higher-is-better", 1, "--higher-is-better is for numbers: fewer cycles")]
    [InlineData("a.csv --with b.csv --across-hosts", 1, "--across-hosts is for traces: numbers do not say which host they are of.")]
    [InlineData(
        "a.csv --with b.csv --gate-config none.json",
        2,
        "none.json) failed with ENOENT (No such file or directory): check the name."
    )]
    [InlineData("a.csv", 1, "Give the runs of the new side by --with")]
    [InlineData("--with a.csv", 1, "Required argument 'base' missing")]
    [InlineData(
        "a.csv --with b.csv --margin two",
        1,
        "--margin takes a share like 2%, an amount with its unit like 30cycles, or both like 2%+30cycles, not 'two'."
    )]
    [InlineData("a.csv --with b.csv --margin 5", 1, "--margin takes a share like 2%, an amount with its unit")]
    [InlineData(
        "a.csv --with b.csv --margin 5cycles --unit s",
        2,
        "The margin 5cycles is in cycles, and what is compared is in s: give it as a share, or in s."
    )]
    [InlineData(
        "a.csv --with b.csv --unit MB/s",
        1,
        "a.csv is in MB/s, a rate, and nobody said which way it gets better: give --higher-is-better or --lower-is-better."
    )]
    [InlineData("a.csv --with b.csv --higher-is-better --lower-is-better", 1, "Give --higher-is-better or --lower-is-better, not both.")]
    [InlineData("a.csv --with b.csv --least-runs 1", 1, "--least-runs takes a whole number from 2 on, not '1'.")]
    [InlineData("a.csv --with go.txt", 2, "a.csv holds plain numbers and go.txt holds the benchmark text of go test")]
    [InlineData("a.csv --with endless.csv", 2, "has more than 4,096 characters")]
    [InlineData("a.csv --with zero.csv", 2, "a character that no text has")]
    [InlineData("a.csv --with b.csv --margin -1%", 1, "--margin takes")]
    [InlineData("a.csv --with b.csv --margin nan", 1, "--margin takes")]
    [InlineData("a.csv --with b.csv --alpha 0", 1, "--alpha takes a share from")]
    [InlineData("a.csv --with b.csv --alpha 50%", 1, "--alpha takes")]
    [InlineData("a.csv --with b.csv --fail-on better", 1, "'better' not recognized")]
    [InlineData("a.csv --with b.csv --format pdf", 1, "'pdf' not recognized")]
    public void Bad_input_is_one_sentence_and_never_a_verdict(string arguments, int code, string expected)
    {
        ProcessResult result = Compare(
            arguments,
            ("a.csv", WithCache),
            ("b.csv", WithoutCache),
            ("empty.csv", ""),
            ("words.csv", "slow\n"),
            ("nan.csv", "1\nNaN\n"),
            ("a.nettrace", "text"),
            ("b.nettrace", "text"),
            ("go.txt", "BenchmarkX 10 5 ns/op\n"),
            ("endless.csv", new string('1', 5_000)),
            ("zero.csv", "\0\0")
        );
        result.Fails(code, expected);
        Assert.Equal("", result.Output);
    }

    [Theory]
    [InlineData("markdown", "<!-- exitprof -->\n**Same: ")]
    [InlineData("html", "<!DOCTYPE html>\n")]
    [InlineData("junit", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n")]
    public void Every_form_of_a_verdict_goes_to_stdout(string format, string begin) =>
        Assert.StartsWith(begin, CompareCaches("--format " + format).Succeeds().Output);

    [Fact]
    public void A_gates_file_has_margins_and_the_command_line_goes_before_it()
    {
        (string, string)[] files =
        [
            ("a.csv", WithCache),
            ("b.csv", WithoutCache),
            ("gate.json", "{ \"margin\": \"1%\", \"failOn\": \"cannot-tell\" } // kept beside the code"),
        ];
        Assert.Equal(4, Compare("a.csv --with b.csv --gate-config gate.json", files).ExitCode);
        Assert.Equal(0, Compare("a.csv --with b.csv --gate-config gate.json --fail-on worse", files).ExitCode);
        Assert.Equal(0, Compare("a.csv --with b.csv --gate-config gate.json --margin 2%", files).ExitCode);
    }

    [Theory]
    [InlineData("{", "gate.json is not JSON: line 1")]
    [InlineData("[]", "gate.json: the file has to be an object")]
    [InlineData("{ \"margins\": \"2%\" }", "gate.json: there is no \"margins\"; there are margin, alpha")]
    [InlineData(
        "{ \"margin\": 2 }",
        "\"margin\" takes a share like \"2%\", an amount with its unit like \"500cycles\", or both like \"2%+500cycles\", not 2."
    )]
    [InlineData("{ \"margin\": \"5\" }", "\"margin\" takes a share like")]
    [InlineData("{ \"metrics\": { \"x\": { \"better\": \"bigger\" } } }", "\"better\" takes \"higher\" or \"lower\", not \"bigger\".")]
    [InlineData("{ \"alpha\": \"50%\" }", "\"alpha\" takes a share from")]
    [InlineData("{ \"failOn\": \"better\" }", "\"failOn\" of a gate's file takes")]
    [InlineData("{ \"stages\": { \"handler\": \"-1\" } }", "\"handler\" takes a share like")]
    [InlineData("{ \"scenarios\": { \"pio-out\": { \"alpha\": \"1%\" } } }", "there is no \"alpha\"; there are margin, stages")]
    [InlineData("{ \"margin\": \"1%\", \"margin\": \"2%\" }", "has \"margin\" twice")]
    public void A_gates_file_that_is_none_is_one_sentence_and_never_a_verdict(string text, string expected)
    {
        ProcessResult result = Compare(
            "a.csv --with b.csv --gate-config gate.json",
            ("a.csv", WithCache),
            ("b.csv", WithoutCache),
            ("gate.json", text)
        );
        result.Fails(2, expected);
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void A_baseline_with_nothing_to_compare_fails_a_gate_that_asks_and_begins_with_these_runs()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 2; i++)
        {
            SampleTrace sample = SampleTrace.Ordinary(blockCount: 6 + i);
            byte[] bytes = (sample with
            {
                Header = sample.Header with { Seed = (ulong)i, StartUtc = sample.Header.StartUtc.AddMinutes(i) },
                Blocks = [.. sample.Blocks.Select(b => b with { InvoluntarySwitches = 0 })],
            }).Bytes();
            File.WriteAllBytes(folder[$"{i}.nettrace"], bytes);
            File.WriteAllBytes(folder[$"cut-{i}.nettrace"], bytes[..^300]);
        }
        ProcessResult Run(string arguments) => ExitProfCommand.RunIn(folder.Path, ["compare", .. arguments.Split(' ')]).WithoutStackTrace();

        Run("0.nettrace --baseline base").Fails(2, "There is no folder base");
        Run("0.nettrace --baseline 1.nettrace --add").Fails(2, "1.nettrace is a file: --baseline takes the folder");
        Directory.CreateDirectory(folder["base"]);
        ProcessResult cut = Run("cut-0.nettrace --baseline base --add --fail-on worse");
        Assert.Equal(0, cut.ExitCode);
        Assert.Contains("base does not remember cut-0.nettrace: ", cut.Error);
        Assert.Empty(Directory.GetFiles(folder["base"]));

        ProcessResult first = Run("0.nettrace --baseline base --add --commit a --fail-on cannot-tell --format json --report q.xml");
        Assert.Equal(4, first.ExitCode);
        using JsonDocument json = JsonDocument.Parse(first.Output);
        Assert.Equal("cannot-tell", json.RootElement.GetProperty("verdict").GetString());
        Assert.Contains(
            "not-in-baseline",
            json.RootElement.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("id").GetString())
        );
        Assert.Contains("<failure ", File.ReadAllText(folder["q.xml"]));
        Assert.Single(Directory.GetFiles(folder["base"], "*.tsv"));

        ProcessResult again = Run("0.nettrace --baseline base --add --commit b");
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("is this recording itself", again.Output);
        Assert.Contains("remembers 0.nettrace already", again.Error);
        ProcessResult stopped = Run("1.nettrace --baseline base --add --fail-on cannot-tell");
        Assert.Equal(4, stopped.ExitCode);
        Assert.Contains("4 more runs on each side", stopped.Output);
        Assert.Contains("does not remember the traces: the gate failed", stopped.Error);
    }

    [Fact]
    public void A_report_that_cannot_be_written_is_told_before_anything_is_read()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.csv"], WithCache);
        File.WriteAllText(folder["old.json"], "old");
        ProcessResult result = ExitProfCommand.RunIn(
            folder.Path,
            "compare",
            "a.csv",
            "--with",
            "missing.csv",
            "--report",
            "old.json",
            "--report",
            "deep/er/new.md",
            "--report",
            "/proc/x.json"
        );
        result.Fails(2, "/proc/x.json");
        // What could be written is as it was.
        ExitProfCommand
            .RunIn(folder.Path, "compare", "a.csv", "--with", "missing.csv", "--report", "old.json", "--report", "deep/er/new.md")
            .Fails(2, "missing.csv");
        Assert.Equal([folder["a.csv"], folder["old.json"]], Directory.GetFileSystemEntries(folder.Path).Order());
        Assert.Equal("old", File.ReadAllText(folder["old.json"]));
    }

    [Fact]
    public void A_report_that_fails_takes_nothing_from_the_verdict()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.csv"], WithCache);
        File.WriteAllText(folder["b.csv"], WithoutCache);
        File.CreateSymbolicLink(folder["full.json"], "/dev/full");
        ProcessResult result = ExitProfCommand.RunIn(
            folder.Path,
            "compare",
            "a.csv",
            "--with",
            "b.csv",
            "--report",
            "full.json",
            "--report",
            "deep/er/whole.md"
        );
        result.Fails(2, "ENOSPC");
        Assert.StartsWith("Same: ", result.Output);
        Assert.Contains("**Same: ", File.ReadAllText(folder["deep/er/whole.md"]));
    }

    [Fact]
    public void Traces_are_compared_by_their_configurations()
    {
        using var folder = new TemporaryFolder();
        string[] names = ["a1", "a2", "b1", "b2"];
        for (int i = 0; i < names.Length; i++)
        {
            SampleTrace sample = SampleTrace.Ordinary(blockCount: 6 + i);
            File.WriteAllBytes(
                folder[names[i] + ".nettrace"],
                (sample with { Header = sample.Header with { Seed = (ulong)i, StartUtc = sample.Header.StartUtc.AddMinutes(i) } }).Bytes()
            );
        }
        using JsonDocument json = JsonDocument.Parse(
            ExitProfCommand
                .RunIn(folder.Path, "compare", "a1.nettrace", "a2.nettrace", "--with", "b1.nettrace", "b2.nettrace", "--format", "json")
                .Succeeds()
                .Output
        );
        JsonElement row = json.RootElement.GetProperty("comparisons")[0];
        Assert.Equal("pio-out", row.GetProperty("scenario").GetString());
        Assert.Equal("pio-out", row.GetProperty("reason").GetString());
        Assert.Equal("0x3f8", row.GetProperty("settings").GetProperty("port").GetString());
        Assert.Equal("cycles", row.GetProperty("unit").GetString());
        Assert.Equal("welch-log", row.GetProperty("method").GetString());
        ExitProfCommand
            .RunIn(folder.Path, "compare", "a1.nettrace", "--with", "b1.nettrace", "--unit", "s")
            .Fails(1, "--unit is for numbers");
        File.Copy(folder["a1.nettrace"], folder["copy.nettrace"]);
        ExitProfCommand.RunIn(folder.Path, "compare", "a1.nettrace", "--with", "copy.nettrace").Fails(2, "are the same recording");
    }

    [Fact]
    public void The_page_of_a_comparison_of_numbers_draws_the_shift()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.csv"], WithCache);
        File.WriteAllText(folder["b.txt"], WithoutCache);
        string page = ExitProfCommand.RunIn(folder.Path, "compare", "a.csv", "--with", "b.txt", "--format", "html").Succeeds().Output;
        Assert.Contains("Shift of each total", page);
    }
}
