using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>
/// Changes a bus now and then while vCPUs look it up, from a thread with a CPU of its own. How long a change takes is what its readers cost
/// the writer: a lock, or a grace period.
/// </summary>
public sealed class BusWriter(SharedBus bus, BusLock by, ulong everyCycles) : ICompanion
{
    private VcpuThread? thread;
    private double totalCycles;
    private volatile bool begun;
    private volatile bool stop;

    /// <summary>Changes beside the exits since the writer was made.</summary>
    public int Updates { get; private set; }

    /// <summary>The mean of their latencies.</summary>
    public double MeanCycles => Updates == 0 ? double.NaN : totalCycles / Updates;

    public ulong LongestCycles { get; private set; }

    public ReadOnlySpan<ulong> Beginnings => [];

    /// <summary>Counts on from one of a VM that is gone.</summary>
    public void GoOn(BusWriter before)
    {
        Updates += before.Updates;
        totalCycles += before.totalCycles;
        LongestCycles = Math.Max(LongestCycles, before.LongestCycles);
    }

    public void Begin(int exits)
    {
        thread ??= new VcpuThread(OwnCpu(LibC.sched_getcpu()), favoured: RealTimeScheduling.IsBounded());
        (begun, stop) = (false, false);
        thread.Start(Write);
        while (!begun && thread.Running) Thread.Sleep(0);
    }

    public void End()
    {
        stop = true;
        thread!.Wait();
    }

    public void Dispose() => thread?.Dispose();

    private void Write()
    {
        // The first change finds nobody: it is there to have run.
        bus.Update(by);
        begun = true;
        ulong next = Tsc.Read() + everyCycles;
        while (!stop)
        {
            ulong begin = Tsc.Read();
            if (begin < next)
            {
                Thread.SpinWait(10);
                continue;
            }
            bus.Update(by);
            ulong cycles = Tsc.Read() - begin;
            Updates++;
            totalCycles += cycles;
            LongestCycles = Math.Max(LongestCycles, cycles);
            next = Tsc.Read() + everyCycles;
        }
    }

    /// <summary>The one that the vCPUs take last.</summary>
    private static int OwnCpu(int first) => CpuSet.Allowed().FirstOrDefault(c => c != first, first);
}
