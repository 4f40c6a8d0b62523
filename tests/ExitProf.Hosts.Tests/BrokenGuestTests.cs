using System.Runtime.InteropServices;

namespace ExitProf.Hosts.Tests;

/// <summary>Guests that do not do what they should, in a real QEMU: each is one sentence, and nothing of it is left.</summary>
public sealed class BrokenGuestTests
{
    [Theory]
    [InlineData("Kernel panic - not syncing: no root\n", false, "because its kernel panicked: Kernel panic - not syncing: no root")]
    [InlineData("Decompressing Linux\n", false, "hangs: it ran for 2 s of CPU time without a word. It said last: Decompressing Linux")]
    [InlineData("noise ", true, "writes without end: 64 KiB on its console")]
    [InlineData("HOST: ready\nHOST: results 5000\n", true, "returned results that cannot be read (no exit code)")]
    [InlineData("HOST: refused: open /dev/kvm: errno 002\n", false, "its kernel has no KVM for the emulated CPU")]
    public void A_kernel_that_fails_is_a_sentence(string said, bool forEver, string sentence)
    {
        using var folder = new TemporaryFolder();
        var cache = new HostCache(folder["cache"], _ => { });
        File.WriteAllBytes(folder["bzImage"], TinyKernel.Saying(said, forEver));
        var kernel = new HostKernel("tiny", folder["bzImage"], "a test", []);
        var parts = new HostParts(
            cache, Virtualization.Svm, kernel, [], new Payload([], "/init", []), _ => { }, CancellationToken.None);
        var host = new EmulatedHost(parts, new QemuHost(Emulator(), parts)
        {
            Limits = PatienceLimits.Usual with { SilentCpu = TimeSpan.FromSeconds(2), ConsoleBytes = 1 << 16 },
        });
        string message = Assert.Throws<HostException>(() => host.Run([], _ => { })).Message;
        Assert.StartsWith("The emulated host ", message);
        Assert.Contains(sentence, message);
        Assert.DoesNotContain("It said nothing", message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(cache.Root, "new")));
    }

    [Fact]
    public void Debians_kernel_without_its_modules_has_no_KVM_and_the_command_says_so()
    {
        VerifiedRecording.TakeTurns(3);
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["modules"]);
        ProcessResult result = KeptMachine.Try("host", "fetch", "--kernel", "debian:6.1", "--modules", folder["modules"]);
        Assert.SkipWhen(KeptMachine.CannotBeHad(result.Error), result.Error);
        result.Fails(2, "its kernel has no KVM for the emulated CPU: name the folder that holds its kvm_amd.ko with --modules");
    }

    [Fact]
    public void A_folder_that_replaces_no_module_is_refused_because_every_comparison_with_it_would_say_same()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["built"]);
        File.WriteAllText(folder["built/other.ko"], "");
        ProcessResult result = KeptMachine.Try("host", "fetch", "--kernel", "debian:6.1", "--modules-over", folder["built"]);
        Assert.SkipWhen(KeptMachine.CannotBeHad(result.Error), result.Error);
        result.Fails(2, "which has none of the modules that are loaded (irqbypass.ko, ");
    }

    /// <summary>The user's, fetched if there is none.</summary>
    private static Qemu Emulator()
    {
        try
        {
            var users = new HostCache(HostCache.DefaultRoot(), _ => { });
            return Qemu.Get(users, mayDownload: true, Architecture.X64, _ => { }, CancellationToken.None);
        }
        catch (HostException e) when (KeptMachine.CannotBeHad(e.Message))
        {
            Assert.Skip(e.Message);
            throw;
        }
    }
}
