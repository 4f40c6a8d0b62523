namespace ExitProf.Tests.Hostile;

/// <summary>
/// Command lines and worlds that scripts make by mistake: each has the contract's exit code, none is a bug of ours, none ends with a
/// signal.
/// </summary>
public sealed class CommandLineTests
{
    private static readonly string Trace = Path.Combine(SourceTree.Root, "traces", "pvm-zen5", "pio-out.nettrace");

    [Theory]
    [InlineData("report", "")]
    [InlineData("compare", "")]
    [InlineData("compare", "a.csv", "--with", "")]
    [InlineData("report", "a.nettrace", "-o", "")]
    [InlineData("compare", "a.nettrace", "--baseline", "")]
    [InlineData("suite", "--from", " ")]
    public void An_empty_name_is_a_variable_that_is_not_set(params string[] arguments) =>
        ExitProfCommand.Run(arguments).Fails(1, "is a variable of the script not set?");

    [Theory]
    [InlineData("[suggest:-1]")]
    [InlineData("[suggest:x]")]
    [InlineData("[suggest:99999999999]")]
    [InlineData("[diagram]")]
    public void Directives_that_cannot_be_are_wrong_usage(string directive) => ExitProfCommand.Run(directive, "exitprof").Fails(1);

    [Fact]
    public void A_name_that_begins_with_an_at_sign_is_a_file() =>
        ExitProfCommand.Run("report", "@x.nettrace").Fails(2, "@x.nettrace", "ENOENT");

    [Theory]
    [InlineData("report nosuch 2>&-", 2)]
    [InlineData("report nosuch 2>/dev/full", 2)]
    [InlineData("report nosuch >&- 2>&-", 2)]
    [InlineData("reprot 2>/dev/full", 1)]
    [InlineData("list cpuid >/dev/full 2>/dev/full", 2)]
    [InlineData("list cpuid 2>&-", 0)]
    public void Stderr_that_is_closed_or_full_changes_no_exit_code(string command, int code)
    {
        ProcessResult result = ExitProfProcess.Shell($"$exitprof {command}; exit $?");
        Assert.Equal(code, result.ExitCode);
    }

    [Fact]
    public void No_name_of_a_file_steers_the_terminal_or_a_runner()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "x\e]0;pwn\a\n::error::y##vso[z].nettrace"), "junk");
        ProcessResult result = ExitProfProcess.Shell($"cd '{folder.Path}'; $exitprof report x*");
        result.Fails(2, "is not a trace");
        AdversaryTests.HasNoCommand(result.Error);
    }

    [Fact]
    public void What_a_failed_run_printed_steers_nothing()
    {
        ProcessResult result = ExitProfProcess.Run(
            "ab",
            "--a-run",
            @"printf '::error::a\n##vso[b]\n\033[2J' >&2; exit 1",
            "--b-run",
            "echo 1",
            "--runs",
            "2"
        );
        result.Fails(2, "error", "exit status 1");
        AdversaryTests.HasNoCommand(result.Error);
    }

    [Fact]
    public void A_suite_has_no_figures_of_another_scenario_under_its_headings()
    {
        using var folder = new TemporaryFolder();
        File.Copy(
            Path.Combine(SourceTree.Root, "traces", "pvm-xeon", "suite", "07-cpuid.nettrace"),
            Path.Combine(folder.Path, "x.nettrace")
        );
        File.WriteAllText(
            Path.Combine(folder.Path, "rows.json"),
            """{"schema":1,"quick":false,"interrupted":false,"seconds":1,"rows":[{"scenario":"pio-out","run":0,"file":"x.nettrace","reason":"","seconds":1}]}"""
        );
        ExitProfCommand
            .Run("suite", "--from", folder.Path, "-o", Path.Combine(folder.Path, "out"))
            .Fails(2, "is a recording of cpuid, not of pio-out");
    }

    [Fact]
    public void A_list_of_traces_leads_out_of_its_folder_nowhere()
    {
        using var folder = new TemporaryFolder();
        string inner = Path.Combine(folder.Path, "suite");
        Directory.CreateDirectory(inner);
        File.Copy(
            Path.Combine(SourceTree.Root, "traces", "pvm-xeon", "suite", "35-pio-out.nettrace"),
            Path.Combine(folder.Path, "x.nettrace")
        );
        File.WriteAllText(
            Path.Combine(inner, "rows.json"),
            """{"schema":1,"quick":false,"interrupted":false,"seconds":1,"rows":[{"scenario":"pio-out","run":0,"file":"../x.nettrace","reason":"","seconds":1}]}"""
        );
        ExitProfCommand.Run("suite", "--from", inner, "-o", Path.Combine(folder.Path, "out")).Fails(2, "ENOENT");
    }

    [Fact]
    public void An_interrupted_report_leaves_the_older_page_as_it_was()
    {
        using var folder = new TemporaryFolder();
        string page = Path.Combine(folder.Path, "index.html");
        File.WriteAllText(page, "older");
        string[] arguments = ["report", .. Directory.GetFiles(Path.GetDirectoryName(Trace)!, "*.nettrace"), "-o", folder.Path];
        // Killed while the new page is beside the old one, at its beginning and later; a report that is too quick for that ends.
        foreach (long bytes in (long[])[0, 1, 100_000])
        {
            using ExitProfProcess process = ExitProfProcess.Start(arguments);
            while (!process.HasExited && !HasUnfinished(folder.Path, bytes)) Thread.Sleep(1);
            if (!process.HasExited) process.Signal("KILL");
            process.Wait();
            string left = File.ReadAllText(page);
            Assert.True(left == "older" || (left.Length > 10_000 && left.EndsWith("</html>\n", StringComparison.Ordinal)), left);
        }
        ExitProfCommand.Run(arguments).Succeeds();
        Assert.EndsWith("</html>", File.ReadAllText(page).TrimEnd());
        // What killed ones have left beside it is gone.
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    private static bool HasUnfinished(string folder, long bytes) =>
        Directory.GetFiles(folder, "*.new").Any(f => new FileInfo(f) is { Exists: true } file && file.Length >= bytes);
}
