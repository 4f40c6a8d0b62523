using ExitProf.Vmm;

namespace ExitProf.Kvm.Tests.Running;

/// <summary>The ring in which the kernel notes the writes that it coalesces.</summary>
public sealed class CoalescedRingTests
{
    private const int Bytes = 2;

    [Fact]
    public void The_ring_holds_as_many_writes_as_it_says_and_one_too_many_goes_to_user_space()
    {
        using var bench = new Bench();
        using Guest guest = Coalescing(bench);
        var ring = new CoalescedRing(guest.Vcpu);
        bench.Run(guest, ExpectedExit.None, CoalescedRing.Capacity);
        Assert.Equal(CoalescedRing.Capacity, ring.Drain(GuestLayout.Port, Bytes, pio: true));
        Assert.Equal(0, ring.Drain(GuestLayout.Port, Bytes, pio: true));
        string message = Assert.Throws<GuestException>(() => bench.Run(guest, ExpectedExit.None, CoalescedRing.Entries)).Message;
        Assert.StartsWith($"The guest ended with an unexpected write to port 0x{GuestLayout.Port:x}", message);
    }

    [Fact]
    public void Writes_are_counted_across_the_end_of_the_ring()
    {
        using var bench = new Bench();
        using Guest guest = Coalescing(bench);
        var ring = new CoalescedRing(guest.Vcpu);
        foreach (int exits in (int[])[50, CoalescedRing.Capacity, 50])
        {
            bench.Run(guest, ExpectedExit.None, exits);
            Assert.Equal(exits, ring.Drain(GuestLayout.Port, Bytes, pio: true));
        }
    }

    [Theory]
    [InlineData(GuestLayout.Port, 1, true)]
    [InlineData(GuestLayout.Port, Bytes, false)]
    [InlineData(GuestLayout.Port + 2, Bytes, true)]
    public void A_write_that_is_another_one_is_noticed(ushort port, int bytes, bool pio)
    {
        using var bench = new Bench();
        using Guest guest = Coalescing(bench);
        bench.Run(guest, ExpectedExit.None, 3);
        Assert.Equal(-1, new CoalescedRing(guest.Vcpu).Drain(port, bytes, pio));
    }

    private static Guest Coalescing(Bench bench)
    {
        Guest guest = bench.Guest(GuestMode.Long64Cpl3, a => GuestAccess.Out(a, GuestLayout.Port, Bytes));
        guest.Vm.Coalesce(GuestLayout.Port, Bytes, pio: true);
        return guest;
    }
}
