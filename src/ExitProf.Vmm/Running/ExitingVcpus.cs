namespace ExitProf.Vmm;

/// <summary>Further vCPUs of a VM that exit all the time, each on a CPU of its own as long as there are any: what a change of the VM has to wait for.</summary>
public sealed class ExitingVcpus : ICompanion
{
    /// <summary>Short runs: the end is waited for.</summary>
    private const int ExitsPerRun = 32;

    private readonly ExpectedExit expected;
    private readonly List<(Guest Guest, ExitRunner Runner)> vcpus = [];
    private readonly List<VcpuThread> threads = [];
    private readonly long[] runs;
    private volatile bool stop;

    public ExitingVcpus(Guest first, int count, ExpectedExit expected)
    {
        this.expected = expected;
        for (int i = 1; i <= count; i++) vcpus.Add((new Guest(first, i), new ExitRunner(expected.Parts)));
        runs = new long[count];
    }

    public ReadOnlySpan<ulong> Beginnings => [];

    public void Begin(int exits)
    {
        if (threads.Count < vcpus.Count) MakeThreads();
        stop = false;
        Array.Clear(runs);
        for (int i = 0; i < vcpus.Count; i++)
        {
            int index = i;
            threads[i].Start(() => Exit(index));
        }
        // The first run of each is over before anything is measured.
        for (int i = 0; i < vcpus.Count; i++)
        {
            while (Volatile.Read(ref runs[i]) == 0 && threads[i].Running) Thread.Sleep(0);
        }
    }

    public void End()
    {
        stop = true;
        foreach (VcpuThread thread in threads) thread.Wait();
    }

    public void Dispose()
    {
        foreach (VcpuThread thread in threads) thread.Dispose();
        foreach ((Guest guest, ExitRunner runner) in vcpus)
        {
            runner.Dispose();
            guest.Dispose();
        }
    }

    private void Exit(int index)
    {
        (Guest guest, ExitRunner runner) = vcpus[index];
        do
        {
            runner.Run(guest, ExitsPerRun, expected);
            Volatile.Write(ref runs[index], runs[index] + 1);
        }
        while (!stop);
    }

    /// <summary>The calling thread's CPU comes last. None of them is favoured, so that the caller gets its CPU back wherever it has to share one.</summary>
    private void MakeThreads()
    {
        int own = LibC.sched_getcpu();
        int[] cpus = [.. VcpuThread.AllowedCpus().Where(c => c != own).Reverse(), own];
        for (int i = 0; i < vcpus.Count; i++) threads.Add(new VcpuThread(cpus[i % cpus.Length], favoured: false));
    }
}
