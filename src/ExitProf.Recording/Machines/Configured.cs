using System.Collections.Immutable;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>A configuration with the VM it runs in and what it does there.</summary>
/// <param name="Guests">Those of all its vCPUs, each with its own memory and stamps; the first one is the VM's own.</param>
/// <param name="ExpectedOf">The workload's exits of each of them, with the answer that its reads have to get.</param>
/// <param name="Call">What is measured in place of the guest's exits; null if these are.</param>
/// <param name="Companion">What goes on beside the guest; null if nothing does.</param>
internal sealed record Configured(int Index, Configuration Configuration, Workload Workload, ImmutableArray<Guest> Guests, ImmutableArray<ExpectedExit> ExpectedOf, ICompanion? Companion, VmmCall? Call)
{
    private readonly ulong[] ends = Companion == null ? [] : new ulong[2 * GuestLayout.MaxExits];

    public Guest Guest => Guests[0];

    public ExpectedExit Expected => ExpectedOf[0];

    public int Vcpus => Guests.Length;

    /// <summary>Cycles from one exit to the next, as last measured: sizes the next block.</summary>
    public double CyclesPerExit { get; set; }

    /// <summary>As many as the guest and the VMM have room to stamp and the kernel to keep. The steps of exits inside of a unit of work are not stamped.</summary>
    public int MostExits => Math.Min(Workload.Unit != null || (Guest.Emulator == null && Workload.Steps.IsEmpty) ? Guest.Program.MaxExits / Expected.Times : ExitRunner.MaxSteppedExits, Workload.MostExits);

    /// <summary>What the guest's instruction cache did in the exits of this configuration, in VMs before this one too.</summary>
    public CacheCounters Cache { get; private set; }

    /// <summary>Goes on where the same configuration was in a VM that is gone.</summary>
    public void GoOn(Configured before)
    {
        (CyclesPerExit, Cache) = (before.CyclesPerExit, before.Cache + Cache);
        if (Companion is BusWriter writer && before.Companion is BusWriter known) writer.GoOn(known);
    }

    /// <summary>Beginning and end of each exit of the last run.</summary>
    public ReadOnlySpan<ulong> Ends(int exits, int vcpu = 0)
    {
        if (Call != null) return Call.Stamps(exits);
        ReadOnlySpan<ulong> guest = Guests[vcpu].Stamps(exits);
        if (vcpu > 0 || Companion == null || Companion.Beginnings.IsEmpty) return guest;
        for (int i = 0; i < exits; i++) (ends[2 * i], ends[2 * i + 1]) = (Companion.Beginnings[i], guest[2 * i + 1]);
        return ends.AsSpan(0, 2 * exits);
    }

    /// <summary>Of a run that failed: what it left undone beside the guest is no reason of its own.</summary>
    private static void End(ICompanion? companion)
    {
        try
        {
            companion?.End();
        }
        catch (Exception e) when (e is GuestException or KvmException)
        {
        }
    }

    /// <summary>Makes the guest exit so often, and checks what it did. Must be called on the vCPU thread.</summary>
    /// <exception cref="GuestException">The guest hung, faulted or exited in another way than its program should.</exception>
    /// <param name="withSteps">Whether the VMM stamps its own steps, if it has any.</param>
    /// <param name="vcpu">Which of them; the runner is its own.</param>
    /// <param name="line">Where the vCPUs wait for each other; null if there is one.</param>
    public RunResult Run(ExitRunner runner, int exits, bool withSteps = false, int vcpu = 0, StartLine? line = null)
    {
        bool steps = withSteps && (Guest.Emulator != null || !Workload.Steps.IsEmpty);
        if (vcpu > 0)
        {
            RunResult other = runner.Run(Guests[vcpu], exits, ExpectedOf[vcpu], Workload.Work, Workload.Emulation, steps, line);
            Workload.Check?.Invoke(Guests[vcpu], exits);
            return other;
        }
        if (Workload.Unit is { } unit) unit.Work.Ask(Guest, unit.Exits);
        CacheCounters before = Guest.Emulator?.Counters ?? default;
        RunResult result;
        Companion?.Begin(exits);
        try
        {
            result = Call != null ? Call.Run(exits) : runner.Run(Guest, exits, Expected, Workload.Work, Workload.Emulation, steps, line);
        }
        catch
        {
            End(Companion);
            throw;
        }
        Companion?.End();
        if (Guest.Emulator is { } emulator) Cache += emulator.Counters - before;
        if (Call == null) Workload.Check?.Invoke(Guest, exits);
        return result;
    }
}
