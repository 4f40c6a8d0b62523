using ExitProf.Hosts;
using Processor = System.Runtime.InteropServices.Architecture;

namespace ExitProf.Tests.Hosts;

/// <summary>The parts of a machine that Bochs emulates, without a Bochs.</summary>
public sealed class BochsTests
{
    [Fact]
    public void The_machine_is_described_to_Bochs_as_it_was_verified() =>
        Golden.Equal("bochsrc.txt", BochsConfiguration.Text + "\n" + BootCd.LoaderConfiguration(BochsConfiguration.KernelCommandLine));

    [Fact]
    public void Bochs_that_may_not_be_fetched_is_a_sentence()
    {
        using var fake = new FakeEmulator();
        Assert.Equal("Bochs is not in the cache, and --no-download forbids to fetch it: leave that option out once, or use --host svm.",
            Refused(Processor.X64));
        Assert.Contains("this machine is Arm64: run exitprof on x86-64", Refused(Processor.Arm64));
        Assert.Empty(fake.Said);

        string Refused(Processor machine) => Assert.Throws<HostException>(
            () => Bochs.Get(fake.Cache, mayDownload: false, machine, fake.Said.Add, CancellationToken.None)).Message;
    }

    [Fact]
    public void A_CD_holds_kernel_first_root_and_boot_loader_and_its_folder_goes_again()
    {
        using var fake = new FakeBochs();
        BootCd.Write(fake["boot.iso"], fake.Bochs, fake["bzImage"], "console=ttyS0", s => s.Write("root"u8), CancellationToken.None);
        // The writer of CDs of these tests lists what it is given.
        Assert.Equal(
            ["initrd 4", "isolinux/isolinux.bin 6", "isolinux/isolinux.cfg 89", "isolinux/ldlinux.c32 7", $"vmlinuz {0x800}"],
            File.ReadAllLines(fake["boot.iso"]));
        Assert.False(Directory.Exists(fake["boot.iso.tree"]));
    }

    [Fact]
    public void Results_come_over_the_serial_line_as_they_were_one_for_each_command()
    {
        using var fake = new FakeBochs();
        HostResult[] sent =
        [
            new(0, "first", "", new Dictionary<string, byte[]> { ["t"] = [0, 10, 13, 255] }),
            new(2, "", "second", new Dictionary<string, byte[]>()),
        ];
        IReadOnlyList<HostResult> come = fake.Host(sent, "").RunAll([["a"], ["b"]], _ => { });
        Assert.Equal(sent.Select(s => (s.ExitCode, s.Output, s.Error)), come.Select(c => (c.ExitCode, c.Output, c.Error)));
        Assert.Equal([0, 10, 13, 255], come[0].Files["t"]);
        fake.LeftNothing();
    }

    [Theory]
    [InlineData("echo 'panic: no' >&2; exit 3", "ended with status 3. It said last: ", "panic: no")]
    [InlineData("echo 'HOST: refused: insmod kvm_intel.ko: errno 095' >> console",
        "does not take the emulated CPU for one with VMX", "--kernel")]
    [InlineData("echo 'HOST: refused: open /dev/kvm: errno 002' >> console", "the folder that holds its kvm_intel.ko", "--modules")]
    [InlineData("echo 'Kernel panic - not syncing: no root' >> console", "because its kernel panicked", "no root")]
    [InlineData("echo 'no base64' >> results; exec sleep 1000", "returned results that cannot be read", "run it again")]
    [InlineData("while :; do :; done", "hangs: it ran for 1 s of CPU time", "without a word")]
    public void A_machine_that_does_not_do_it_is_a_sentence_and_nothing_of_it_is_left(string does, string sentence, string and)
    {
        using var fake = new FakeBochs();
        string message = Assert.Throws<HostException>(() => fake.Host([], does).Run(["a"], _ => { })).Message;
        Assert.StartsWith("The emulated host ", message);
        Assert.Contains(sentence, message);
        Assert.Contains(and, message);
        fake.LeftNothing();
    }

    [Fact]
    public void A_cancelled_machine_leaves_nothing()
    {
        using var fake = new FakeBochs();
        using var cancel = new CancellationTokenSource();
        EmulatedHost host = fake.Host([], "echo 'HOST: progress 0.5 1 recording exits' >> console; exec sleep 1000", cancel.Token);
        Assert.Throws<OperationCanceledException>(() => host.Run(["a"], _ => cancel.Cancel()));
        fake.LeftNothing();
    }

    [Fact]
    public void What_comes_over_the_serial_line_is_what_was_sent()
    {
        var sent = new HostResult(1, "out", "err", new Dictionary<string, byte[]> { ["f"] = [1, 2] });
        HostResult come = Sent(sent);
        Assert.Equal((1, "out", "err"), (come.ExitCode, come.Output, come.Error));
        HostResult large = Sent(sent with { Files = new Dictionary<string, byte[]> { ["f"] = new byte[9 << 20] } });
        Assert.Equal((2, "The results have 9 MB, and the emulated host's serial line takes 8: record fewer exits."), (large.ExitCode, large.Error));

        static HostResult Sent(HostResult result) =>
            BootCommands.Decode(System.Text.Encoding.ASCII.GetString(BootCommands.Encode(result)).TrimEnd('\n'));
    }
}
