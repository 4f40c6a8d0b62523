using ExitProf.Hosts;
using Processor = System.Runtime.InteropServices.Architecture;

namespace ExitProf.Tests.Hosts;

/// <summary>
/// Whatever happens to an emulator or its guest is one sentence, comes to an end, and leaves neither a process nor a temporary file.
/// </summary>
public sealed class BrokenHostTests
{
    private const string Hang = "exec sleep 1000";
    private const string Spin = "while :; do :; done";

    [Theory]
    [InlineData("start", "exit 3", "did not start (QMP: QEMU ended)")]
    [InlineData("start", "echo 'no such machine' >&2; exit 1", "It said last: no such machine")]
    [InlineData("start", "echo rubbish; " + Hang, "did not start (QMP: ")]
    [InlineData("boot", "echo '[ 1.0] Kernel panic - not syncing: VFS: no root' >> console; " + Hang,
        "stopped, because its kernel panicked: Kernel panic - not syncing: VFS: no root")]
    [InlineData("boot", "echo 'Run /init as init process' >> console; exit 0", "It said last: Run /init as init process")]
    [InlineData("boot", "exit 0", "It said nothing: its kernel may have no console on a serial line")]
    [InlineData("boot", Spin, "hangs: it ran for 1 s of CPU time without a word")]
    [InlineData("boot", "exec yes >> console", "writes without end: 1024 KiB on its console")]
    [InlineData("boot", "kill -9 $$", "was ended by signal 9; where memory ran out, make 0.7 GB free")]
    [InlineData("boot", "kill -TERM $$", "was ended by signal 15")]
    [InlineData("boot", "echo 'terminating on signal 15' >&2; exit 0", "ended with status 0. It said last: terminating on signal 15")]
    [InlineData("boot", "echo 'HOST: refused: insmod kvm.ko: errno 008' >> console; " + Hang, "the module does not fit this kernel")]
    [InlineData("boot", "echo 'HOST: refused: open /dev/kvm: errno 002' >> console; " + Hang, "its kernel has no KVM for the emulated CPU")]
    [InlineData("run", "echo 'Kernel panic - not syncing: Fatal exception' >> console; " + Hang, "Fatal exception")]
    [InlineData("run", "kill -KILL $$", "was ended by signal 9")]
    [InlineData("run", "echo 'HOST: results 99999999999' >> console; " + Hang, "it announced results of '99999999999' bytes")]
    [InlineData("run", "echo rubbish > $FAKE_RESULTS", "returned results that cannot be read")]
    [InlineData("run", "head -c 3000000 /dev/zero > $FAKE_RESULTS", "returned results that cannot be read (no exit code)")]
    [InlineData("save", "echo '{\"error\": {\"desc\": \"no room\"}}'; continue", "refused a command of QEMU's (pmemsave: no room)")]
    [InlineData("save", "kill -9 $$", "was ended by signal 9")]
    public void Trouble_is_a_sentence_and_leaves_nothing(string at, string does, string sentence)
    {
        using var fake = new FakeEmulator();
        EmulatedHost host = fake.Host(at, does);
        string message = Assert.Throws<HostException>(() => host.Run(["list"], _ => { })).Message;
        if (message.Contains("by signal", StringComparison.Ordinal)) Assert.DoesNotContain("It said nothing", message);
        Assert.StartsWith("The emulated host ", message);
        Assert.Contains(sentence, message);
        Assert.DoesNotContain('\n', message);
        fake.LeftNothing();
    }

    [Theory]
    [InlineData("", 1, 240)]
    [InlineData("echo 'Linux version 6.1' >> console; ", 110, 1)]
    public void A_guest_that_never_says_a_word_is_given_up_sooner_than_one_that_has_said_something(string said, int firstWord, int silent)
    {
        using var fake = new FakeEmulator();
        var limits = PatienceLimits.Usual with { FirstWordCpu = TimeSpan.FromSeconds(firstWord), SilentCpu = TimeSpan.FromSeconds(silent) };
        EmulatedHost host = fake.Host("boot", said + Spin, limits: limits);
        string message = Assert.Throws<HostException>(() => host.Run(["list"], _ => { })).Message;
        Assert.Contains("hangs: it ran for 1 s of CPU time without a word", message);
        Assert.Contains(said.Length > 0 ? "It said last: Linux version 6.1" : "It said nothing: its kernel may have no console", message);
        fake.LeftNothing();
    }

