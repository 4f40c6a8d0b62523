using ExitProf.Vmm;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ExitProf.Kvm.Tests.Running;

/// <summary>Guests that do something else than they should: each ends with one sentence that says what and where.</summary>
public sealed class GuestFailureTests
{
    private const ushort OtherPort = 0x99;
    private static readonly ExpectedExit Expected = ExpectedExit.PioOut(GuestLayout.Port, 1);

    public static TheoryData<GuestMode> Modes => [.. Enum.GetValues<GuestMode>()];

    public static TheoryData<GuestMode> LongModes => [GuestMode.Long64Cpl3, GuestMode.Long64Cpl0];

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_guest_that_loops_for_ever_is_stopped_and_says_where(GuestMode mode)
    {
        using var bench = new Bench();
        string message = bench.Failure(mode, LoopForEver, Expected);
        Assert.StartsWith("The guest ran for 0.7 s without an exit and was stopped at RIP 0x10", message);
        Assert.EndsWith($"({mode.Name()}).", message);
        // Nothing of it is left in the thread or the runner.
        using Guest good = bench.Guest(mode, a => GuestAccess.Out(a, GuestLayout.Port, 1));
        Assert.Equal(0, bench.Run(good, Expected, 3).Eintr);
    }

    [Fact]
    public void A_guest_that_hangs_in_the_middle_is_stopped_too()
    {
        using var bench = new Bench();
        string message = bench.Failure(GuestMode.Long64Cpl3, a =>
        {
            Label go = a.CreateLabel();
            a.cmp(r15d, 20);
            a.jne(go);
            LoopForEver(a);
            a.Label(ref go);
            GuestAccess.Out(a, GuestLayout.Port, 1);
        }, Expected);
        Assert.StartsWith("The guest ran for 0.7 s without an exit", message);
    }

    [Fact]
    public void A_loop_of_exits_without_stamps_is_stopped_too()
    {
        using var bench = new Bench();
        using var eventfd = VirtualMachine.CreateEventfd();
        using Guest guest = bench.Guest(GuestMode.Long64Cpl3, a =>
        {
            Label top = a.CreateLabel();
            a.Label(ref top);
            GuestAccess.Out(a, GuestLayout.Port, 1);
            a.jmp(top);
        });
        guest.Vm.Ioeventfd(eventfd, GuestLayout.Port, 1, pio: true);
        string message = Assert.Throws<GuestException>(() => bench.Run(guest, ExpectedExit.None)).Message;
        Assert.StartsWith("The guest ran for 0.7 s without an exit", message);
    }

    [Theory]
    [MemberData(nameof(LongModes))]
    public void A_triple_fault_is_named(GuestMode mode)
    {
        using var bench = new Bench();
        string message = bench.Failure(mode, a => a.ud2(), Expected);
        Assert.Contains("KVM_EXIT_SHUTDOWN (a triple fault) at RIP 0x", message);
        Assert.EndsWith($"({mode.Name()}).", message);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void An_access_to_another_port_is_named(GuestMode mode)
    {
        using var bench = new Bench();
        string message = bench.Failure(mode, a => GuestAccess.Out(a, OtherPort, 1), Expected);
        Assert.StartsWith($"The guest ended with an unexpected write to port 0x{OtherPort:x} at RIP 0x10", message);
    }

    [Theory]
    [MemberData(nameof(LongModes))]
    public void An_access_to_another_address_is_named(GuestMode mode)
    {
        using var bench = new Bench();
        string message = bench.Failure(mode, a => GuestAccess.Load32(a, GuestLayout.Mmio + 0x1000), Expected);
        Assert.StartsWith($"The guest ended with an unexpected read from address 0x{GuestLayout.Mmio + 0x1000:x}", message);
    }

    [Fact]
    public void An_access_of_another_size_is_unexpected()
    {
        using var bench = new Bench();
        Assert.Contains(
            $"unexpected write to port 0x{GuestLayout.Port:x}",
            bench.Failure(GuestMode.Long64Cpl3, a => GuestAccess.Out(a, GuestLayout.Port, 2), Expected)
        );
    }

    [Fact]
    public void A_halt_is_named()
    {
        using var bench = new Bench();
        Assert.Contains("KVM_EXIT_HLT", bench.Failure(GuestMode.Long64Cpl0, a => a.hlt(), Expected));
    }

    [Fact]
    public void Two_exits_per_stamp_are_noticed()
    {
        using var bench = new Bench();
        string message = bench.Failure(GuestMode.Long64Cpl3, a =>
        {
            GuestAccess.Out(a, GuestLayout.Port, 1);
            GuestAccess.Out(a, GuestLayout.Port, 1);
        }, Expected);
        Assert.Contains($"unexpected write to port 0x{GuestLayout.Port:x}", message);
    }

    [Fact]
    public void Missing_exits_are_noticed()
    {
        using var bench = new Bench();
        string message = bench.Failure(GuestMode.Long64Cpl3, a => a.nop(), Expected);
        Assert.Equal($"The guest reached user space 0 times instead of {Bench.Exits}: something else answers its accesses.", message);
    }

    [Fact]
    public void Reads_that_do_not_add_up_are_noticed()
    {
        using var bench = new Bench();
        string message = bench.Failure(GuestMode.Long64Cpl3, a =>
        {
            GuestAccess.In32(a, GuestLayout.Port);
            a.xor(ebx, 1);
        }, ExpectedExit.PioIn(GuestLayout.Port, 4, 0x10));
        Assert.Equal($"The guest's reads add up to 0x{0x11 * Bench.Exits:x} instead of 0x{0x10 * Bench.Exits:x}.", message);
    }

    [Fact]
    public void An_exit_that_the_kernel_should_have_answered_is_named()
    {
        using var bench = new Bench();
        Assert.Contains(
            $"unexpected write to port 0x{GuestLayout.Port:x}",
            bench.Failure(GuestMode.Long64Cpl3, a => GuestAccess.Out(a, GuestLayout.Port, 1), ExpectedExit.None)
        );
    }

    [Theory]
    [InlineData("/dev/null", "KVM_GET_API_VERSION on /dev/null failed with ENOTTY")]
    [InlineData("/nonexistent/kvm", "open(/nonexistent/kvm) failed with ENOENT")]
    public void What_is_not_kvm_is_refused_with_call_and_errno(string path, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<KvmUnavailableException>(() => new Vmm.Kvm(path)).Message);

    private static void LoopForEver(Assembler a)
    {
        Label top = a.CreateLabel();
        a.Label(ref top);
        a.jmp(top);
    }
}
