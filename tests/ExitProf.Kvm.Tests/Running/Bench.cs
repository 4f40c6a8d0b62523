using ExitProf.Linux;
using ExitProf.Vmm;
using Iced.Intel;

namespace ExitProf.Kvm.Tests.Running;

/// <summary>KVM, a vCPU thread and a runner for one test.</summary>
internal sealed class Bench : IDisposable
{
    public const int Exits = 64;

    public Bench()
    {
        HostNeeds.Kvm();
        Kvm = new Vmm.Kvm();
        Thread = new VcpuThread(CpuSet.Allowed()[^1]);
        Runner = new ExitRunner(LoopParts.None);
    }

    public Vmm.Kvm Kvm { get; }

    public VcpuThread Thread { get; }

    public ExitRunner Runner { get; }

    public Guest Guest(GuestMode mode, Action<Assembler> access) => new(Kvm, GuestProgram.StampedLoop(mode, access));

    public RunResult Run(Guest guest, ExpectedExit expected, int exits = Exits)
    {
        RunResult result = default;
        Thread.Invoke(() => result = Runner.Run(guest, exits, expected));
        return result;
    }

    /// <summary>Runs a guest that must not come to its end; returns what is said about it.</summary>
    public string Failure(GuestMode mode, Action<Assembler> access, ExpectedExit expected)
    {
        using Guest guest = Guest(mode, access);
        return Assert.Throws<GuestException>(() => Run(guest, expected)).Message;
    }

    public void Dispose()
    {
        Runner.Dispose();
        Thread.Dispose();
        Kvm.Dispose();
    }
}
