namespace ExitProf.Vmm;

/// <summary>Ends a run in which the guest makes no progress: sets immediate_exit and kicks the vCPU's thread until KVM_RUN returns.</summary>
internal sealed unsafe class Watchdog : IDisposable
{
    /// <summary>Without a finished exit for so long, a guest counts as hung. Together with two polls it stays below one second.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly ManualResetEventSlim armed = new(false);
    private readonly Thread thread;
    private Guest? guest;
    private int asked;
    private int threadId;
    private int run;
    private bool fired;
    private bool disposed;

    public Watchdog()
    {
        thread = new Thread(Watch) { IsBackground = true, Name = "exitprof watchdog" };
        thread.Start();
    }

    public void Arm(Guest guest, int asked, int threadId)
    {
        lock (gate)
        {
            (this.guest, this.asked, this.threadId, fired) = (guest, asked, threadId, false);
            run++;
        }
        armed.Set();
    }

    /// <summary>Returns true if the guest was kicked. After it returns no kick will come for this run.</summary>
    public bool Disarm()
    {
        armed.Reset();
        lock (gate)
        {
            guest!.Vcpu.RunPage->ImmediateExit = 0;
            guest = null;
            return fired;
        }
    }

    public void Dispose()
    {
        disposed = true;
        armed.Set();
        thread.Join();
        armed.Dispose();
    }

    private void Watch()
    {
        int watched = 0, progress = 0;
        long since = 0;
        while (true)
        {
            armed.Wait();
            if (disposed) return;
            Thread.Sleep(Poll);
            lock (gate)
            {
                if (guest == null) continue;
                int done = guest.ExitsDone(asked);
                if (watched != run || done != progress)
                {
                    (watched, progress, since) = (run, done, Environment.TickCount64);
                }
                else if (Environment.TickCount64 - since >= Patience.TotalMilliseconds)
                {
                    fired = true;
                    guest.Vcpu.RunPage->ImmediateExit = 1;
                    KickSignal.Send(threadId);
                }
            }
        }
    }
}
