using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>A configuration with the VM it runs in and what it does there.</summary>
/// <param name="Expected">The workload's, with the answer that the guest's reads have to get.</param>
internal sealed record Configured(int Index, Configuration Configuration, Workload Workload, Guest Guest, ExpectedExit Expected)
{
    /// <summary>Cycles from one exit to the next, as last measured: sizes the next block.</summary>
    public double CyclesPerExit { get; set; }

    /// <summary>As many as the guest has room to stamp and the kernel to keep.</summary>
    public int MostExits => Math.Min(Guest.Emulator == null ? Guest.Program.MaxExits / Expected.Times : ExitRunner.MaxSteppedExits, Workload.MostExits);

    /// <summary>What the guest's instruction cache did in the exits of this configuration.</summary>
    public CacheCounters Cache { get; private set; }

    /// <summary>Makes the guest exit so often, and checks what it did. Must be called on the vCPU thread.</summary>
    /// <exception cref="GuestException">The guest hung, faulted or exited in another way than its program should.</exception>
    /// <param name="withSteps">Whether the VMM stamps its own steps, if it has any.</param>
    public RunResult Run(ExitRunner runner, int exits, bool withSteps = false)
    {
        if (Workload.Unit is { } unit) unit.Work.Ask(Guest, unit.Exits);
        CacheCounters before = Guest.Emulator?.Counters ?? default;
        RunResult result = runner.Run(Guest, exits, Expected, Workload.Work, Workload.Emulation, withSteps && Guest.Emulator != null);
        if (Guest.Emulator is { } emulator) Cache += emulator.Counters - before;
        Workload.Check?.Invoke(Guest, exits);
        return result;
    }
}
