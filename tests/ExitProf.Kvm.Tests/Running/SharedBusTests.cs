using ExitProf.Linux;
using ExitProf.Vmm;

namespace ExitProf.Kvm.Tests.Running;

/// <summary>Guests of several vCPUs, whose reads the native loop looks up on one bus.</summary>
public sealed class SharedBusTests
{
    private const int Exits = 500;
    private const int Devices = 7;

    public static TheoryData<BusLock> Locks => [.. Enum.GetValues<BusLock>()];

    [Theory]
    [MemberData(nameof(Locks))]
    public void Every_vcpu_reads_its_own_device(BusLock by)
    {
        using var vcpus = new Machine(Math.Min(2, CpuSet.Allowed().Count));
        vcpus.Run(by);
        // The runner has held the sum of what each guest read against its device's answer.
        for (int i = 0; i < vcpus.Count; i++) Assert.Equal(SharedBus.Answer(Device(i)) * (ulong)Exits, vcpus.Guest(i).ReadSum);
    }

    [Fact]
    public void A_port_that_is_on_no_bus_ends_the_guest_and_leaves_no_lock_taken()
    {
        using var vcpus = new Machine(1);
        vcpus.Guest(0).WriteWord(GuestLayout.ScenarioWords, SharedBus.Port(Devices));
        string message = Assert.Throws<GuestException>(() => vcpus.Run(BusLock.Mutex, device: Devices)).Message;
        Assert.Contains($"an unexpected read from port 0x{SharedBus.Port(Devices):x}", message, StringComparison.Ordinal);
        vcpus.Guest(0).Bus!.Update(BusLock.Mutex);
    }

    [Theory]
    [InlineData(BusLock.Mutex)]
    [InlineData(BusLock.Rwlock)]
    [InlineData(BusLock.Snapshot)]
    public void A_bus_that_is_changed_while_vcpus_exit_never_gives_a_wrong_answer(BusLock by)
    {
        using var vcpus = new Machine(1);
        SharedBus bus = vcpus.Guest(0).Bus!;
        const int Runs = 5, Changes = 100, MostRuns = 20_000;
        int updates = 0, runs = 0;
        bool stop = false;
        var writer = new Thread(() =>
        {
            for (; !Volatile.Read(ref stop); Interlocked.Increment(ref updates)) bus.Update(by);
        });
        writer.Start();
        try
        {
            // What was there before is erased as soon as it may be: who still reads it finds no device, and the guest ends.
            // On a busy machine the first runs may be over before the writer has had a turn.
            for (; runs < Runs || Volatile.Read(ref updates) < Changes && runs < MostRuns; runs++) vcpus.Run(by);
        }
        finally
        {
            Volatile.Write(ref stop, true);
            writer.Join();
        }
        Assert.True(updates >= Changes, $"{updates} changes in {runs} runs");
    }

    [Fact]
    public void Nobody_may_change_a_bus_that_nothing_protects()
    {
        using var bus = new SharedBus(1);
        Assert.Throws<ArgumentException>(() => bus.Update(BusLock.None));
    }

    private static int Device(int vcpu) => 3 * vcpu;

    /// <summary>A VM with a bus, and what its vCPUs need to run.</summary>
    private sealed class Machine : IDisposable
    {
        private readonly Vmm.Kvm kvm;
        private readonly VcpuThreads threads = new();
        private readonly Vcpus runners;
        private readonly List<Guest> guests = [];

        public Machine(int vcpus)
        {
            HostNeeds.Kvm();
            kvm = new Vmm.Kvm();
            runners = new Vcpus(threads, LoopParts.BusLookup, vcpus);
            guests.Add(
                new Guest(kvm, GuestProgram.StampedLoop(GuestMode.Long64Cpl3, a => GuestAccess.In32At(a, GuestLayout.ScenarioWords)))
            );
            guests[0].AddBus(Devices);
            for (int i = 1; i < vcpus; i++) guests.Add(new Guest(guests[0], i));
            for (int i = 0; i < vcpus; i++) guests[i].WriteWord(GuestLayout.ScenarioWords, SharedBus.Port(Device(i)));
        }

        public int Count => guests.Count;

        public Guest Guest(int vcpu) => guests[vcpu];

        public void Run(BusLock by, int? device = null) => threads.Run(Count, (vcpu, line) =>
        {
            int read = device ?? Device(vcpu);
            var expected = ExpectedExit.PioIn(SharedBus.Port(read), sizeof(uint), SharedBus.Answer(read));
            runners[vcpu].Run(guests[vcpu], Exits, expected, new VmmWork(new BusLookupWork(by)), line: line);
        });

        public void Dispose()
        {
            foreach (Guest guest in Enumerable.Reverse(guests)) guest.Dispose();
            runners.Dispose();
            threads.Dispose();
            kvm.Dispose();
        }
    }
}
