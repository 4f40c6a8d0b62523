using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>A configuration with the VM it runs in and what it does there.</summary>
/// <param name="Expected">The workload's, with the answer that the guest's reads have to get.</param>
/// <param name="Call">What is measured in place of the guest's exits; null if these are.</param>
/// <param name="Companion">What goes on beside the guest; null if nothing does.</param>
internal sealed record Configured(int Index, Configuration Configuration, Workload Workload, Guest Guest, ExpectedExit Expected, ICompanion? Companion, VmmCall? Call)
{
    private readonly ulong[] ends = Companion == null ? [] : new ulong[2 * GuestLayout.MaxExits];

    /// <summary>Cycles from one exit to the next, as last measured: sizes the next block.</summary>
    public double CyclesPerExit { get; set; }

    /// <summary>As many as the guest has room to stamp and the kernel to keep.</summary>
    public int MostExits => Math.Min(Guest.Emulator == null ? Guest.Program.MaxExits / Expected.Times : ExitRunner.MaxSteppedExits, Workload.MostExits);

    /// <summary>What the guest's instruction cache did in the exits of this configuration.</summary>
    public CacheCounters Cache { get; private set; }

    /// <summary>Beginning and end of each exit of the last run.</summary>
    public ReadOnlySpan<ulong> Ends(int exits)
    {
        if (Call != null) return Call.Stamps(exits);
        ReadOnlySpan<ulong> guest = Guest.Stamps(exits);
        if (Companion == null || Companion.Beginnings.IsEmpty) return guest;
        for (int i = 0; i < exits; i++) (ends[2 * i], ends[2 * i + 1]) = (Companion.Beginnings[i], guest[2 * i + 1]);
        return ends.AsSpan(0, 2 * exits);
    }

    /// <summary>Makes the guest exit so often, and checks what it did. Must be called on the vCPU thread.</summary>
    /// <exception cref="GuestException">The guest hung, faulted or exited in another way than its program should.</exception>
    /// <param name="withSteps">Whether the VMM stamps its own steps, if it has any.</param>
    public RunResult Run(ExitRunner runner, int exits, bool withSteps = false)
    {
        if (Workload.Unit is { } unit) unit.Work.Ask(Guest, unit.Exits);
        CacheCounters before = Guest.Emulator?.Counters ?? default;
        RunResult result;
        Companion?.Begin(exits);
        try
        {
            result = Call != null ? Call.Run(exits) : runner.Run(Guest, exits, Expected, Workload.Work, Workload.Emulation, withSteps && Guest.Emulator != null);
        }
        finally
        {
            Companion?.End();
        }
        if (Guest.Emulator is { } emulator) Cache += emulator.Counters - before;
        if (Call == null) Workload.Check?.Invoke(Guest, exits);
        return result;
    }
}
