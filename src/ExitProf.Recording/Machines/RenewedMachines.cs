using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// The VMs of two sides. Where the sides share one, it is kept. Where each has its own, both are recreated from time to time: two VMs that
/// are made alike may still differ by where their memory lies, and over many of them that is noise and no shift.
/// </summary>
internal sealed class RenewedMachines(Kvm kvm, HostTrial trial, Vcpus vcpus, bool apart) : IDisposable
{
    public Machines Current { get; private set; } = Machines.WarmedUp(kvm, trial, vcpus, apart);

    /// <summary>Recreates the VMs unless both sides share one.</summary>
    public void Renew()
    {
        if (Current.ShareOneVm) return;
        Machines before = Current;
        before.Dispose();
        Current = Machines.WarmedUp(kvm, trial, vcpus, apart);
        foreach ((Machine machine, Machine known) in Current.WithEmptyLoops.Zip(before.WithEmptyLoops)) machine.TakeOver(known);
    }

    public void Dispose() => Current.Dispose();
}
