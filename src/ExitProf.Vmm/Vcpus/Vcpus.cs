namespace ExitProf.Vmm;

/// <summary>The vCPUs of a recording: the threads, and a runner with buffers of its own for each.</summary>
public sealed class Vcpus : IDisposable
{
    private readonly List<ExitRunner> runners = [];

    /// <param name="threads">Not disposed with the runners.</param>
    /// <param name="parts">What any configuration of this recording needs.</param>
    /// <exception cref="ArgumentOutOfRangeException">More vCPUs than CPUs.</exception>
    public Vcpus(VcpuThreads threads, LoopParts parts, int vcpus)
    {
        Threads = threads;
        threads.Need(vcpus);
        for (int i = 0; i < vcpus; i++) runners.Add(new ExitRunner(parts));
    }

    public VcpuThreads Threads { get; }

    public ExitRunner this[int vcpu] => runners[vcpu];

    public int Count => runners.Count;

    /// <inheritdoc cref="ExitRunner.BuffersLocked"/>
    public bool BuffersLocked => runners.All(r => r.BuffersLocked);

    public void Dispose()
    {
        foreach (ExitRunner runner in runners) runner.Dispose();
    }
}
