namespace ExitProf.Vmm;

/// <summary>Where the threads of several vCPUs wait for each other before they enter their guests.</summary>
public sealed class StartLine(int vcpus)
{
    private readonly object gate = new();
    private int awake;
    private int ready;
    private volatile bool abandoned;

    /// <summary>Returns when all have come, or one never will.</summary>
    public void Wait()
    {
        // Asleep until every thread runs: a favoured one that spins may keep that thread off its CPU which has yet to start the others.
        lock (gate)
        {
            if (++awake == vcpus) Monitor.PulseAll(gate);
            while (awake < vcpus && !abandoned) Monitor.Wait(gate);
        }
        // Then awake: who has to be woken comes some exits too late.
        Interlocked.Increment(ref ready);
        while (Volatile.Read(ref ready) < vcpus && !abandoned) Thread.SpinWait(1);
    }

    /// <summary>Says that one of them failed on the way.</summary>
    public void Abandon()
    {
        lock (gate)
        {
            abandoned = true;
            Monitor.PulseAll(gate);
        }
    }
}
