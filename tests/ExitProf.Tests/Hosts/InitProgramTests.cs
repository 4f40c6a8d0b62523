using System.Diagnostics;
using ExitProf.Hosts;

namespace ExitProf.Tests.Hosts;

/// <summary>Process 1 of an emulated host, run on this machine: it is a program like any other.</summary>
public sealed class InitProgramTests
{
    [Fact]
    public void It_speaks_and_becomes_another_program_with_arguments_and_environment()
    {
        var init = new InitProgram();
        init.Say("HOST: up");
        init.Become("/bin/sh", ["sh", "-c", "echo $0 $1 $SOME; ls -l /proc/self/exe >/dev/null", "zero", "one"],
            ["SOME=value", "PATH=/bin:/usr/bin"]);
        using Process process = Start(init);
        Assert.Equal("HOST: up\nzero one value\n", process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void A_call_that_fails_is_named_with_its_errno_and_nothing_follows()
    {
        var init = new InitProgram();
        init.LoadModule("/nowhere/kvm.ko", "");
        init.Say("never said");
        using Process process = Start(init);
        string? line = process.StandardOutput.ReadLine();
        bool waits = !process.HasExited;
        process.Kill();
        process.WaitForExit();
        Assert.Equal("HOST: refused: open /nowhere/kvm.ko: errno 002", line);
        Assert.True(waits);
        Assert.Equal("", process.StandardOutput.ReadToEnd());
    }

    [Fact]
    public void A_file_system_that_may_be_missing_stops_nothing()
    {
        var init = new InitProgram();
        init.MountFileSystem("no-such-file-system", "/", required: false);
        init.MakeFolder("/proc/1/nothing-can-be-made-here");
        init.Become("/bin/true", ["true"], []);
        using Process process = Start(init);
        process.WaitForExit();
        Assert.Equal((0, ""), (process.ExitCode, process.StandardOutput.ReadToEnd()));
    }

    [Theory]
    [InlineData(
        "open(/dev/kvm) failed with ENOENT (No such file or directory): load kvm_intel",
        "that holds its kvm_amd.ko with --modules"
    )]
    [InlineData("insmod kvm.ko: errno 008", "Exec format error (errno 8): the module does not fit this kernel")]
    [InlineData("insmod kvm_amd.ko: errno 095", "the kernel does not take the emulated CPU for one with SVM")]
    [InlineData("mount tracefs: errno 019", "the kernel needs CONFIG_FTRACE")]
    [InlineData("the device is gone", "the device is gone")]
    public void What_it_says_becomes_a_sentence_with_the_remedy(string said, string sentence) =>
        Assert.Contains(sentence, Refusal.Explain(said, Virtualization.Svm));

    private static Process Start(InitProgram init)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["init"], init.ToElf());
        Assert.True(PrivateMounts.Works("chmod", "500", folder["init"]));
        // Another test may be starting a process at this moment, which keeps this file open for writing until it has become its program.
        for (int tries = 0; ; tries++)
        {
            try
            {
                return Process.Start(new ProcessStartInfo(folder["init"]) { RedirectStandardOutput = true })!;
            }
            catch (System.ComponentModel.Win32Exception e) when (e.NativeErrorCode == 26 && tries < 100)
            {
                Thread.Sleep(20);
            }
        }
    }
}
