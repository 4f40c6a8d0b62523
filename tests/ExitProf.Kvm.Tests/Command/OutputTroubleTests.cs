using System.Text.Json;
using ExitProf.Kvm.Tests.Recording;

namespace ExitProf.Kvm.Tests.Command;

/// <summary>Recordings whose output has no place.</summary>
public sealed class OutputTroubleTests
{
    [Theory]
    [InlineData("record", "/proc/x.nettrace", "open(/proc/x.nettrace) failed with E")]
    [InlineData("record", "/proc/x/y.nettrace", "open(/proc/x) failed with ENOENT")]
    [InlineData("record", "/tmp", "open(/tmp) failed with EISDIR")]
    [InlineData("record", "/dev/full", "write(/dev/full) failed with ENOSPC")]
    [InlineData("record", "/etc/passwd/x", "EEXIST")]
    [InlineData("profile", "/proc/x", "open(/proc/x) failed with ENOENT")]
    [InlineData("profile", "/dev/null", "EEXIST")]
    public void An_output_that_cannot_be_made_is_named(string command, string output, string expected)
    {
        HostNeeds.Kvm();
        ProcessResult result = ExitProfCommand.Run(command, "ioeventfd-pio", "--exits", "64", "--events", "none", "-o", output);
        result.Fails(2, expected);
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void A_device_is_written_to_and_not_renamed()
    {
        HostNeeds.Kvm();
        ExitProfCommand.Run("record", "ioeventfd-pio", "--exits", "64", "--events", "none", "-o", "/dev/null").Succeeds();
        Assert.False(File.Exists("/dev/null.old"));
        Assert.False(File.Exists("/dev/full.old"));
    }

    [Fact]
    public void On_a_full_disk_what_was_recorded_stays_readable_and_no_instance_is_left()
    {
        LiveSlice.TakeTurns(0);
        string tracefs = HostNeeds.Tracefs();
        HostNeeds.Processes();
        HostNeeds.Kvm();
        using var folder = new TemporaryFolder();
        string[] before = Directory.GetDirectories(Path.Combine(tracefs, "instances"), "exitprof_*");
        string small = folder["small"];
        Directory.CreateDirectory(small);
        // The file system is gone with the namespace, so it is reported on inside.
        string script =
            $"mount -t tmpfs -o size=192k none {small} && {{ $exitprof record pio-out --seconds 60 -o {small}/a.nettrace; echo $? > {folder["code"]}; "
            + $"$exitprof report {small}/a.nettrace --format json > {folder["report.json"]}; }}";
        ProcessResult result = ExitProfProcess.Shell(script, PrivateMounts.Enter());
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("2\n", File.ReadAllText(folder["code"]));
        (result with { ExitCode = 2 }).Fails(
            2,
            $"write({small}/a.nettrace) failed with ENOSPC (No space left on device): free some space",
            "what was recorded before is kept and readable"
        );
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(folder["report.json"]));
        JsonElement trace = json.RootElement.GetProperty("traces")[0];
        Assert.InRange(trace.GetProperty("bytes").GetInt64(), 100_000, 192 * 1024);
        Assert.Contains(trace.GetProperty("findings").EnumerateArray(), f => f.GetProperty("severity").GetString() == "data-loss");
        // Others may be recording meanwhile; theirs come and go.
        string[] left = [.. Directory.GetDirectories(Path.Combine(tracefs, "instances"), "exitprof_*").Except(before)];
        Assert.All(left, i => Assert.True(Directory.Exists("/proc/" + Path.GetFileName(i).Split('_')[1])));
    }
}
