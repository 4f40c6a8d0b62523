using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>Whether and how a guest hung.</summary>
internal enum Hang
{
    None,

    /// <summary>It ran and ran without an exit.</summary>
    Loops,

    /// <summary>It did not even run: it waits in the kernel for something that does not come.</summary>
    Sleeps,
}

/// <summary>
/// Ends a run in which the guest makes no progress: sets immediate_exit and kicks the vCPU's thread until KVM_RUN returns.
/// </summary>
internal sealed unsafe class Watchdog : IDisposable
{
    /// <summary>
    /// A guest that has run for so long without finishing an exit loops. Together with two polls it stays below one second. It is the
    /// thread's own CPU time: on a busy machine, or one whose hypervisor gives its CPU to others, no guest can be blamed for standing
    /// still.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    /// <summary>Without a finished exit for so long, a guest is given up even if it does not run.</summary>
    public static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly ManualResetEventSlim armed = new(false, spinCount: 0);
    private readonly Thread thread;
    private Guest? guest;
    private int asked;
    private int threadId;
    private int run;
    private Hang fired;
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
            (this.guest, this.asked, this.threadId, fired) = (guest, asked, threadId, Hang.None);
            run++;
        }
        armed.Set();
    }

    /// <summary>Says whether the guest was kicked, and why. After it returns no kick will come for this run.</summary>
    public Hang Disarm()
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
        TimeSpan ranBefore = default;
        while (true)
        {
            armed.Wait();
            if (disposed) return;
            Thread.Sleep(Poll);
            lock (gate)
            {
                if (guest == null) continue;
                int done = guest.ExitsDone(asked);
                TimeSpan ran = LibC.ThreadCpuTime(threadId);
                if (watched != run || done != progress)
                {
                    (watched, progress, since, ranBefore) = (run, done, Environment.TickCount64, ran);
                    continue;
                }
                Hang hang = ran - ranBefore >= Patience ? Hang.Loops
                    : Environment.TickCount64 - since >= LongPatience.TotalMilliseconds ? Hang.Sleeps
                    : Hang.None;
                if (hang == Hang.None) continue;
                if (fired == Hang.None) fired = hang;
                guest.Vcpu.RunPage->ImmediateExit = 1;
                KickSignal.Send(threadId);
            }
        }
    }
}
