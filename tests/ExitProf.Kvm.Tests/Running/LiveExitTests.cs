using ExitProf.Linux;
using ExitProf.Recording;
using ExitProf.Vmm;
using Iced.Intel;

namespace ExitProf.Kvm.Tests.Running;

/// <summary>Guests that do what they should. Modes that this host interprets run the same programs, only more slowly.</summary>
public sealed class LiveExitTests
{
    private const uint Answer = 0xa5a51234;

    public static TheoryData<GuestMode> Modes => [.. Enum.GetValues<GuestMode>()];

    public static TheoryData<GuestMode, string> Accesses
    {
        get
        {
            var data = new TheoryData<GuestMode, string>();
            foreach (GuestMode mode in (GuestMode[])[GuestMode.Long64Cpl3, GuestMode.Long64Cpl0])
            {
                foreach (string access in (string[])["out1", "out2", "out4", "in", "store", "load"]) data.Add(mode, access);
            }
            foreach (string access in (string[])["out1", "out2", "out4"]) data.Add(GuestMode.Real16, access);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Accesses))]
    public void A_guest_makes_the_exits_it_was_asked_for_and_every_stamp_is_bracketed(GuestMode mode, string access)
    {
        using var bench = new Bench();
        (Action<Assembler> code, ExpectedExit expected) = Access(access);
        using Guest guest = bench.Guest(mode, code);
        RunResult run = bench.Run(guest, expected);
        Assert.Equal(Bench.Exits, guest.ExitsDone(Bench.Exits));
        ReadOnlySpan<ulong> inside = guest.Stamps(Bench.Exits), outside = bench.Runner.Stamps(Bench.Exits);
        ulong last = run.StartTsc;
        for (int i = 0; i < 2 * Bench.Exits; i += 2)
        {
            // One clock for guest and host: before, returned, called again, after.
            Assert.True(last <= inside[i], $"exit {i / 2} began before the one before it had ended");
            Assert.True(inside[i] < outside[i], $"exit {i / 2}: KVM_RUN returned before the guest stamped");
            Assert.True(outside[i] <= outside[i + 1], $"exit {i / 2}: KVM_RUN was called before it had returned");
            Assert.True(outside[i + 1] < inside[i + 1], $"exit {i / 2}: the guest went on before KVM_RUN was called");
            last = inside[i + 1];
        }
        Assert.True(last < run.EndTsc);
        ulong reads = access is "in" or "load" ? unchecked((ulong)Answer * Bench.Exits) : 0;
        if (mode != GuestMode.Real16) Assert.Equal(reads, guest.ReadSum);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_guest_can_be_asked_again_for_other_numbers(GuestMode mode)
    {
        using var bench = new Bench();
        (Action<Assembler> code, ExpectedExit expected) = Access("out1");
        using Guest guest = bench.Guest(mode, code);
        ulong last = 0;
        foreach (int exits in (int[])[1, 7, 2])
        {
            bench.Run(guest, expected, exits);
            Assert.Equal(exits, guest.ExitsDone(exits));
            Assert.True(guest.Stamps(1)[0] > last, "the stamps are those of an earlier run");
            last = guest.Stamps(exits)[^1];
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => guest.Ask(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => guest.Ask(guest.Program.MaxExits + 1));
    }

    [Fact]
    public void As_many_exits_as_there_is_room_for_fit()
    {
        using var bench = new Bench();
        using var eventfd = VirtualMachine.CreateEventfd();
        (Action<Assembler> code, _) = Access("out4");
        using Guest guest = bench.Guest(NativeMode(bench), code);
        guest.Vm.Ioeventfd(eventfd, GuestLayout.Port, 4, pio: true);
        bench.Run(guest, ExpectedExit.None, GuestLayout.MaxExits);
        Assert.Equal(GuestLayout.MaxExits, guest.ExitsDone(GuestLayout.MaxExits));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_an_ioeventfd_answers_never_reaches_user_space(bool pio)
    {
        using var bench = new Bench();
        using var eventfd = VirtualMachine.CreateEventfd();
        (Action<Assembler> code, _) = Access(pio ? "out4" : "store");
        using Guest guest = bench.Guest(NativeMode(bench), code);
        guest.Vm.Ioeventfd(eventfd, pio ? GuestLayout.Port : GuestLayout.Mmio, 4, pio);
        bench.Run(guest, ExpectedExit.None);
        Assert.Equal((ulong)Bench.Exits, Counter(eventfd));
    }

    [Fact]
    public void An_ioeventfd_that_waits_for_another_value_lets_the_exit_through()
    {
        using var bench = new Bench();
        using var eventfd = VirtualMachine.CreateEventfd();
        (Action<Assembler> code, ExpectedExit expected) = Access("out4");
        using Guest guest = bench.Guest(NativeMode(bench), code);
        guest.Vm.Ioeventfd(eventfd, GuestLayout.Port, 4, pio: true, datamatch: 0x100000);
        bench.Run(guest, expected);
        Assert.Equal(0UL, Counter(eventfd));
    }

    [Theory]
    [InlineData("cpuid")]
    [InlineData("hlt")]
    [InlineData("rdmsr")]
    [InlineData("eoi")]
    public void Ring_0_makes_the_exits_of_its_scenarios_natively_or_not(string name)
    {
        using var bench = new Bench();
        IScenario scenario = ScenarioCatalog.Get(name == "rdmsr" ? "msr" : name);
        Workload workload = scenario.Workload(
            GuestMode.Long64Cpl0,
            SettingValues.Sweep(scenario, name == "rdmsr" ? ["target=user"] : []).Single().Values
        );
        using var guest = new Guest(bench.Kvm, GuestProgram.StampedLoop(GuestMode.Long64Cpl0, workload.Access), workload.Devices);
        foreach (IDisposable device in workload.Prepare?.Invoke(guest) ?? [])
            device.Dispose();
        ExpectedExit expected = workload.Reads?.Invoke(guest) is { } answer
            ? workload.Expected with
            {
                Answer = answer,
            }
            : workload.Expected;
        bench.Run(guest, expected);
        Assert.Equal(Bench.Exits, guest.ExitsDone(Bench.Exits));
        if (expected.Answer is not { } right) return;
        // The check of what the guest read is one that can fail.
        Assert.Contains(
            "add up to",
            Assert.Throws<GuestException>(() => bench.Run(guest, expected with { Answer = right + 1, AnswerOffset = 0 })).Message
        );
    }

    [Fact]
    public void The_empty_loop_makes_no_exit_but_its_last()
    {
        using var bench = new Bench();
        using var guest = new Guest(bench.Kvm, GuestProgram.EmptyLoop(GuestMode.Long64Cpl0, a => GuestAccess.Out(a, GuestLayout.Port, 2)));
        bench.Run(guest, ExpectedExit.None);
        Assert.Equal(Bench.Exits, guest.ExitsDone(Bench.Exits));
        Assert.Contains(
            "instead of",
            Assert.Throws<GuestException>(() => bench.Run(guest, ExpectedExit.PioOut(GuestLayout.Port, 2))).Message
        );
    }

    [Fact]
    public void A_delay_of_the_device_lies_between_the_stamps_of_the_vmm()
    {
        using var bench = new Bench();
        using var runner = new ExitRunner(LoopParts.Delay);
        (Action<Assembler> code, ExpectedExit expected) = Access("out1");
        using Guest guest = bench.Guest(NativeMode(bench), code);
        const ulong Delay = 30_000;
        bench.Thread.Invoke(() => runner.Run(guest, Bench.Exits, expected, new VmmWork(new DelayWork(Delay, 0))));
        ReadOnlySpan<ulong> stamps = runner.Stamps(Bench.Exits);
        for (int i = 0; i < stamps.Length; i += 2)
            Assert.True(stamps[i + 1] - stamps[i] >= Delay, $"exit {i / 2} took {stamps[i + 1] - stamps[i]} cycles in the VMM");
    }

    [Fact]
    public void At_least_one_mode_runs_natively_and_every_mode_runs()
    {
        using var bench = new Bench();
        var probes = new List<ModeTrial>();
        foreach (GuestMode mode in Enum.GetValues<GuestMode>())
            bench.Thread.Invoke(() => probes.Add(NativeModes.Try(bench.Kvm, bench.Runner, mode)));
        Assert.All(probes, p => Assert.Equal("", p.Failure));
        Assert.Contains(probes, p => p.Native);
        Assert.All(probes, p => Assert.InRange(p.CyclesPerInstruction, 0.05, 100_000));
    }

    private static GuestMode NativeMode(Bench bench)
    {
        foreach (GuestMode mode in (GuestMode[])[GuestMode.Long64Cpl3, GuestMode.Long64Cpl0])
        {
            ModeTrial? probe = null;
            bench.Thread.Invoke(() => probe = NativeModes.Try(bench.Kvm, bench.Runner, mode));
            if (probe!.Native) return mode;
        }
        throw new InvalidOperationException("neither ring of long mode is native");
    }

    private static (Action<Assembler> Code, ExpectedExit Expected) Access(string name) => name switch
    {
        "out1" => (a => GuestAccess.Out(a, GuestLayout.Port, 1), ExpectedExit.PioOut(GuestLayout.Port, 1)),
        "out2" => (a => GuestAccess.Out(a, GuestLayout.Port, 2), ExpectedExit.PioOut(GuestLayout.Port, 2)),
        "out4" => (a => GuestAccess.Out(a, GuestLayout.Port, 4), ExpectedExit.PioOut(GuestLayout.Port, 4)),
        "in" => (a => GuestAccess.In32(a, GuestLayout.Port), ExpectedExit.PioIn(GuestLayout.Port, 4, Answer)),
        "store" => (a => GuestAccess.Store32(a, GuestLayout.Mmio), ExpectedExit.MmioWrite(GuestLayout.Mmio)),
        "load" => (a => GuestAccess.Load32(a, GuestLayout.Mmio), ExpectedExit.MmioRead(GuestLayout.Mmio, Answer)),
        _ => throw new ArgumentException(name),
    };

    /// <summary>How often an eventfd was signalled since it was last read.</summary>
    private static unsafe ulong Counter(KvmHandle eventfd)
    {
        ulong count = 0;
        return LibC.read(eventfd.Fd, &count, sizeof(ulong)) == sizeof(ulong) ? count : 0;
    }
}
