namespace ExitProf.Vmm;

/// <summary>A runner for each vCPU, with buffers of its own, and the thread that it runs on.</summary>
public sealed class VcpuRunners : IDisposable
{
    private readonly List<ExitRunner> runners = [];

    /// <param name="threads">Not disposed with the runners.</param>
    /// <param name="parts">What any configuration of this recording needs.</param>
    /// <exception cref="ArgumentOutOfRangeException">More vCPUs than CPUs.</exception>
    public VcpuRunners(VcpuThreads threads, LoopParts parts, int vcpus)
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

    /// <inheritdoc cref="VcpuThreads.Run"/>
    public void Run(int vcpus, Action<int, ExitRunner, StartLine?> action) => Threads.Run(vcpus, (vcpu, line) => action(vcpu, runners[vcpu], line));

    public void Dispose()
    {
        foreach (ExitRunner runner in runners) runner.Dispose();
    }
}
