namespace ExitProf.Tests.Command;

/// <summary>What <c>run</c> refuses before any machine is started; none of it needs KVM.</summary>
public sealed class RunCommandTests
{
    [Fact]
    public void A_file_that_is_no_guest_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["text"], "no guest");
        ExitProfCommand.Run("run", folder["text"]).Fails(2, "The file is no multiboot guest", "kvm-unit-tests' .flat files have one.");
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused() =>
        ExitProfCommand.Run("run", "no-such.flat").Fails(2, "failed with ENOENT", "check the name");

    [Fact]
    public void A_device_without_end_is_read_up_to_the_limit_only() =>
        ExitProfCommand.Run("run", "/dev/zero").Fails(2, "and this VMM takes 16 MB");
}