    [Theory]
    [InlineData("start")]
    [InlineData("boot")]
    [InlineData("restore")]
    [InlineData("run")]
    [InlineData("save")]
    public void An_emulator_that_does_nothing_any_more_is_given_up(string at)
    {
        using var fake = new FakeEmulator();
        EmulatedHost host = fake.Host(at, Hang, limits: PatienceLimits.Usual with { Idle = TimeSpan.FromSeconds(2) });
        string message = Assert.Throws<HostException>(() => host.Run(["list"], _ => { })).Message;
        Assert.Contains("hangs: QEMU has done nothing for 0.03 minutes", message);
        fake.LeftNothing();
    }

    [Theory]
    [InlineData("migrate", "kill -9 $$")]
    [InlineData("migrate", "echo '{\"error\": {\"desc\": \"State blocked\"}}'; continue")]
    [InlineData("restore", "kill -9 $$")]
    [InlineData("restore", "echo '{\"error\": {\"desc\": \"Unknown savevm section\"}}'; continue")]
    public void A_machine_that_cannot_be_kept_or_restored_is_booted_and_that_is_said(string at, string does)
    {
        using var fake = new FakeEmulator();
        Assert.Equal("done", fake.Host(at, does).Run(["list"], _ => { }).Output);
        Assert.Contains(fake.Said, s => s.Contains(at == "migrate" ? "cannot keep a machine" : "cannot restore the kept machine"));
        fake.LeftNothing();
    }

    [Fact]
    public void A_machine_of_another_QEMU_or_an_older_build_is_not_used_but_listed_and_can_be_forgotten()
    {
        using var fake = new FakeEmulator();
        fake.Host("", "", "QEMU 7").Keep();
        EmulatedHost newer = fake.Host("", "", "QEMU 8");
        Assert.False(newer.IsKept);
        Assert.Equal("done", newer.Run([], _ => { }).Output);
        CacheEntry[] both = [.. fake.Cache.List()];
        Assert.Equal(["QEMU 7", "QEMU 8"], both.Select(e => e.About.Split(", ")[1]).Order());
        HostCache.Forget(both.Single(e => e.About.EndsWith("QEMU 7", StringComparison.Ordinal)));
        Assert.True(newer.IsKept);
        fake.LeftNothing();
    }

    [Fact]
    public void A_kept_machine_whose_files_were_cut_is_made_again()
    {
        using var fake = new FakeEmulator();
        EmulatedHost host = fake.Host("", "");
        host.Keep();
        File.WriteAllText(fake.Cache.List().Single().File("state"), "");
        Assert.False(host.IsKept);
        Assert.Equal("done", host.Run([], _ => { }).Output);
        Assert.True(host.IsKept);
        fake.LeftNothing();
    }

    [Fact]
    public void Two_runs_at_once_make_one_machine_and_both_have_results()
    {
        using var fake = new FakeEmulator();
        var outputs = new string[2];
        Parallel.For(0, 2, i => outputs[i] = fake.Host("", "").Run([], _ => { }).Output);
        Assert.Equal(["done", "done"], outputs);
        Assert.Single(fake.Cache.List());
        fake.LeftNothing();
    }

    [Fact]
    public void Another_CPU_than_x86_64_is_named_before_anything_is_fetched()
    {
        using var fake = new FakeEmulator();
        string refused = Assert.Throws<HostException>(
            () => Qemu.Get(fake.Cache, true, Processor.Arm64, fake.Said.Add, CancellationToken.None)).Message;
        Assert.Contains("this machine is Arm64: run exitprof on x86-64", refused);
        HostSupply supply = HostSupply.Of(fake.CacheHome, Processor.Arm64);
        Assert.Equal((false, "an emulated host needs x86-64, and this machine is Arm64"), (supply.Possible, supply.Found));
        Assert.Empty(fake.Said);
    }

    [Fact]
    public void Modules_of_another_version_are_named_before_anything_is_booted()
    {
        using var fake = new FakeEmulator();
        Directory.CreateDirectory(fake["modules"]);
        File.WriteAllText(fake["modules/kvm-amd.ko"], "\u007fELF\0depends=\0vermagic=6.12.1-other SMP\0");
        var kernel = new HostKernel("6.1.0-test", fake.Kernel, fake.Kernel, [fake["modules"]]);
        string message = Assert.Throws<HostException>(() => kernel.Modules(Virtualization.Svm, [])).Message;
        Assert.Equal("The module kvm_amd was built for Linux 6.12.1-other, and the kernel is 6.1.0-test: name the modules of this kernel "
            + "with --modules, or build them for it.", message);
    }
}
