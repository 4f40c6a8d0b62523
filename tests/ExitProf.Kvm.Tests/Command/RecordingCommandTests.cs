using System.Diagnostics;
using System.Text.Json;
using ExitProf.Kvm.Tests.Recording;

namespace ExitProf.Kvm.Tests.Command;

/// <summary>The command records, as a process of its own; interrupted, killed, beside another one.</summary>
public sealed class RecordingCommandTests
{
    private static readonly string[] LongRecording = ["record", "pio-out", "--seconds", "600", "-o"];

    [Fact]
    public void Profile_makes_a_trace_a_page_and_pictures()
    {
        HostNeeds.Kvm();
        using var folder = new TemporaryFolder();
        ProcessResult result = ExitProfCommand.Run("profile", "pio-out", "--exits", "300", "-o", folder["out"]).Succeeds();
        string[] files = [.. Directory.GetFiles(folder["out"]).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        Assert.Contains("pio-out.nettrace", files);
        Assert.Contains("index.html", files);
        Assert.Contains("pio-out-stages.png", files);
        Assert.Contains("pio-out-stages-dark.png", files);
        Assert.All(
            files.Where(f => f.EndsWith(".png", StringComparison.Ordinal)),
            f => Assert.Equal("PNG"u8, File.ReadAllBytes(Path.Combine(folder["out"], f)).AsSpan(1, 3))
        );
        foreach (string file in files)
            Assert.Contains(file, result.Output);
        Assert.Contains("host-restore", result.Output);
        Assert.Contains("untraced", result.Output);
    }

    [Fact]
    public void The_comparison_of_the_readme_measures_as_typed()
    {
        HostNeeds.Sources();
        HostNeeds.Kvm();
        using var folder = new TemporaryFolder();
        string[] readme = File.ReadAllLines(Path.Combine(SourceTree.Root, "README.md"));
        string typed = readme.Single(l => l.StartsWith("exitprof ab ", StringComparison.Ordinal));
        ProcessResult result = ExitProfCommand.Run([.. typed.Split(' ')[1..], "--quads", "12", "-o", folder["ab.nettrace"]]).Succeeds();
        Assert.Contains("icache-hot (", result.Output);
        Assert.True(File.Exists(folder["ab.nettrace"]));
    }

    [Fact]
    public void A_recording_names_its_file_and_keeps_an_old_one()
    {
        HostNeeds.Kvm();
        using var folder = new TemporaryFolder();
        string[] arguments = ["record", "ioeventfd-pio", "--exits", "64", "--events", "none"];
        File.WriteAllText(folder["a.nettrace"], "the old one");
        ProcessResult result = ExitProfCommand.RunIn(folder.Path, [.. arguments, "-o", "a.nettrace"]).Succeeds();
        Assert.Equal("a.nettrace\n", result.Output);
        Assert.Equal("", result.Error);
        Assert.Equal("the old one", File.ReadAllText(folder["a.nettrace.old"]));
        string named = ExitProfCommand.RunIn(folder.Path, arguments).Succeeds().Output.TrimEnd('\n');
        Assert.Matches(@"^ioeventfd-pio-\d{8}T\d{6}Z\.nettrace$", named);
        Assert.True(File.Exists(folder[named]));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public void A_signal_ends_a_recording_that_stays_readable(string signal)
    {
        // Ctrl-C each time, the others in turns.
        if (signal != "INT") LiveSlice.TakeTurns(signal == "TERM" ? 0 : 2);
        string tracefs = HostNeeds.Tracefs();
        HostNeeds.Processes();
        HostNeeds.Kvm();
        using var folder = new TemporaryFolder();
        using ExitProfProcess process = ExitProfProcess.StartInterruptible([.. LongRecording, folder["a.nettrace"]]);
        WaitForExits(process, folder["a.nettrace"]);
        process.Signal(signal);
        ProcessResult result = process.Wait().WithoutStackTrace();
        Assert.Equal(130, result.ExitCode);
        AssertNoInstance(tracefs, process.Id);
        JsonElement trace = Report(folder["a.nettrace"]);
        Assert.True(
            trace.GetProperty("traced").GetProperty("exits").GetInt64() + trace.GetProperty("untraced").GetProperty("exits").GetInt64() > 0
        );
        Assert.Contains(
            trace.GetProperty("findings").EnumerateArray(),
            f => f.GetProperty("text").GetString()!.Contains("interrupt", StringComparison.OrdinalIgnoreCase)
        );
        Assert.DoesNotContain(trace.GetProperty("findings").EnumerateArray(), f => f.GetProperty("id").GetString() == "trace-cut");
    }

    [Fact]
    public void A_profile_that_is_interrupted_still_prints_its_table_and_makes_its_page()
    {
        HostNeeds.Processes();
        HostNeeds.Kvm();
        using var folder = new TemporaryFolder();
        using ExitProfProcess process = ExitProfProcess.StartInterruptible("profile", "pio-out", "--seconds", "600", "-o", folder.Path);
        WaitForExits(process, folder["pio-out.nettrace"]);
        process.Signal("INT");
        ProcessResult result = process.Wait().WithoutStackTrace();
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("userspace", result.Output);
        Assert.True(File.Exists(folder["index.html"]));
    }

    [Fact]
    public void A_killed_recording_is_readable_up_to_there_and_its_instance_is_removed_by_the_next_one()
    {
        string tracefs = HostNeeds.Tracefs();
        HostNeeds.Processes();
        HostNeeds.Kvm();
        using var folder = new TemporaryFolder();
        using ExitProfProcess process = ExitProfProcess.Start([.. LongRecording, folder["a.nettrace"]]);
        WaitForExits(process, folder["a.nettrace"]);
        process.Signal("KILL");
        process.Wait();
        Assert.NotEmpty(Instances(tracefs, process.Id));
        JsonElement trace = Report(folder["a.nettrace"]);
        Assert.Contains(trace.GetProperty("findings").EnumerateArray(), f => f.GetProperty("severity").GetString() == "data-loss");

        ExitProfCommand.Run("record", "pio-out", "--exits", "64", "-o", folder["b.nettrace"]).Succeeds();
        AssertNoInstance(tracefs, process.Id);
    }

    [Fact]
    public void A_stale_instance_is_removed_and_one_of_a_living_process_is_not()
    {
        string tracefs = HostNeeds.Tracefs();
        HostNeeds.Processes();
        HostNeeds.Kvm();
        using Process gone = Process.Start("true");
        gone.WaitForExit();
        string stale = Path.Combine(tracefs, "instances", $"exitprof_{gone.Id}_1");
        // The same process id with another start time is another process.
        string reused = Path.Combine(tracefs, "instances", $"exitprof_{Environment.ProcessId}_1");
        string ours = Path.Combine(tracefs, "instances", $"exitprof_{Environment.ProcessId}_{StartTime()}");
        string foreign = Path.Combine(tracefs, "instances", $"exitproffer_{gone.Id}_1");
        foreach (string instance in (string[])[stale, reused, ours, foreign]) Directory.CreateDirectory(instance);
        try
        {
            using var folder = new TemporaryFolder();
            ExitProfProcess.Run("record", "pio-out", "--exits", "64", "-o", folder["a.nettrace"]).Succeeds();
            Assert.False(Directory.Exists(stale));
            Assert.False(Directory.Exists(reused));
            Assert.True(Directory.Exists(ours));
            Assert.True(Directory.Exists(foreign));
        }
        finally
        {
            foreach (string instance in ((string[])[stale, reused, ours, foreign]).Where(Directory.Exists)) Directory.Delete(instance);
        }
    }

    [Fact]
    public void Two_recordings_at_once_do_not_disturb_each_other()
    {
        string tracefs = HostNeeds.Tracefs();
        HostNeeds.Processes();
        HostNeeds.Kvm();
        using var folder = new TemporaryFolder();
        ExitProfProcess[] both =
        [
            .. ((string[])["a", "b"]).Select(n =>
                ExitProfProcess.Start("record", "pio-out", "--exits", "2000", "-o", folder[n + ".nettrace"])
            ),
        ];
        try
        {
            foreach (ExitProfProcess process in both) process.Wait().Succeeds();
        }
        finally
        {
            foreach (ExitProfProcess process in both) process.Dispose();
        }
        foreach (string name in (string[])["a.nettrace", "b.nettrace"])
        {
            JsonElement trace = Report(folder[name]);
            // Each sees its own thread's events only: the other's would fall into its exits.
            double complete =
                trace.GetProperty("traced").GetProperty("complete").GetDouble()
                / trace.GetProperty("traced").GetProperty("exits").GetDouble();
            Assert.True(complete > 0.8, $"{complete:P1} of the exits are complete");
        }
        foreach (ExitProfProcess process in both) AssertNoInstance(tracefs, process.Id);
    }

    [Fact]
    public void Where_tracefs_is_not_mounted_it_is_mounted()
    {
        HostNeeds.Tracefs();
        HostNeeds.Processes();
        HostNeeds.Kvm();
        using var folder = new TemporaryFolder();
        // A file system of another kind over it, in a namespace of its own: nobody else sees that.
        string script =
            $"mount -t tmpfs none /sys/kernel/debug; umount -l /sys/kernel/tracing || exit 99; $exitprof record pio-out --exits 64 -o {folder["a.nettrace"]}";
        ProcessResult result = ExitProfProcess.Shell(script, PrivateMounts.Enter());
        Assert.SkipWhen(result.ExitCode == 99, "tracefs cannot be unmounted in a namespace of one's own here");
        result.Succeeds();
        Assert.NotEqual(0, Report(folder["a.nettrace"]).GetProperty("traced").GetProperty("exits").GetInt64());
    }

    [Fact]
    public void Without_tracefs_and_the_right_to_mount_it_stages_are_merged_and_the_trace_says_why()
    {
        HostNeeds.Processes();
        HostNeeds.Kvm();
        using var folder = new TemporaryFolder();
        string script =
            $"mount -t tmpfs none /sys/kernel/debug; mount -t tmpfs none /sys/kernel/tracing && exec setpriv --bounding-set -sys_admin --inh-caps -sys_admin $exitprof record pio-out --exits 64 -o {folder["a.nettrace"]}";
        ProcessResult result = ExitProfProcess.Shell(script, PrivateMounts.Enter());
        result.Succeeds();
        AssertMerged(Report(folder["a.nettrace"]), "mount(tracefs, /sys/kernel/tracing) failed with EPERM");
    }

    [Fact]
    public void As_an_ordinary_user_of_the_group_kvm_stages_are_merged_and_the_trace_says_why()
    {
        HostNeeds.Processes();
        HostNeeds.Kvm();
        string[] nobody = ["setpriv", "--reuid=65534", "--regid=65534", $"--groups={Group("kvm")}"];
        Assert.SkipUnless(
            PrivateMounts.Works([.. nobody, "test", "-r", ExitProfProcess.Dll]),
            "another user cannot be played here, or cannot read the build's output"
        );
        Assert.SkipUnless(PrivateMounts.Works([.. nobody, "test", "-w", "/dev/kvm"]), "the group kvm may not open /dev/kvm");
        using var folder = new TemporaryFolder();
        Assert.True(PrivateMounts.Works("chmod", "777", folder.Path));
        ProcessResult result = ExitProfProcess.Shell(
            $"HOME={folder.Path}; export HOME; exec $exitprof record pio-out --exits 64 -o {folder["a.nettrace"]}",
            nobody
        );
        result.Succeeds();
        AssertMerged(Report(folder["a.nettrace"]), "failed with EPERM", "run as root");
    }

    [Fact]
    public void Doctor_tries_what_the_host_can_do()
    {
        HostNeeds.Tracefs();
        HostNeeds.Kvm();
        using JsonDocument json = JsonDocument.Parse(ExitProfCommand.Run("doctor", "--format", "json").Succeeds().Output);
        var checks = json.RootElement.GetProperty("checks").EnumerateArray().ToDictionary(c => c.GetProperty("name").GetString()!, c => c);
        Assert.Equal("ok", checks["kvm"].GetProperty("state").GetString());
        Assert.Equal("ok", checks["tracefs"].GetProperty("state").GetString());
        Assert.Contains("runs natively", checks["guest modes"].GetProperty("found").GetString());
        Assert.StartsWith("Stages: exit, ", checks["pio-out"].GetProperty("found").GetString());
    }

    private static void AssertMerged(JsonElement trace, params string[] reason)
    {
        Assert.Equal(0, trace.GetProperty("traced").GetProperty("exits").GetInt64());
        string text = Assert
            .Single(trace.GetProperty("findings").EnumerateArray(), f => f.GetProperty("id").GetString() == "no-kernel-events")
            .GetProperty("text")
            .GetString()!;
        foreach (string part in reason)
            Assert.Contains(part, text);
        Assert.EndsWith("Stages that only kernel events can separate are merged.", text);
        Assert.Equal(
            ["exit+handler+pio-search+host-restore", "userspace", "guest-reload+guest-entry+guest-resume"],
            trace.GetProperty("configurations")[0].GetProperty("stages").EnumerateArray().Select(s => s.GetProperty("stage").GetString()));
    }

    private static string Group(string name) =>
        File.ReadLines("/etc/group").Select(l => l.Split(':')).FirstOrDefault(g => g[0] == name)?[2] ?? "0";

    private static string StartTime()
    {
        string stat = File.ReadAllText("/proc/self/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
    }

    private static JsonElement Report(string file)
    {
        using JsonDocument json = JsonDocument.Parse(ExitProfCommand.Run("report", "--format", "json", file).Succeeds().Output);
        return json.RootElement.GetProperty("traces")[0].Clone();
    }

    /// <summary>Waits until the recording has written some blocks; a recording that ends before fails the test.</summary>
    private static void WaitForExits(ExitProfProcess process, string file)
    {
        const long SomeBlocks = 200_000;
        while (!File.Exists(file) || new FileInfo(file).Length < SomeBlocks)
        {
            Assert.False(process.HasExited, "it has ended by itself");
            Thread.Sleep(20);
        }
    }

    private static string[] Instances(string tracefs, int process) =>
        Directory.GetDirectories(Path.Combine(tracefs, "instances"), $"exitprof_{process}_*");

    private static void AssertNoInstance(string tracefs, int process) => Assert.Empty(Instances(tracefs, process));
}
