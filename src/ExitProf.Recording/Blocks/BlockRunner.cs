using ExitProf.Linux;
using ExitProf.Traces;
using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>Runs one block: the guest of each vCPU on its thread, what disturbed it, and the kernel's events of it.</summary>
internal sealed unsafe class BlockRunner(Vcpus vcpus, KernelTracing? tracing)
{
    private readonly ExitAssembler assembler = new();

    /// <summary>See <see cref="ExitAssembler.LeftOut"/>.</summary>
    public long LeftOut => assembler.LeftOut;

    /// <summary>See <see cref="ExitAssembler.OutOfOrder"/>.</summary>
    public long OutOfOrder => assembler.OutOfOrder;

    /// <summary>See <see cref="ExitAssembler.Between"/>.</summary>
    public long Between => assembler.Between;

    /// <summary>Switches to these events and forgets those that the switching itself left.</summary>
    /// <param name="leftOut">The stamp of an event that stays off.</param>
    public void Enable(EventGroups events, Stamp leftOut = Block.AllOn)
    {
        if (tracing == null) return;
        tracing.Enable(events, leftOut);
        tracing.Read();
    }

    /// <returns>For each vCPU; they begin together and make as many exits each.</returns>
    /// <exception cref="GuestException">The guest hung, faulted or exited in another way than its program should.</exception>
    public BlockRun[] Run(Machine machine, int exits, EventGroups events)
    {
        bool traced = Traced(events);
        var runs = new BlockRun[machine.Vcpus];
        vcpus.Threads.Run(machine.Vcpus, (vcpu, line) =>
        {
            RUsage before, after;
            int cpu = vcpus.Threads[vcpu].Cpu;
            int steal = CpuSteal.Ticks(cpu);
            int collections = GC.CollectionCount(0);
            _ = LibC.getrusage(LibC.RUSAGE_THREAD, &before);
            RunResult result = machine.Run(vcpus[vcpu], exits, traced, vcpu, line);
            _ = LibC.getrusage(LibC.RUSAGE_THREAD, &after);
            collections = GC.CollectionCount(0) - collections;
            runs[vcpu] = new BlockRun(
                result,
                exits,
                collections,
                (int)(after.VoluntarySwitches - before.VoluntarySwitches),
                (int)(after.InvoluntarySwitches - before.InvoluntarySwitches),
                CpuSteal.Ticks(cpu) - steal,
                0);
        });
        machine.Took(runs.Max(r => r.CyclesPerExit));
        if (!traced) return runs;
        tracing!.Read();
        for (int i = 0; i < runs.Length; i++) runs[i] = runs[i] with { Lost = tracing.Lost(i) };
        return runs;
    }

    /// <summary>Hands over the exits that a vCPU made in the block just run.</summary>
    public void Assemble(Machine machine, int vcpu, int exits, EventGroups events, ExitHandler handler)
    {
        ReadOnlySpan<ulong> guest = machine.Ends(exits, vcpu);
        ExitRunner runner = vcpus[vcpu];
        // A unit of guest work is longer than its stamps could be many; a call of the VMM is no exit.
        bool stamped = machine.Expected.ReachesUserspace && machine.Workload.Unit == null && machine.Call == null;
        ReadOnlySpan<ulong> vmm = stamped ? runner.Stamps(exits * machine.Expected.Times) : [];
        if (!Traced(events))
        {
            assembler.Assemble(guest, vmm, [], [], [], machine.Workload.Ends, handler);
            return;
        }
        ReadOnlySpan<Stamp> kinds = machine.Workload.Steps.AsSpan();
        ReadOnlySpan<ulong> steps =
            vmm.IsEmpty ? []
            : !kinds.IsEmpty ? runner.BusSteps(exits)
            : machine.Guest.Emulator != null ? runner.Steps(exits)
            : [];
        ThreadEvents kernel = tracing![vcpu];
        assembler.Assemble(guest, vmm, steps, kernel.Times, kernel.Stamps, machine.Workload.Ends, handler, kinds);
    }

    private bool Traced(EventGroups events) => tracing != null && events != EventGroups.None;
}
