using System.Text.Json;

namespace ExitProf.Tests.Command;

/// <summary>Hosts without a usable /dev/kvm, played in a mount namespace of one's own.</summary>
public sealed class WithoutKvmTests
{
    // The few devices that a process needs, without kvm.
    private const string EmptyDev =
        "d=/mnt && mount -t tmpfs none $d && for f in null zero full random urandom tty; do touch $d/$f; mount --bind /dev/$f $d/$f; done && mount --rbind $d /dev && ";

    [Fact]
    public void Without_the_device_the_sentence_names_call_errno_remedy_and_recorded_traces()
    {
        using var folder = new TemporaryFolder();
        foreach (string command in (string[])["record", "profile"])
        {
            ProcessResult result = ExitProfProcess.Shell(
                $"{EmptyDev}cd {folder.Path} && $exitprof {command} pio-out --host local --exits 64",
                PrivateMounts.Enter()
            );
            result.Fails(
                2,
                "open(/dev/kvm) failed with ENOENT (No such file or directory): load kvm_intel or kvm_amd",
                "Recorded traces can be shown without KVM: exitprof report "
            );
            Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Equal("", result.Output);
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Recorded_traces_in_the_current_folder_are_named()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["traces"]);
        File.WriteAllText(folder["traces/some.nettrace"], "");
        ExitProfProcess
            .Shell($"{EmptyDev}cd {folder.Path} && $exitprof profile pio-out --host local", PrivateMounts.Enter())
            .Fails(2, "exitprof report traces/some.nettrace");
    }

    [Fact]
    public void A_device_that_is_not_kvms_is_named()
    {
        Assert.SkipUnless(File.Exists("/dev/kvm"), "there is no /dev/kvm to put something else over");
        ProcessResult result = ExitProfProcess.Shell(
            "mount --bind /dev/null /dev/kvm && $exitprof record pio-out --host local --exits 64 -o /dev/null",
            PrivateMounts.Enter()
        );
        result.Fails(2, "KVM_GET_API_VERSION on /dev/kvm failed with ENOTTY", "/dev/kvm is not KVM's device", "Recorded traces");
    }

    [Fact]
    public void A_device_without_a_driver_is_named()
    {
        Assert.SkipUnless(File.Exists("/dev/kvm"), "there is no /dev/kvm to put something else over");
        // Misc devices have minor numbers up to 255; the last ones are handed out on demand and seldom.
        string script =
            "n=$(mktemp -u) && mknod $n c 10 4094 && mount --bind $n /dev/kvm && rm $n || exit 99; $exitprof record pio-out --host local --exits 64 -o /dev/null";
        ProcessResult result = ExitProfProcess.Shell(script, PrivateMounts.Enter());
        Assert.SkipWhen(result.ExitCode == 99, "device files cannot be made here");
        Assert.SkipWhen(
            result.Error.Contains("EACCES", StringComparison.Ordinal),
            "device files in the temporary folder cannot be opened here (nodev)"
        );
        result.Fails(2, "open(/dev/kvm) failed with EN", "the device file has no driver behind it", "Recorded traces");
    }

    [Fact]
    public void Without_permission_the_group_is_named()
    {
        Assert.SkipUnless(File.Exists("/dev/kvm"), "there is no /dev/kvm");
        string[] nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
        Assert.SkipUnless(
            PrivateMounts.Works([.. nobody, "test", "-r", ExitProfProcess.Dll]),
            "another user cannot be played here, or cannot read the build's output"
        );
        Assert.SkipWhen(PrivateMounts.Works([.. nobody, "test", "-w", "/dev/kvm"]), "everybody may open /dev/kvm here");
        ExitProfProcess
            .Shell("$exitprof record pio-out --host local --exits 64 -o /dev/null", nobody)
            .Fails(2, "open(/dev/kvm) failed with EACCES (Permission denied): join the group kvm", "Recorded traces");
    }

    [Fact]
    public void Doctor_says_so_and_exits_with_0()
    {
        ProcessResult result = ExitProfProcess.Shell($"{EmptyDev}$exitprof doctor --format json", PrivateMounts.Enter()).Succeeds();
        using JsonDocument json = JsonDocument.Parse(result.Output);
        JsonElement kvm = Assert.Single(
            json.RootElement.GetProperty("checks").EnumerateArray(),
            c => c.GetProperty("name").GetString() == "kvm"
        );
        Assert.Equal("missing", kvm.GetProperty("state").GetString());
        Assert.Contains("open(/dev/kvm) failed with ENOENT", kvm.GetProperty("found").GetString());
    }
}
