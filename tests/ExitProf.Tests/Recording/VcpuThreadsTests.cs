using ExitProf.Linux;
using ExitProf.Vmm;

namespace ExitProf.Tests.Recording;

/// <summary>Threads of several vCPUs, without a VM.</summary>
public sealed class VcpuThreadsTests
{
    [Fact]
    public void Nobody_passes_the_start_line_before_all_have_come()
    {
        const int Runners = 3;
        var line = new StartLine(Runners);
        int arrived = 0;
        int[] seen = new int[Runners];
        Thread[] threads = [.. Enumerable.Range(0, Runners).Select(i => new Thread(() =>
        {
            Thread.Sleep(5 * i);
            Interlocked.Increment(ref arrived);
            line.Wait();
            seen[i] = Volatile.Read(ref arrived);
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.All(seen, s => Assert.Equal(Runners, s));
    }

    [Fact]
    public void A_start_line_that_one_never_reaches_lets_the_others_go()
    {
        var line = new StartLine(2);
        line.Abandon();
        line.Wait();
    }

    [Fact]
    public void Each_vcpu_has_a_thread_on_a_cpu_of_its_own()
    {
        int cpus = Math.Min(CpuSet.Allowed().Count, 2);
        using var threads = new VcpuThreads();
        threads.Need(cpus);
        int[] ids = new int[cpus];
        threads.Run(cpus, (vcpu, line) =>
        {
            line?.Wait();
            ids[vcpu] = threads[vcpu].ThreadId;
        });
        Assert.Equal(cpus, ids.Distinct().Count());
        Assert.Equal(cpus, Enumerable.Range(0, cpus).Select(i => threads[i].Cpu).Distinct().Count());
        Assert.All(ids, id => Assert.NotEqual(0, id));
    }

    [Fact]
    public void What_fails_on_one_vcpus_thread_comes_out_and_the_others_do_not_wait_for_ever()
    {
        Assert.SkipWhen(CpuSet.Allowed().Count < 2, "two vCPUs need two CPUs");
        using var threads = new VcpuThreads();
        threads.Need(2);
        bool passed = false;
        var failure = Assert.Throws<InvalidOperationException>(() => threads.Run(2, (vcpu, line) =>
        {
            if (vcpu == 1) throw new InvalidOperationException("vCPU 1 fails");
            line!.Wait();
            passed = true;
        }));
        Assert.Equal("vCPU 1 fails", failure.Message);
        Assert.True(passed);
    }

    [Fact]
    public void Threads_beside_somebody_take_his_cpu_last_and_are_not_favoured()
    {
        IReadOnlyList<int> cpus = CpuSet.Allowed();
        using var threads = VcpuThreads.Beside(cpus[0]);
        Assert.Equal(0, threads.Count);
        threads.Need(cpus.Count);
        Assert.Equal(cpus[0], threads[cpus.Count - 1].Cpu);
        Assert.All(Enumerable.Range(0, cpus.Count), i => Assert.False(threads[i].Favoured));
    }

    [Fact]
    public void More_vcpus_than_cpus_are_refused()
    {
        using var threads = new VcpuThreads();
        Assert.Throws<ArgumentOutOfRangeException>(() => threads.Need(CpuSet.Allowed().Count + 1));
    }
}
