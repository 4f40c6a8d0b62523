namespace ExitProf.Tests.Attach;

/// <summary>What attach refuses, each in one sentence; none of it needs KVM.</summary>
public sealed class AttachCommandTests
{
    [Fact]
    public void A_process_that_is_no_machine_is_refused() =>
        ExitProfCommand.Run("attach", $"{Environment.ProcessId}", "-o", "/dev/null")
            .Fails(2, $"Process {Environment.ProcessId} (", ") is no virtual machine: none of its descriptors is anon_inode:kvm-vm.");

    [Fact]
    public void A_process_that_does_not_exist_is_refused() =>
        // Beyond the largest id that the kernel gives (PID_MAX_LIMIT).
        ExitProfCommand.Run("attach", "4194305", "-o", "/dev/null").Fails(2, "open(/proc/4194305/fd) failed with ENOENT", "no such process");

    [Fact]
    public void A_name_that_no_machine_has_is_refused() =>
        ExitProfCommand.Run("attach", "--vm", "no-such-machine", "-o", "/dev/null")
            .Fails(2, "No virtual machine is named 'no-such-machine'.");

    [Theory]
    [InlineData("attach")]
    [InlineData("attach", "1", "--all")]
    [InlineData("attach", "1", "--vm", "web")]
    public void A_machine_is_named_in_one_way(params string[] arguments) =>
        ExitProfCommand.Run(arguments).Fails(1, "attach takes one of a process id, --vm NAME and --all.");

    [Fact]
    public void A_time_of_nothing_is_refused() =>
        ExitProfCommand.Run("attach", "1", "--seconds", "0").Fails(1, "--seconds takes a number of seconds above 0");

    [Fact]
    public void A_process_of_somebody_else_is_refused_and_the_remedy_named()
    {
        string[] nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
        Assert.SkipUnless(
            PrivateMounts.Works([.. nobody, "test", "-r", ExitProfProcess.Dll]),
            "another user cannot be played here, or cannot read the build's output"
        );
        ExitProfProcess.Shell("$exitprof attach $PPID -o /dev/null", nobody)
            .Fails(2, "/fd) failed with EACCES (Permission denied): process ", "belongs to another user: attach as root.");
    }
}
