using System.Text.Json;
using ExitProf.Recording;

namespace ExitProf.Tests.Command;

/// <summary>What the command says to people who ask it wrongly, or only ask. Needs no /dev/kvm.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("record pio-outt", "There is no scenario 'pio-outt'; did you mean pio-out?")]
    [InlineData("profile mimo-read", "did you mean mmio-read?")]
    [InlineData("record pio-out --set devise=3", "has no setting 'devise'; did you mean devices?")]
    [InlineData("record ioeventfd-pio --set size=2", "The scenario ioeventfd-pio has no settings.")]
    [InlineData("record pio-out --set size=3", "'3' is not a value of size: it takes 1|2|4.")]
    [InlineData("record pio-out --set devices=5001", "'5001' is not a value of devices: it takes 0..5000.")]
    [InlineData("record pio-out --set devices=0x1g", "'0x1g' is not a value of devices")]
    [InlineData("record pio-out --set devices=9..3", "the range 9..3 of devices is empty")]
    [InlineData("record pio-out --set size=1..4", "size takes 1|2|4, not a range of numbers.")]
    [InlineData("record pio-out --set devices=1,1", "devices=1 is given twice")]
    [InlineData("record pio-out --set size=1 --set size=2", "size is set twice")]
    [InlineData("record pio-out --set size", "'size' is not a setting: write key=value.")]
    [InlineData("record pio-out --set =1", "'=1' is not a setting")]
    [InlineData("record pio-out --exits 0", "--exits takes a whole number from 1 to 1000000000000, not '0'.")]
    [InlineData("record pio-out --exits -5", "--exits takes")]
    [InlineData("record pio-out --exits many", "--exits takes")]
    [InlineData("record pio-out --exits 99999999999999999999", "--exits takes")]
    [InlineData("record pio-out --exits 1.5", "--exits takes")]
    [InlineData("record pio-out --exits", "Required argument missing for option: '--exits'.")]
    [InlineData("record pio-out --seconds 0", "--seconds takes a number above 0 and up to 86400, not '0'.")]
    [InlineData("record pio-out --seconds nan", "--seconds takes")]
    [InlineData("record pio-out --seconds 1,5", "--seconds takes")]
    [InlineData("record pio-out --seconds infinity", "--seconds takes")]
    [InlineData("profile pio-out --exits 5 --seconds 3", "Give --exits or --seconds, not both.")]
    [InlineData("record pio-out --cpu -1", "--cpu takes the number of a CPU, not '-1'.")]
    [InlineData("record pio-out --seed x", "--seed takes a whole number from 0 on, not 'x'.")]
    [InlineData("record pio-out --events some", "Argument 'some' not recognized. Must be one of: 'lean' 'full' 'deep' 'none'")]
    [InlineData("record pio-out --rotate 5", "--rotate takes a size from 64KB on (100MB) or a time from 1s on (10m), not '5'.")]
    [InlineData("record pio-out --rotate 1KB", "--rotate takes")]
    [InlineData("record pio-out --rotate 0.5s", "--rotate takes")]
    [InlineData("record pio-out --rotate -1MB", "--rotate takes")]
    [InlineData("record pio-out --rotate 1e30GB", "--rotate takes")]
    [InlineData("attach 1 --keep many", "--keep takes a time from 1s on (5m), not 'many'.")]
    [InlineData("attach 1 --keep 5", "--keep takes")]
    [InlineData("attach 1 --keep 5m --trigger 0ms", "--trigger takes a time (1ms), not '0ms'.")]
    [InlineData("attach 1 --keep 5m --rotate 10m", "Give --rotate or --keep, not both.")]
    [InlineData("attach 1 --trigger 1ms", "--trigger says when to write what --keep kept: give both.")]
    [InlineData("record pio-out --host svm --rotate 10m", "--rotate and --keep are for recordings on this machine (--host local).")]
    [InlineData("ab pio-out --a size=1 --b size=2 --functions --host local", "--functions is for an emulated host: leave out --host local.")]
    [InlineData("record pio-out --host vmx --functions", "--functions needs QEMU: use --host svm.")]
    [InlineData("ab pio-out --a size=1 --b size=2 --host vmx --boots 2", "--boots needs machines that are kept: use --host svm.")]
    [InlineData("record pio-out --kernel debian --host local", "--kernel is for an emulated host: leave out --host local.")]
    [InlineData("record pio-out --colour", "'--colour'")]
    [InlineData("record pio-out twice", "'twice'")]
    [InlineData("record", "Required argument 'scenario' missing for command: 'record'.")]
    [InlineData("report", "Required argument 'trace' missing for command: 'report'.")]
    [InlineData("report a.nettrace --format pdf", "Argument 'pdf' not recognized.")]
    [InlineData("list --format html", "Argument 'html' not recognized.")]
    [InlineData("list pio-outt", "There is no scenario 'pio-outt'; did you mean pio-out?")]
    [InlineData("suite --quick --from a", "Give --quick or --from, not both.")]
    [InlineData("reprot a.nettrace", "There is no command 'reprot'; did you mean report?")]
    [InlineData("atach 1234", "There is no command 'atach'; did you mean attach?")]
    [InlineData("run", "Required argument 'guest' missing for command: 'run'.")]
    [InlineData("run a.flat --exits -1", "--exits takes a whole number from 0 to 1000000, not '-1'.")]
    [InlineData("run a.flat --seconds 0", "--seconds takes a number from 0.001 to 86400, not '0'.")]
    [InlineData("nosuch", "There is no command 'nosuch'.")]
    [InlineData("record nosuch", "There is no scenario 'nosuch'. exitprof list shows all.")]
    [InlineData("record pio-out --set colour=3", "The scenario pio-out has no setting 'colour'. It has ")]
    [InlineData("report a.nettrace --fromat json", "exitprof report has no option '--fromat'; did you mean --format?")]
    [InlineData("profile pio-out --out X", "exitprof profile has no option '--out'; did you mean --output?")]
    [InlineData("profile pio-out --nothing-like-it", "exitprof profile has no option '--nothing-like-it'.")]
    [InlineData("attach nosuch", "'nosuch' is no number, which attach takes.")]
    [InlineData("report a.nettrace -x", "exitprof report has no option '-x'.")]
    [InlineData("compare a.csv --wiht b.csv", "exitprof compare has no option '--wiht'; did you mean --with?")]
    [InlineData("compare a.csv --with b.csv --marign 2%", "exitprof compare has no option '--marign'; did you mean --margin?")]
    public void Wrong_usage_is_one_sentence_and_exit_code_1(string arguments, string expected)
    {
        using var folder = new TemporaryFolder();
        ProcessResult result = ExitProfCommand.RunIn(folder.Path, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        result.Fails(1, expected);
        Assert.DoesNotContain("System.", result.Error);
        Assert.Equal("", result.Output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("profile")]
    [InlineData("record")]
    [InlineData("report")]
    [InlineData("compare")]
    [InlineData("doctor")]
    [InlineData("list")]
    [InlineData("suite")]
    [InlineData("ab")]
    [InlineData("forecast")]
    public void Help_is_worth_reading(string command)
    {
        string help = ExitProfCommand.Run([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).Succeeds().Output;
        Assert.Contains("Usage:", help);
        if (command.Length > 0) Assert.Contains("Description:", help);
        Assert.DoesNotContain("coalesced-mmio|", help);
        if (command.Length == 0) Assert.Contains("Exit codes: 0 done; 1 wrong usage; 2 this host or an input does not allow it;", help);
    }

    [Fact]
    public void Help_and_version_are_commands_too()
    {
        Assert.Equal(ExitProfCommand.Run("report", "--help").Output, ExitProfCommand.Run("help", "report").Succeeds().Output);
        Assert.Equal(ExitProfCommand.Run("--version").Output, ExitProfCommand.Run("version").Succeeds().Output);
        Assert.Matches(@"^\d+\.\d+\.\d+\+[0-9a-f]{7,40}\n$", ExitProfCommand.Run("version").Output);
        Assert.Contains("exitprof profile pio-out", ExitProfCommand.Run().Error);
    }

    [Fact]
    public void A_file_whose_name_begins_with_a_dash_is_given_after_two() =>
        ExitProfCommand.Run("report", "--", "--fromat").Fails(2, "--fromat) failed with ENOENT");

    [Fact]
    public void Verbose_says_what_a_command_took_and_where_an_error_comes_from()
    {
        Assert.Matches(@"^exitprof: took [\d.]+ s, [\d.]+ s of CPU time, [\d,]+ MiB at most\.\n$", ExitProfCommand.Run("list", "-v").Error);
        Assert.Contains("TraceFiles.", ExitProfCommand.Run("report", "missing.nettrace", "--verbose").Error);
        Assert.Equal("", ExitProfCommand.Run("list", "--quiet").Error);
    }

    [Fact]
    public void List_names_every_scenario_with_its_settings_in_both_forms()
    {
        using JsonDocument json = JsonDocument.Parse(ExitProfCommand.Run("list", "--format", "json").Succeeds().Output);
        Assert.Equal(1, json.RootElement.GetProperty("schema").GetInt32());
        JsonElement[] scenarios = [.. json.RootElement.GetProperty("scenarios").EnumerateArray()];
        Assert.Equal(
            ["ioeventfd-mmio", "ioeventfd-pio", "mmio-read", "mmio-write", "pio-in", "pio-out"],
            scenarios
                .Select(s => s.GetProperty("name").GetString())
                .Intersect(["ioeventfd-mmio", "ioeventfd-pio", "mmio-read", "mmio-write", "pio-in", "pio-out"])
        );
        string text = ExitProfCommand.Run("list", "*").Succeeds().Output;
        foreach (JsonElement scenario in scenarios)
        {
            foreach (string property in (string[])["name", "summary", "exit", "answeredBy", "origin"])
                Assert.NotEqual("", scenario.GetProperty(property).GetString());
            Assert.NotEmpty(scenario.GetProperty("modes").EnumerateArray());
            foreach (JsonElement published in scenario.GetProperty("published").EnumerateArray())
            {
                foreach (string property in (string[])["text", "measured", "unit"])
                    Assert.NotEqual("", published.GetProperty(property).GetString());
                Assert.NotEmpty(published.GetProperty("values").EnumerateArray());
            }
            Assert.Contains(scenario.GetProperty("name").GetString()!, text);
            foreach (JsonElement setting in scenario.GetProperty("settings").EnumerateArray())
            {
                Assert.Contains($"{setting.GetProperty("name").GetString()}={setting.GetProperty("default").GetString()}", text);
            }
        }
    }

    [Fact]
    public void List_says_what_a_CPU_without_vector_registers_cannot_run_and_lists_everything_all_the_same()
    {
        const string Poor = "export DOTNET_EnableAVX=0 DOTNET_EnableAVX512=0 DOTNET_EnableAVX512F=0\n";
        using JsonDocument json = JsonDocument.Parse(ExitProfProcess.Shell($"{Poor}$exitprof list --format json").Succeeds().Output);
        JsonElement[] scenarios = [.. json.RootElement.GetProperty("scenarios").EnumerateArray()];
        Assert.Equal(
            ExitProfProcess.Run("list", "--format", "names").Succeeds().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            scenarios.Select(s => s.GetProperty("name").GetString())
        );
        const string Reason = "host-fpu cannot run on this host: its CPU has no AVX, or the kernel does not enable it.";
        JsonElement unsupported = scenarios.Single(s => s.GetProperty("name").GetString() == "host-fpu").GetProperty("unsupported");
        Assert.Equal(Reason, Assert.Single(unsupported.EnumerateArray()).GetProperty("reason").GetString());
        string text = ExitProfProcess.Shell($"{Poor}$exitprof list host-fpu").Succeeds().Output;
        Assert.Contains("not here", text);
    }

    [Fact]
    public void List_shows_one_scenario_if_asked_for_one()
    {
        string text = ExitProfCommand.Run("list", "pio-search").Succeeds().Output;
        Assert.StartsWith("pio-search  ", text);
        Assert.Contains("placement=", text);
        Assert.DoesNotContain("mmio-read  ", text);
        Assert.Equal("pio-search\n", ExitProfCommand.Run("list", "pio-search", "--format", "names").Succeeds().Output);
    }

    [Fact]
    public void List_fits_on_a_screen_and_begins_with_the_scenario_of_the_readme()
    {
        string[] lines = ExitProfProcess.Shell("COLUMNS=80 $exitprof list").Succeeds().Output.TrimEnd('\n').Split('\n');
        Assert.True(lines.Length <= 45, $"{lines.Length} lines");
        Assert.Matches(@"^I/O +pio-out  +\S", lines[0]);
        Assert.All(lines, l => Assert.True(l.Length <= 80, l));
        Assert.All(ScenarioCatalog.All, s => Assert.Contains(lines, l => l.Contains($" {s.Name}  ", StringComparison.Ordinal)));
    }

    [Fact]
    public void List_takes_several_names_and_patterns()
    {
        Assert.Equal(
            "mmio-read\nmmio-write\npio-out\n",
            ExitProfCommand.Run("list", "pio-out", "mmio-*", "--format", "names").Succeeds().Output
        );
        ExitProfCommand.Run("list", "vmx*").Fails(1, "No scenario is named like 'vmx*'");
    }

    [Fact]
    public void A_scenario_belongs_to_the_group_of_its_folder()
    {
        string root = Path.Combine(SourceTree.Root, "src/ExitProf.Recording/Scenarios");
        Assert.All(
            ScenarioCatalog.All,
            s => Assert.True(File.Exists(Path.Combine(root, s.Group.ToString(), s.GetType().Name + ".cs")), $"{s.Name}: {s.Group}")
        );
    }

    [Fact]
    public void Without_arguments_the_overview_fits_on_a_screen()
    {
        ProcessResult bare = ExitProfCommand.Run();
        Assert.Equal(1, bare.ExitCode);
        Assert.DoesNotContain("Required command", bare.Error);
        Assert.InRange(bare.Error.Split('\n').Length, 20, 45);
        Assert.All(bare.Error.Split('\n'), l => Assert.True(l.Length <= 120, l));
        foreach (string line in bare.Error.Split('\n').Where(l => l.StartsWith("  exitprof ", StringComparison.Ordinal)))
            Assert.Empty(ExitProf.Commands.Root().Parse(line.Trim().Split("  ")[0].Split(' ')[1..]).Errors);
        Assert.Equal(bare.Error, ExitProfCommand.Run("help").Succeeds().Output);
    }

    [Fact]
    public void A_strict_doctor_fails_where_nothing_can_be_recorded()
    {
        ProcessResult strict = ExitProfCommand.Run("doctor", "--strict", "--format", "json");
        using JsonDocument json = JsonDocument.Parse(strict.Output);
        bool nothing = json.RootElement.GetProperty("checks")[0].GetProperty("state").GetString() == "missing";
        Assert.Equal(nothing ? 2 : 0, strict.ExitCode);
    }

    [Fact]
    public void Doctor_says_of_each_check_what_was_found()
    {
        using JsonDocument json = JsonDocument.Parse(ExitProfCommand.Run("doctor", "--format", "json").Succeeds().Output);
        JsonElement[] checks = [.. json.RootElement.GetProperty("checks").EnumerateArray()];
        Assert.Equal("this host", checks[0].GetProperty("name").GetString());
        Assert.Equal(
            ["clock", "cpus", "functions", "kvm", "locked memory", "probes", "tracefs"],
            checks
                .Select(c => c.GetProperty("name").GetString()!)
                .Intersect(["clock", "cpus", "functions", "kvm", "locked memory", "probes", "tracefs"])
                .Order(StringComparer.Ordinal)
        );
        foreach (JsonElement check in checks)
        {
            Assert.Contains(check.GetProperty("state").GetString(), (string[])["ok", "limited", "missing"]);
            Assert.NotEqual("", check.GetProperty("found").GetString());
        }
    }

    [Fact]
    public void Completion_offers_the_settings_of_the_scenario_that_was_typed()
    {
        const string Typed = "record pio-out --set ";
        string offered = ExitProfCommand.Run($"[suggest:{Typed.Length}]", Typed).Succeeds().Output;
        Assert.Equal(
            ScenarioCatalog.Get("pio-out").Settings.Select(s => s.Name + "=").Order(StringComparer.Ordinal),
            offered.TrimEnd('\n').Split('\n').Where(w => w.EndsWith('=')).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("record ", "pio-out")]
    [InlineData("profile ioev", "ioeventfd-mmio")]
    [InlineData("record pio-out --set ", "device-delay=")]
    [InlineData("record pio-out --events ", "lean")]
    [InlineData("", "doctor")]
    public void Completion_knows_scenarios_settings_and_commands(string typed, string expected)
    {
        string[] suggested = ExitProfCommand.Run($"[suggest:{typed.Length}]", typed).Succeeds().Output.Split('\n');
        Assert.Contains(expected, suggested);
    }
}
