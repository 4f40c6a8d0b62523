using ExitProf.Hosts;

namespace ExitProf.Tests.Hosts;

/// <summary>What is understood of a guest's console, and what is not believed.</summary>
public sealed class GuestConsoleTests
{
    [Fact]
    public void Lines_are_understood_when_they_are_whole()
    {
        using var folder = new TemporaryFolder();
        using var console = new GuestConsole(folder["console"], Virtualization.Svm);
        Say("HOST: u");
        console.Read();
        Assert.False(console.Up);
        Say("p\r\nHOST: progress 0.2500 1200 recording exits\r\nHOST: ready\n");
        console.Read();
        Assert.True(console is { Up: true, Ready: true, Failure: null, Results: null });
        Assert.Equal(new HostProgress(0.25, 1200, "recording exits"), console.Progress);
        Say(GuestConsole.ResultsLine(93_550) + "\n");
        console.Read();
        Assert.Equal(93_550, console.Results);

        void Say(string text) => File.AppendAllText(folder["console"], text);
    }

    [Fact]
    public void Progress_comes_back_as_it_was_said()
    {
        var progress = new HostProgress(0.125, 42, "finding out which guest modes run natively");
        Assert.Equal(progress, Read(GuestConsole.ProgressLine(progress) + "\n").Progress);
    }

    [Theory]
    [InlineData("[    1.2] Kernel panic - not syncing: Attempted to kill init!\n",
        "its kernel panicked: Kernel panic - not syncing: Attempted to kill init!")]
    [InlineData("HOST: refused: insmod kvm.ko: errno 008\n", "insmod kvm.ko failed with Exec format error (errno 8)")]
    [InlineData("HOST: refused: open(/dev/kvm) failed\n", "its kernel has no KVM")]
    [InlineData("HOST: results 99999999999\n", "it announced results of '99999999999' bytes")]
    [InlineData("HOST: results -1\n", "it announced results of '-1' bytes")]
    public void Trouble_is_a_reason(string said, string reason) => Assert.StartsWith(reason, Read(said).Failure);

    [Fact]
    public void The_last_lines_are_kept_without_control_characters_and_bounded()
    {
        GuestConsole console = Read(string.Concat(Enumerable.Range(0, 500).Select(i => $"line {i}\n")) + "\e[31mred\u0007\n"
            + new string('x', 1_000_000));
        IReadOnlyList<string> last = console.Last(3);
        Assert.Equal("line 499", last[0]);
        Assert.Equal("[31mred", last[1]);
        Assert.True(last[2].Length < 300);
    }

    [Fact]
    public void A_guest_that_hangs_is_told_from_a_slow_machine_by_the_cpu_time_it_took()
    {
        var time = new HandClock();
        TimeSpan cpu = TimeSpan.Zero;
        var patience = new Patience("QEMU", () => cpu, time, PatienceLimits.Usual);
        for (int hour = 0; hour < 10; hour++)
        {
            // A machine so busy that an hour brings a minute of CPU time; the guest says something now and then.
            time.Now += TimeSpan.FromMinutes(3);
            cpu += TimeSpan.FromMinutes(1);
            Assert.Null(patience.IsOver(consoleLength: hour));
        }
        time.Now += TimeSpan.FromMinutes(4);
        cpu += TimeSpan.FromMinutes(5);
        Assert.Contains("without a word", patience.IsOver(consoleLength: 9));
    }

    [Fact]
    public void An_emulator_that_does_nothing_at_all_is_given_up()
    {
        var time = new HandClock();
        var patience = new Patience("QEMU", () => TimeSpan.Zero, time, PatienceLimits.Usual);
        time.Now += TimeSpan.FromMinutes(4);
        Assert.Null(patience.IsOver(0));
        time.Now += TimeSpan.FromMinutes(6);
        Assert.Contains("QEMU has done nothing", patience.IsOver(0));
    }

    private static GuestConsole Read(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["console"], text);
        using var console = new GuestConsole(folder["console"], Virtualization.Svm);
        console.Read();
        return console;
    }

    private sealed class HandClock : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromDays(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
