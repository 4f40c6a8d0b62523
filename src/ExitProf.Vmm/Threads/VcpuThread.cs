using System.Runtime.ExceptionServices;
using ExitProf.Linux;

namespace ExitProf.Vmm;

/// <summary>
/// The one thread that runs vCPUs: pinned to a CPU, while the rest of the process (JIT, garbage collector, reader of events) is not.
/// </summary>
public sealed unsafe class VcpuThread : IDisposable
{
    private readonly Thread thread;

    // A monitor and not a semaphore of the library: that one spins before it sleeps, and this side may be on the vCPU's own CPU.
    private readonly object gate = new();
    private Action? work;
    private ExceptionDispatchInfo? failure;
    private bool stopping;

    /// <exception cref="SystemCallException">The CPU does not exist or is not allowed.</exception>
    /// <param name="favoured">Whether it may keep others off its CPU.</param>
    public VcpuThread(int cpu, bool favoured = true)
    {
        Cpu = cpu;
        thread = new Thread(Loop) { IsBackground = true, Name = "exitprof vcpu" };
        thread.Start();
        try
        {
            Invoke(() =>
            {
                CpuSet.Pin(cpu);
                ThreadId = LibC.GetThreadId();
                Favoured = favoured && Favour();
            });
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Cpu { get; }

    /// <summary>The kernel's id of the thread: what set_event_pid wants.</summary>
    public int ThreadId { get; private set; }

    /// <summary>True if the thread is in the scheduler's first-in-first-out class.</summary>
    public bool Favoured { get; private set; }

    /// <summary>Lets the thread keep others off its CPU, or ends that.</summary>
    public void Favour(bool favoured)
    {
        if (favoured == Favoured) return;
        Invoke(() =>
        {
            if (favoured)
            {
                Favoured = Favour();
                return;
            }
            int none = 0;
            if (LibC.sched_setscheduler(0, LibC.SCHED_OTHER, &none) == 0) Favoured = false;
        });
    }

    /// <summary>Lets every other thread run before this one, from now on.</summary>
    public void GiveWay() => Invoke(() =>
    {
        int none = 0;
        _ = LibC.sched_setscheduler(0, LibC.SCHED_IDLE, &none);
    });

    /// <summary>Runs the action on the thread and waits for it; its exception comes out here.</summary>
    public void Invoke(Action action)
    {
        Start(action);
        Wait();
    }

    /// <summary>Runs the action on the thread; <see cref="Wait"/> waits for it.</summary>
    public void Start(Action action)
    {
        lock (gate)
        {
            work = action;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>True until the action that was started last is over.</summary>
    public bool Running
    {
        get
        {
            lock (gate) return work != null;
        }
    }

    /// <summary>Waits for the action that was started last; its exception comes out here.</summary>
    public void Wait()
    {
        ExceptionDispatchInfo? thrown;
        lock (gate)
        {
            while (work != null) Monitor.Wait(gate);
            thrown = failure;
            failure = null;
        }
        thrown?.Throw();
    }

    public void Dispose()
    {
        lock (gate)
        {
            stopping = true;
            Monitor.PulseAll(gate);
        }
        thread.Join();
    }

    /// <summary>
    /// An exit during which the scheduler runs somebody else tells what that other thread did. A real-time thread walks the same code and
    /// is not preempted by ordinary ones. It sleeps after each block, so it starves nobody for longer; with a single CPU the watchdog
    /// itself would have to wait, so there it stays ordinary, as it does without the right to be more.
    /// </summary>
    private static bool Favour()
    {
        int lowest = 1;
        return Environment.ProcessorCount > 1 && LibC.sched_setscheduler(0, LibC.SCHED_FIFO, &lowest) == 0;
    }

    private void Loop()
    {
        while (true)
        {
            Action? next;
            lock (gate)
            {
                while (work == null && !stopping) Monitor.Wait(gate);
                next = work;
            }
            if (next == null) return;
            ExceptionDispatchInfo? thrown = null;
            try
            {
                next();
            }
            catch (Exception e)
            {
                thrown = ExceptionDispatchInfo.Capture(e);
            }
            lock (gate)
            {
                failure = thrown;
                work = null;
                Monitor.PulseAll(gate);
            }
        }
    }
}
