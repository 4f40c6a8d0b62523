using System.Runtime.ExceptionServices;
using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>The threads of the vCPUs of a VM, each on a CPU of its own: two on one CPU would take turns and never exit at once.</summary>
public sealed class VcpuThreads : IDisposable
{
    private readonly List<VcpuThread> threads = [];
    private readonly int[] cpus;
    private readonly bool favoured;

    /// <param name="firstCpu">Where the first vCPU runs; null takes the last CPU that the process may use.</param>
    /// <exception cref="SystemCallException">The CPU does not exist or is not allowed.</exception>
    public VcpuThreads(int? firstCpu = null)
    {
        int first = firstCpu ?? CpuSet.Allowed()[^1];
        (cpus, favoured) = ([first, .. Others(first)], true);
        threads.Add(new VcpuThread(first));
    }

    private VcpuThreads(int[] cpus) => this.cpus = cpus;

    public VcpuThread First => threads[0];

    public VcpuThread this[int vcpu] => threads[vcpu];

    /// <summary>
    /// Those of vCPUs that run beside somebody else: that one's CPU comes last. None of them is ever favoured, so that he gets it back
    /// wherever they have to share one.
    /// </summary>
    public static VcpuThreads Beside(int cpu) => new([.. Others(cpu), cpu]);

    /// <summary>As many as were ever needed.</summary>
    public int Count => threads.Count;

    /// <summary>
    /// Makes a thread for each vCPU. They are favoured only if a CPU is left for everybody else or the kernel keeps some time for those:
    /// without any not even the watchdog would get a turn.
    /// </summary>
    public void Need(int vcpus)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(vcpus, cpus.Length);
        while (threads.Count < vcpus) threads.Add(new VcpuThread(cpus[threads.Count], favoured));
        if (!favoured) return;
        foreach (VcpuThread thread in threads) thread.Favour(vcpus < cpus.Length || RealTimeScheduling.IsBounded());
    }

    /// <summary>
    /// Runs an action on the thread of each vCPU, and waits for all of them; the first exception comes out here.
    /// </summary>
    /// <param name="action">Gets the number of the vCPU, and where to wait for the others; null if there are none.</param>
    public void Run(int vcpus, Action<int, StartLine?> action)
    {
        if (vcpus == 1)
        {
            First.Invoke(() => action(0, null));
            return;
        }
        var line = new StartLine(vcpus);
        for (int i = vcpus - 1; i >= 0; i--)
        {
            int vcpu = i;
            threads[i].Start(() =>
            {
                try
                {
                    action(vcpu, line);
                }
                catch
                {
                    line.Abandon();
                    throw;
                }
            });
        }
        var failures = new List<Exception>();
        for (int i = 0; i < vcpus; i++)
        {
            try
            {
                threads[i].Wait();
            }
            catch (Exception e)
            {
                failures.Add(e);
            }
        }
        if (failures.Count > 0) ExceptionDispatchInfo.Throw(failures[0]);
    }

    private static IEnumerable<int> Others(int cpu) => CpuSet.Allowed().Where(c => c != cpu).Reverse();

    public void Dispose()
    {
        foreach (VcpuThread thread in threads) thread.Dispose();
    }
}
