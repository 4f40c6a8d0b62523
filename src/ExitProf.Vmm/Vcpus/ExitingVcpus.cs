using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>
/// Further vCPUs of a VM that exit all the time, each on a CPU of its own as long as there are any: what a change of the VM has to wait
/// for.
/// </summary>
public sealed class ExitingVcpus : ICompanion
{
    /// <summary>Short runs: the end is waited for.</summary>
    private const int ExitsPerRun = 32;

    private readonly ExpectedExit expected;
    private readonly List<Guest> guests = [];
    private Vcpus? vcpus;
    private readonly long[] runs;
    private volatile bool stop;

    public ExitingVcpus(Guest first, int count, ExpectedExit expected)
    {
        this.expected = expected;
        for (int i = 1; i <= count; i++) guests.Add(new Guest(first, i));
        runs = new long[count];
    }

    public ReadOnlySpan<ulong> Beginnings => [];

    public void Begin(int exits)
    {
        vcpus ??= new Vcpus(VcpuThreads.Beside(LibC.sched_getcpu()), expected.Parts, guests.Count);
        stop = false;
        Array.Clear(runs);
        for (int i = 0; i < vcpus.Count; i++)
        {
            int index = i;
            vcpus.Threads[i].Start(() => Exit(guests[index], vcpus[index], ref runs[index]));
        }
        // The first run of each is over before anything is measured.
        for (int i = 0; i < vcpus.Count; i++)
        {
            while (Volatile.Read(ref runs[i]) == 0 && vcpus.Threads[i].Running) Thread.Sleep(0);
        }
    }

    public void End()
    {
        stop = true;
        for (int i = 0; i < vcpus!.Count; i++) vcpus.Threads[i].Wait();
    }

    public void Dispose()
    {
        vcpus?.Threads.Dispose();
        vcpus?.Dispose();
        foreach (Guest guest in guests) guest.Dispose();
    }

    private void Exit(Guest guest, ExitRunner runner, ref long runs)
    {
        do
        {
            runner.Run(guest, ExitsPerRun, expected);
            Volatile.Write(ref runs, runs + 1);
        }
        while (!stop);
    }
}
