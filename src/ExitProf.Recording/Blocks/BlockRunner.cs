using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>Runs one block: the guest on the vCPU thread, what disturbed it, and the kernel's events of it.</summary>
internal sealed unsafe class BlockRunner(VcpuThread thread, ExitRunner runner, KernelTracing? tracing)
{
    private readonly ExitAssembler assembler = new();

    /// <summary>See <see cref="ExitAssembler.LeftOut"/>.</summary>
    public long LeftOut => assembler.LeftOut;

    /// <summary>See <see cref="ExitAssembler.OutOfOrder"/>.</summary>
    public long OutOfOrder => assembler.OutOfOrder;

    /// <summary>See <see cref="ExitAssembler.Between"/>.</summary>
    public long Between => assembler.Between;

    /// <summary>Switches to these events and forgets those that the switching itself left.</summary>
    public void Enable(EventGroups events)
    {
        if (tracing == null) return;
        tracing.Enable(events);
        tracing.Reader.Read();
    }

    /// <exception cref="GuestException">The guest hung, faulted or exited in another way than its program should.</exception>
    public BlockRun Run(Configured configured, int exits, EventGroups events)
    {
        RunResult result = default;
        RUsage before = default, after = default;
        int collections = 0;
        int steal = CpuSteal.Ticks(thread.Cpu);
        thread.Invoke(() =>
        {
            RUsage usage;
            collections = GC.CollectionCount(0);
            _ = LibC.getrusage(LibC.RUSAGE_THREAD, &usage);
            before = usage;
            result = configured.Run(runner, exits, withSteps: Traced(events));
            _ = LibC.getrusage(LibC.RUSAGE_THREAD, &usage);
            after = usage;
            collections = GC.CollectionCount(0) - collections;
        });
        bool traced = Traced(events);
        if (traced) tracing!.Reader.Read();
        return new BlockRun(
            result,
            exits,
            collections,
            (int)(after.VoluntarySwitches - before.VoluntarySwitches),
            (int)(after.InvoluntarySwitches - before.InvoluntarySwitches),
            CpuSteal.Ticks(thread.Cpu) - steal,
            traced ? tracing!.Reader.Lost : 0);
    }

    /// <summary>Hands over the exits of the block just run.</summary>
    public void Assemble(Configured configured, int exits, EventGroups events, ExitHandler handler)
    {
        ReadOnlySpan<ulong> guest = configured.Ends(exits);
        // A unit of guest work is longer than its stamps could be many; a call of the VMM is no exit.
        bool stamped = configured.Expected.ReachesUserspace && configured.Workload.Unit == null && configured.Call == null;
        ReadOnlySpan<ulong> vmm = stamped ? runner.Stamps(exits * configured.Expected.Times) : [];
        if (!Traced(events))
        {
            assembler.Assemble(guest, vmm, [], [], [], configured.Workload.Ends, handler);
            return;
        }
        ReadOnlySpan<ulong> steps = configured.Guest.Emulator != null && vmm.Length > 0 ? runner.Steps(exits) : [];
        assembler.Assemble(guest, vmm, steps, tracing!.Reader.Times, tracing.Reader.Stamps, configured.Workload.Ends, handler);
    }

    private bool Traced(EventGroups events) => tracing != null && events != EventGroups.None;
}
