using System.Collections.Immutable;
using ExitProf.Linux;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>
/// A configuration with the VM it runs in and what it does there. Configurations that differ only in what can be flipped share the VM.
/// </summary>
/// <param name="guests">Those of all its vCPUs, each with its own memory and stamps; the first one is the VM's own.</param>
internal sealed class Machine(int index, Configuration configuration, Workload workload, ImmutableArray<Guest> guests)
{
    private readonly ImmutableArray<ExpectedExit> expected = [.. guests.Select(g => ExpectedOf(workload, g))];
    private ulong[][] ends = [];

    public int Index { get; } = index;

    public Configuration Configuration { get; } = configuration;

    public Workload Workload { get; } = workload;

    public ImmutableArray<Guest> Guests { get; } = guests;

    public Guest Guest => Guests[0];

    public int Vcpus => Guests.Length;

    /// <summary>The exit of the first vCPU, with the answer that its reads have to get.</summary>
    public ExpectedExit Expected => expected[0];

    /// <summary>What goes on next to the guest; null if nothing does.</summary>
    public ICompanion? Companion { get; init; }

    /// <summary>What is measured in place of the guest's exits; null if these are.</summary>
    public VmmCall? Call { get; init; }

    /// <summary>Cycles from one exit to the next, as last measured: sizes the next block.</summary>
    public double CyclesPerExit { get; private set; }

    /// <summary>
    /// The most exits of one run: the guest and the VMM have room to stamp them and the kernel to keep them. The steps of exits inside of a
    /// unit of work are not stamped.
    /// </summary>
    public int MostExits =>
        Math.Min(
            Workload.Unit != null || !HasSteps ? Guest.Program.MaxExits / Expected.Times : ExitRunner.MaxSteppedExits,
            Workload.MostExits
        );

    /// <summary>What the guest's instruction cache did in the exits of this configuration, in VMs before this one too.</summary>
    public CacheCounters Cache { get; private set; }

    private bool HasSteps => Guest.Emulator != null || !Workload.Steps.IsEmpty;

    /// <summary>Takes over the counters of this configuration's previous VM.</summary>
    public void TakeOver(Machine before)
    {
        (CyclesPerExit, Cache) = (before.CyclesPerExit, before.Cache + Cache);
        if (Companion is BusWriter writer && before.Companion is BusWriter known) writer.GoOn(known);
    }

    /// <summary>Keeps how long the exits of a block took.</summary>
    public void Took(double cyclesPerExit) => CyclesPerExit = cyclesPerExit;

    /// <summary>Beginning and end of each exit of a vCPU's last run, on the host's clock.</summary>
    public ReadOnlySpan<ulong> Ends(int exits, int vcpu = 0)
    {
        if (Call != null) return Call.Stamps(exits);
        ReadOnlySpan<ulong> guest = Guests[vcpu].Stamps(exits);
        ulong offset = unchecked((ulong)(Guests[vcpu].TscOffset ?? 0));
        ReadOnlySpan<ulong> beginnings = vcpu > 0 || Companion == null ? [] : Companion.Beginnings;
        if (offset == 0 && beginnings.IsEmpty) return guest;
        if (ends.Length == 0) ends = new ulong[Guests.Length][];
        ulong[] own = ends[vcpu] ??= new ulong[2 * GuestLayout.MaxExits];
        // A stamp that is missing is 0.
        for (int i = 0; i < guest.Length; i++) own[i] = guest[i] == 0 ? 0 : unchecked(guest[i] - offset);
        for (int i = 0; i < Math.Min(exits, beginnings.Length); i++) own[2 * i] = beginnings[i];
        return own.AsSpan(0, guest.Length);
    }

    /// <summary>Makes all vCPUs exit on their threads, for what that leaves behind or shows.</summary>
    /// <inheritdoc cref="Run"/>
    public void RunOnce(Vcpus vcpus, int exits) =>
        vcpus.Threads.Run(Vcpus, (vcpu, line) => Run(vcpus[vcpu], exits, withSteps: false, vcpu, line));

    /// <summary>Makes a vCPU exit <paramref name="exits"/> times and checks the results. Must be called on its thread.</summary>
    /// <param name="runner">The vCPU's own.</param>
    /// <param name="withSteps">Whether the VMM stamps its own steps, if it has any.</param>
    /// <param name="line">Where the vCPUs wait for each other; null if there is one.</param>
    /// <exception cref="GuestException">The guest hung, faulted or exited in another way than its program should.</exception>
    public RunResult Run(ExitRunner runner, int exits, bool withSteps, int vcpu, StartLine? line)
    {
        bool steps = withSteps && HasSteps;
        RunResult result = vcpu == 0 ? RunFirst(runner, exits, steps, line) : RunGuest(runner, exits, steps, vcpu, line);
        if (Call == null) Workload.Check?.Invoke(Guests[vcpu], exits);
        return result;
    }

    /// <summary>
    /// The first vCPU's thread also does what is done once for the VM: it asks for the work, and begins and ends what goes on next to the
    /// guest.
    /// </summary>
    private RunResult RunFirst(ExitRunner runner, int exits, bool steps, StartLine? line)
    {
        if (Workload.Unit is { } unit) unit.Work.Ask(Guest, unit.Exits);
        CacheCounters before = Guest.Emulator?.Counters ?? default;
        RunResult result;
        Companion?.Begin(exits);
        try
        {
            result = Call != null ? Call.Run(exits) : RunGuest(runner, exits, steps, vcpu: 0, line);
        }
        catch
        {
            EndQuietly();
            throw;
        }
        Companion?.End();
        if (Guest.Emulator is { } emulator) Cache += emulator.Counters - before;
        return result;
    }

    private RunResult RunGuest(ExitRunner runner, int exits, bool steps, int vcpu, StartLine? line) =>
        runner.Run(Guests[vcpu], exits, expected[vcpu], Workload.Work, Workload.Emulation, steps, line);

    /// <summary>Ends the companion of a failed run; its own errors must not hide the cause.</summary>
    private void EndQuietly()
    {
        try
        {
            Companion?.End();
        }
        catch (Exception e) when (e is GuestException or SystemCallException)
        {
        }
    }

    private static ExpectedExit ExpectedOf(Workload workload, Guest guest)
    {
        ExpectedExit expected = workload.ExpectedOf?.Invoke(guest) ?? workload.Expected;
        return workload.Reads?.Invoke(guest) is { } answer ? expected with { Answer = answer } : expected;
    }
}
