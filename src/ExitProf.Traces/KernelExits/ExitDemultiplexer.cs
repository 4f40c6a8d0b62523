using System.Runtime.CompilerServices;

namespace ExitProf.Traces;

/// <summary>
/// Turns the events of a foreign recording, which come from all CPUs in order of time, into exits by vCPU thread, and hands them to a sink
/// in slices: the one way of
/// attach and of every importer. An exit stays with its thread when the thread changes its CPU. Memory does not grow with the recording.
/// </summary>
/// <param name="sink">Gets the header when the first slice is full, because only the events tell the back-end.</param>
/// <param name="header">Makes the header when back-end and clock are known.</param>
/// <param name="spell">How a reason is to be printed; null for the kernel's own names.</param>
/// <param name="byNotes">The recording is of a PVM host: RCU notes are the borders of its exits.</param>
internal sealed class ExitDemultiplexer(ITraceSink sink, Func<Backend, TraceHeader> header, Func<uint, int, string?>? spell = null,
    bool byNotes = false)
{
    /// <summary>Exits of all threads in one slice.</summary>
    private const int SliceExits = 1 << 14;

    /// <summary>Fewer threads than processes can have; a damaged file could name more.</summary>
    private const int MaxThreads = 1 << 14;

    private const int MaxCpus = 1 << 16;

    /// <summary>A power of two.</summary>
    private const int RecentThreads = 256;

    private readonly Dictionary<long, ThreadExits> threads = [];
    private readonly ExitClassTable classes = new(spell);
    private readonly Dictionary<int, long> lossAt = [];
    private ExitEncoder? encoder;
    private readonly ThreadExits?[] recent = new ThreadExits?[RecentThreads];
    private long events;
    private long everywhereLossAt = -1;
    private bool anyLost;
    private long lostInSlice;
    private int pending;
    private int blocks;
    private int round;

    internal PairingCounts Counts { get; } = new();

    internal Backend Backend { get; private set; } = byNotes ? Backend.Pvm : Backend.Unknown;

    /// <summary>How much of each exit is kept; null for all of every one.</summary>
    internal ExitBudget? Budget { get; set; }

    internal bool HasThread(long thread) => threads.ContainsKey(thread);

    internal long FoldedSubkeys => classes.FoldedSubkeys;

    internal long FoldedSignatures => classes.FoldedSignatures;

    internal IEnumerable<ThreadExits> Threads => threads.Values;

    /// <summary>The thread's state; null if it is no vCPU's as far as is known and the event does not make it one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ThreadExits? Find(long key, Stamp stamp) =>
        // vCPUs take turns: each of a few is found without asking the table.
        recent[(int)key & (RecentThreads - 1)] is { } known && known.Tid == key ? known : FindOther(key, stamp);

    private ThreadExits? FindOther(long key, Stamp stamp)
    {
        if (!threads.TryGetValue(key, out var found))
        {
            if (!MakesVcpu(stamp)) return null;
            if (threads.Count >= MaxThreads)
            {
                Counts.EventsOfTooManyThreads++;
                return null;
            }
            threads.Add(key, found = new ThreadExits(threads.Count, key, byNotes ? Backend.Pvm : Backend.Vmx));
        }
        return recent[(int)key & (RecentThreads - 1)] = found;
    }

    /// <summary>Interrupt threads and I/O threads have events of KVM too: only these are a vCPU's for sure.</summary>
    private bool MakesVcpu(Stamp stamp) =>
        stamp is Stamp.KvmExit or Stamp.KvmEntry or Stamp.KvmUserspaceExit or Stamp.KvmFpuLoad or Stamp.KvmFpuUnload
        || byNotes && stamp is Stamp.KvmPio or Stamp.KvmMmio or Stamp.KvmEmulateInsn or Stamp.KvmHypercall;

    /// <param name="cpu">-1 where unknown.</param>
    /// <param name="vcpu">The number that the event names; -1 if it does not.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Add(ThreadExits thread, int cpu, int vcpu, in KernelEvent e)
    {
        Follow(thread, cpu, e.Tsc);
        if (vcpu >= 0) thread.Vcpu = vcpu;
        if (e.Stamp == Stamp.KvmExit) CountExit(thread, cpu, in e);
        else if (e.Stamp == Stamp.KvmEntry) Counts.Entries++;
        if (thread.Pairing.Add(in e)) Finish(thread, e.Stamp == Stamp.KvmExit ? ExitEnd.NextExit : ExitEnd.Entry, cpu);
        if (e.Stamp == Stamp.KvmExit) thread.ExitCpu = cpu;
    }

    /// <summary>An event that says nothing but when it was (<see cref="ExitEvidence.IsPlain"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddPlain(ThreadExits thread, int cpu, Stamp stamp, ulong time, bool interruptsOff)
    {
        Follow(thread, cpu, time);
        if (!thread.Pairing.TryAddPlain(stamp, time)) AddWhole(thread, cpu, stamp, time, interruptsOff);
    }

    /// <summary>Not in the caller, which would clear the room for the event each time, also where it needs none.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddWhole(ThreadExits thread, int cpu, Stamp stamp, ulong time, bool interruptsOff)
    {
        if (thread.Pairing.Add(new KernelEvent(time, stamp, 0, interruptsOff, 0, 0, 0))) Finish(thread, ExitEnd.Entry, cpu);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Follow(ThreadExits thread, int cpu, ulong time)
    {
        events++;
        if (thread.LastEvent > 0 && (anyLost || time < thread.LastTime)) CheckOrder(thread, cpu, time);
        thread.LastTime = time;
        thread.LastEvent = events;
        if (cpu >= 0) thread.LastCpu = cpu;
    }

    /// <summary>A switch of the scheduler took a thread off its CPU or gave it one.</summary>
    internal void Switch(long previous, long next, ulong time, bool preempted)
    {
        if (threads.TryGetValue(previous, out var left))
        {
            (left.IsOffCpu, left.LeftCpuAt) = (true, time);
            if (preempted) Counts.Preemptions++;
            AddSwitch(left, Stamp.SchedOut, time);
        }
        if (!threads.TryGetValue(next, out var got) || !got.IsOffCpu) return;
        got.IsOffCpu = false;
        if (time >= got.LeftCpuAt) Counts.AddOffCpu(time - got.LeftCpuAt, got.Pairing.IsOpen);
        AddSwitch(got, Stamp.SchedIn, time);
    }

    /// <summary>Only inside an exit a switch says something about it; it neither begins nor ends one.</summary>
    private static void AddSwitch(ThreadExits thread, Stamp stamp, ulong time)
    {
        if (time < thread.LastTime) return;
        thread.LastTime = time;
        _ = thread.Pairing.Add(new KernelEvent(time, stamp, 0, InterruptsOff: true, 0, 0, 0));
    }

    /// <summary>Events of a CPU were lost between those before and those after this call.</summary>
    /// <param name="cpu">-1 if nobody knows which one.</param>
    /// <param name="lost">0 if nobody knows how many.</param>
    internal void Lost(int cpu, long lost)
    {
        Counts.LostEvents += lost;
        Counts.Losses++;
        lostInSlice += Math.Max(lost, 1);
        anyLost = true;
        if (cpu is < 0 or >= MaxCpus) everywhereLossAt = events;
        else lossAt[cpu] = events;
    }

    /// <summary>The clocks of two CPUs that a thread ran on differ here: no exit of its is known to reach across.</summary>
    internal void Break(long key)
    {
        if (!threads.TryGetValue(key, out var thread)) return;
        if (thread.Pairing.Complete()) Finish(thread, ExitEnd.Backwards, -1);
        thread.LastExit = null;
    }

    /// <summary>Whoever quoted the recording left events out here: no exit is known to reach across.</summary>
    internal void LeftOut() => (everywhereLossAt, anyLost) = (events, true);

    /// <summary>What follows is another recording: no exit reaches across.</summary>
    internal void NewRecording()
    {
        bool any = false;
        foreach (ThreadExits thread in threads.Values)
        {
            any |= thread.LastEvent > 0;
            if (thread.Pairing.Complete()) Finish(thread, ExitEnd.Recording, -1);
            (thread.LastEvent, thread.LastTime, thread.LastExit, thread.IsOffCpu) = (0, 0, null, false);
        }
        if (any) Counts.Recordings++;
    }

    /// <summary>Ends the recording and hands over what is left, the header at least.</summary>
    internal void Complete()
    {
        foreach (ThreadExits thread in threads.Values)
        {
            if (thread.Pairing.Complete()) Finish(thread, ExitEnd.EndOfFile, -1);
            Counts.Resynchronised += thread.Pairing.Resynchronised;
        }
        Flush();
    }

    private void CheckOrder(ThreadExits thread, int cpu, ulong time)
    {
        if (time < thread.LastTime)
        {
            Counts.Backwards++;
            if (thread.Pairing.Complete()) Finish(thread, ExitEnd.Backwards, -1);
            thread.LastExit = null;
            return;
        }
        bool lost = everywhereLossAt >= thread.LastEvent || IsLost(cpu, thread.LastEvent) || IsLost(thread.LastCpu, thread.LastEvent);
        if (!lost) return;
        Counts.AddHole(time - thread.LastTime);
        if (thread.Pairing.Complete()) Finish(thread, ExitEnd.Loss, -1);
        thread.LastExit = null;
    }

    private bool IsLost(int cpu, long since) => cpu >= 0 && lossAt.TryGetValue(cpu, out long at) && at >= since;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountExit(ThreadExits thread, int cpu, in KernelEvent e)
    {
        Counts.Exits++;
        if (Backend == Backend.Unknown && ExitReasons.BackendOf(e.Detail) is not Backend.Unknown and var known) Backend = known;
        // Gaps are told where there is nothing else to tell.
        if (Counts.Entries == 0 && thread.LastExit is { } before) Counts.AddGap(e.Tsc - before);
        thread.LastExit = e.Tsc;
        if (!e.InterruptsOff) Counts.LateExits++;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(ThreadExits thread, ExitEnd end, int cpu)
    {
        PairedExit exit = thread.Pairing.Finished;
        Counts.DroppedEvents += exit.DroppedEvents;
        if (!exit.HasExit)
        {
            Counts.AddHeadless(in exit);
            return;
        }
        Counts.Add(in exit, end, moved: cpu >= 0 && thread.ExitCpu >= 0 && cpu != thread.ExitCpu);
        if (classes.Backend == Backend.Unknown) classes.Backend = Backend;
        ExitClass exitClass = classes.Of(in exit, out bool folded);
        switch (Budget?.Spend(exitClass) ?? KeptPart.Whole)
        {
            case KeptPart.Nothing: return;
            case KeptPart.Ends: exitClass = classes.OfEnds(in exit, out folded); break;
        }
        thread.Add(exitClass.Index, exit.Times, folded, exit.IsPaired);
        if (++pending >= SliceExits) Flush();
    }

    /// <summary>Hands over the exits of the current slice, the header before the first.</summary>
    internal void Flush()
    {
        if (encoder is null)
        {
            TraceHeader made = header(Backend);
            sink.Header(made);
            encoder = new ExitEncoder(sink, made.Clock.Grain);
        }
        classes.Announce(sink);
        foreach (ThreadExits thread in threads.Values.OrderBy(t => t.Index))
        {
            if (thread.Count == 0) continue;
            thread.Flush(sink, encoder, classes, blocks++, round, EventGroups.Kvm, lostInSlice);
            lostInSlice = 0;
        }
        round++;
        pending = 0;
    }

    /// <summary>What has been handed over, for the end of the trace.</summary>
    internal TraceTotals Totals(int findings, bool interrupted) =>
        new(encoder?.Exits ?? 0, encoder?.Batches ?? 0, blocks, classes.Count, findings, interrupted);
}
