using ExitProf.Vmm;

namespace ExitProf.Recording;

/// <summary>What a block left beside its stamps.</summary>
internal readonly record struct BlockRun(RunResult Run, int Collections, int VoluntarySwitches, int InvoluntarySwitches, int StealTicks);

/// <summary>Runs blocks on the vCPU thread and notes what disturbed them.</summary>
internal sealed unsafe class BlockRunner(VcpuThread thread, ExitRunner runner)
{
    /// <exception cref="GuestException">The guest hung, faulted or exited in another way than its program should.</exception>
    public BlockRun Run(Guest guest, Workload workload, int exits)
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
            result = runner.Run(guest, exits, workload.Expected, workload.DelayCycles);
            _ = LibC.getrusage(LibC.RUSAGE_THREAD, &usage);
            after = usage;
            collections = GC.CollectionCount(0) - collections;
        });
        return new BlockRun(
            result,
            collections,
            (int)(after.VoluntarySwitches - before.VoluntarySwitches),
            (int)(after.InvoluntarySwitches - before.InvoluntarySwitches),
            CpuSteal.Ticks(thread.Cpu) - steal);
    }
}
