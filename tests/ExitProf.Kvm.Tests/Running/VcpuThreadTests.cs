using ExitProf.Linux;
using ExitProf.Vmm;
using Iced.Intel;

namespace ExitProf.Kvm.Tests.Running;

/// <summary>The thread that runs guests: where it runs, what can interrupt it, what it allocates.</summary>
public sealed class VcpuThreadTests
{
    private static readonly ExpectedExit Expected = ExpectedExit.PioOut(GuestLayout.Port, 1);

    private static void Access(Assembler a) => GuestAccess.Out(a, GuestLayout.Port, 1);

    [Fact]
    public void The_thread_is_pinned_and_nothing_else_of_the_process_is()
    {
        IReadOnlyList<int> allowed = CpuSet.Allowed();
        foreach (int cpu in allowed)
        {
            using var thread = new VcpuThread(cpu);
            Assert.Equal(cpu.ToString(), Status(thread.ThreadId, "Cpus_allowed_list"));
        }
        Assert.Equal(allowed, CpuSet.Allowed());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1 << 20)]
    [InlineData(8000)]
    public void A_cpu_that_does_not_exist_is_refused_with_the_errno_and_the_remedy(int cpu)
    {
        var e = Assert.Throws<SystemCallException>(() => new VcpuThread(cpu));
        Assert.StartsWith($"sched_setaffinity to CPU {cpu} failed with EINVAL", e.Message);
        Assert.Contains("--cpu", e.Message);
    }

    [Fact]
    public void An_exception_comes_out_where_the_work_was_asked_for_and_the_thread_goes_on()
    {
        using var thread = new VcpuThread(CpuSet.Allowed()[0]);
        Assert.Equal(
            "once",
            Assert.Throws<InvalidOperationException>(() => thread.Invoke(() => throw new InvalidOperationException("once"))).Message
        );
        int ran = 0;
        thread.Invoke(() => ran++);
        Assert.Equal(1, ran);
    }

    [Fact]
    public void A_run_allocates_nothing()
    {
        using var bench = new Bench();
        using Guest guest = bench.Guest(GuestMode.Long64Cpl3, Access);
        long before = 0, after = 0;
        bench.Thread.Invoke(() =>
        {
            bench.Runner.Run(guest, Bench.Exits, Expected);
            before = GC.GetAllocatedBytesForCurrentThread();
            bench.Runner.Run(guest, Bench.Exits, Expected);
            after = GC.GetAllocatedBytesForCurrentThread();
        });
        Assert.Equal(before, after);
    }

    [Fact]
    public void A_kick_interrupts_the_guest_and_the_run_is_finished_all_the_same()
    {
        using var bench = new Bench();
        using Guest guest = bench.Guest(GuestMode.Long64Cpl3, Access);
        const int Exits = 20_000, MostKicks = 5_000;
        bool over = false;
        int kicks = 0;
        var kicker = new Thread(() =>
        {
            while (!Volatile.Read(ref over))
            {
                KickSignal.Send(bench.Thread.ThreadId);
                kicks++;
                Thread.Sleep(2);
            }
        });
        kicker.Start();
        RunResult run;
        try
        {
            // On a busy machine all kicks may come while the thread waits for its turn: so many of them cannot.
            do run = bench.Run(guest, Expected, Exits);
            while (run.Eintr == 0 && Volatile.Read(ref kicks) < MostKicks);
        }
        finally
        {
            Volatile.Write(ref over, true);
            kicker.Join();
        }
        Assert.InRange(run.Eintr, 1, kicks);
        Assert.Equal(Exits, guest.ExitsDone(Exits));
        // Interrupted or not, each exit has its own two stamps.
        ReadOnlySpan<ulong> inside = guest.Stamps(Exits),
            outside = bench.Runner.Stamps(Exits);
        for (int i = 0; i < 2 * Exits; i += 2)
            Assert.True(inside[i] < outside[i] && outside[i] <= outside[i + 1] && outside[i + 1] < inside[i + 1], $"exit {i / 2}");
    }

    [Fact]
    public void During_a_run_only_the_kick_and_faults_get_through_and_afterwards_everything_as_before()
    {
        using var bench = new Bench();
        using Guest guest = bench.Guest(GuestMode.Long64Cpl3, Access);
        string before = Status(bench.Thread.ThreadId, "SigBlk"), during = before;
        const int MostRuns = 100;
        bool seen = false;
        // Until somebody has looked: on a busy machine one run may be over before.
        var running = new Thread(() =>
        {
            for (int runs = 0; runs < MostRuns && !Volatile.Read(ref seen); runs++) bench.Run(guest, Expected, 40_000);
        });
        running.Start();
        while (running.IsAlive)
        {
            string now = Status(bench.Thread.ThreadId, "SigBlk");
            if (now != before) during = now;
            Volatile.Write(ref seen, during != before);
            Thread.Sleep(1);
        }
        running.Join();
        ulong blocked = Convert.ToUInt64(during, 16);
        // SIGKILL and SIGSTOP cannot be blocked.
        int[] open = [.. Enumerable.Range(1, 64).Where(s => (blocked >> (s - 1) & 1) == 0)];
        Assert.Equal([4, 5, 7, 8, 9, 11, 19, KickSignal.Number], open.Where(s => s is not (32 or 33)));
        Assert.Equal(before, Status(bench.Thread.ThreadId, "SigBlk"));
    }

    private static string Status(int thread, string field) =>
        File.ReadLines($"/proc/self/task/{thread}/status")
            .First(l => l.StartsWith(field + ":", StringComparison.Ordinal))[(field.Length + 1)..]
            .Trim();
}
