using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>
/// Stops a vCPU that has used up its time or does nothing any more: sets immediate_exit and kicks the thread until KVM_RUN returns. What
/// counts is the thread's own CPU time; a guest on a busy machine is not to blame.
/// </summary>
internal sealed unsafe class VcpuWatch : IDisposable
{
    /// <summary>A vCPU that did next to nothing for this long is not waiting for a timer.</summary>
    public static readonly TimeSpan MostIdle = TimeSpan.FromSeconds(10);

    private const int None = -1;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>What a sleeping thread may use: interrupts are charged to whoever they interrupt.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(1);

    private readonly VCpu vcpu;
    private readonly int threadId;
    private readonly TimeSpan limit;
    private readonly CancellationToken cancelled;
    private readonly ManualResetEventSlim over = new(false, spinCount: 0);
    private readonly Thread thread;

    /// <summary>A <see cref="GuestEndKind"/>, or <see cref="None"/>: one word, because two threads share it.</summary>
    private volatile int reason = None;

    /// <param name="limit">CPU time of the calling thread, from now on.</param>
    public VcpuWatch(VCpu vcpu, TimeSpan limit, CancellationToken cancelled)
    {
        (this.vcpu, this.limit, this.cancelled) = (vcpu, limit, cancelled);
        threadId = LibC.GetThreadId();
        Begun = LibC.ThreadCpuTime(threadId);
        thread = new Thread(Watch) { IsBackground = true, Name = "exitprof watch" };
        thread.Start();
    }

    /// <summary>CPU time of the thread when it began.</summary>
    public TimeSpan Begun { get; }

    /// <summary>Why it is stopped; null while it may run.</summary>
    public GuestEndKind? Reason => reason is not None and var kind ? (GuestEndKind)kind : null;

    /// <summary>After it no kick comes any more.</summary>
    public void Dispose()
    {
        over.Set();
        thread.Join();
        over.Dispose();
        vcpu.RunPage->ImmediateExit = 0;
    }

    private void Watch()
    {
        TimeSpan ranAt = Begun;
        long since = Environment.TickCount64;
        while (!over.Wait(Poll))
        {
            TimeSpan ran = LibC.ThreadCpuTime(threadId);
            if (ran - ranAt > Idle) (ranAt, since) = (ran, Environment.TickCount64);
            if (reason == None) reason = Found(ran, Environment.TickCount64 - since);
            if (reason == None) continue;
            vcpu.RunPage->ImmediateExit = 1;
            KickSignal.Send(threadId);
        }
    }

    private int Found(TimeSpan ran, long idleMilliseconds)
    {
        if (cancelled.IsCancellationRequested) return (int)GuestEndKind.Cancelled;
        if (ran - Begun >= limit) return (int)GuestEndKind.TimeLimit;
        return idleMilliseconds >= MostIdle.TotalMilliseconds ? (int)GuestEndKind.Halted : None;
    }
}
