using System.Globalization;

namespace ExitProf.Traces;

/// <summary>
/// Turns records of xentrace into exits. A record names no vCPU: the scheduler's records say who runs on the CPU that wrote it. CPUs come
/// one after another, so that the events of a vCPU that moves are put in order of time first.
/// </summary>
internal sealed class XentraceReader : IQueuedEventSink
{
    /// <summary>The domain of the vCPUs that run when nobody else does.</summary>
    private const uint IdleDomain = 0x7fff;

    private const int MaxCpus = 1 << 12;
    private const int MaxVcpus = 1 << 14;
    private const long Nobody = -1;

    private readonly Dictionary<int, Cpu> cpus = [];
    private readonly Dictionary<long, Place> places = [];
    private readonly EventQueue queue;
    private readonly int isa;
    private Cpu current = new(0);

    /// <param name="isa">Whose exit codes the file has: VMX's or SVM's.</param>
    internal XentraceReader(ITraceSink sink, Func<Backend, TraceHeader> header, int isa)
    {
        Exits = new ExitDemultiplexer(sink, header);
        queue = new EventQueue(this);
        this.isa = isa;
    }

    internal ExitDemultiplexer Exits { get; }

    internal long Records { get; private set; }

    /// <summary>Exits and entries on a CPU of which no record has said yet who runs there.</summary>
    internal long WithoutVcpu { get; private set; }

    /// <summary>Exits and entries whose record has no time.</summary>
    internal long WithoutTime { get; private set; }

    /// <summary>Times that a vCPU ran on one CPU before it had left another, and by how many ticks at most.</summary>
    internal long Skews { get; private set; }
    internal ulong MostSkew { get; private set; }
    internal (int From, int To) SkewedCpus { get; private set; }

    /// <summary>A CPU while the recording is read.</summary>
    private sealed class Cpu(int number)
    {
        internal int Number => number;

        /// <summary>Who runs there.</summary>
        internal long Vcpu { get; set; } = Nobody;
        internal ulong LastTime { get; set; }
    }

    /// <summary>Where a vCPU runs as far as events in order of time have said.</summary>
    private sealed class Place
    {
        internal int Cpu { get; set; } = -1;

        /// <summary>It began to run on another CPU before it had left this one.</summary>
        internal int AheadOf { get; set; } = -1;
        internal ulong Since { get; set; }
    }

    /// <summary>The records that follow are of this CPU.</summary>
    internal void ChangeCpu(int number)
    {
        // When the first CPU comes again, all have been gone over once.
        if (number <= current.Number) queue.EndRound();
        if (!cpus.TryGetValue(number, out Cpu? found))
        {
            found = new Cpu(number);
            if (cpus.Count < MaxCpus) cpus.Add(number, found);
        }
        current = found;
    }

    internal void Add(in XentraceRecord record)
    {
        Records++;
        if (record.Time is { } time) current.LastTime = time;
        switch (record.Event)
        {
            case XentraceRecord.CpuChange: ChangeCpu((int)Math.Min(record.Word(0), MaxCpus)); return;
            case XentraceRecord.LostRecords:
                queue.Add(QueuedEvent.Lost(current.LastTime, current.Number, record.Word(0)));
                return;
            case XentraceRecord.ContinueRunning:
                SetVcpu(record.Word(0) >> 16, record.Word(0) & 0xffff);
                return;
            case XentraceRecord.Switch:
                SetVcpu(record.Word(2), record.Word(3));
                return;
        }
        if ((record.Event & ~XentraceRecord.RunStateBits) == XentraceRecord.RunState) AddRunState(in record);
        else if (Meaning(in record) is { Stamp: not 0 } e) AddEvent(e, record.Time is null);
    }

    /// <summary>Gives out what waits for its turn.</summary>
    internal void Complete()
    {
        queue.Complete();
        Exits.Complete();
    }

    public void Take(ReadOnlySpan<QueuedEvent> events)
    {
        foreach (ref readonly QueuedEvent e in events) Take(in e);
    }

    private void Take(in QueuedEvent e)
    {
        switch (e.Kind)
        {
            case QueuedKind.Loss:
                Exits.Lost(e.Cpu, e.Amount);
                return;
            case QueuedKind.Switch or QueuedKind.Preemption:
                if (e.Amount != Nobody) Arrive(e.Amount, e.Cpu, e.Time);
                else if (HasMovedOn(e.Vcpu, e.Cpu, e.Time)) return;
                Exits.Switch(e.Vcpu, e.Amount, e.Time, e.Kind == QueuedKind.Preemption);
                return;
        }
        if (Exits.Find(e.Vcpu, e.Event.Stamp) is not { } thread) return;
        if (thread.Name.Length == 0)
        {
            (uint domain, int vcpu) = ((uint)e.Vcpu >> 16, e.Vcpu & 0xffff);
            thread.Process = domain;
            thread.Name = string.Create(CultureInfo.InvariantCulture, $"d{domain}v{vcpu}");
        }
        Exits.Add(thread, e.Cpu, e.Vcpu & 0xffff, in e.Event);
    }

    private void SetVcpu(uint domain, uint vcpu) => current.Vcpu = domain >= IdleDomain ? Nobody : (long)(domain << 16 | vcpu & 0xffff);

    private void AddRunState(in XentraceRecord record)
    {
        uint from = record.Event >> 8 & 3, to = record.Event >> 4 & 3, domain = record.Word(0) >> 16;
        const uint running = 0, runnable = 1;
        if (from != running && to != running || domain >= IdleDomain)
        {
            if (to == running) current.Vcpu = Nobody;
            return;
        }
        long vcpu = record.Word(0);
        current.Vcpu = to == running ? vcpu : Nobody;
        var kind = to == runnable ? QueuedKind.Preemption : QueuedKind.Switch;
        queue.Add(new QueuedEvent
        {
            Kind = kind,
            Cpu = current.Number,
            Vcpu = to == running ? -1 : (int)vcpu,
            Event = QueuedEvent.At(current.LastTime, to == running ? vcpu : Nobody),
        });
    }

    private void AddEvent(in KernelEvent e, bool untimed)
    {
        if (untimed && e.Stamp is (Stamp.KvmExit or Stamp.KvmEntry))
        {
            // Only damage takes the time off these.
            WithoutTime++;
            return;
        }
        if (current.Vcpu == Nobody)
        {
            WithoutVcpu++;
            return;
        }
        queue.Add(new QueuedEvent
        {
            Cpu = current.Number,
            Vcpu = (int)current.Vcpu,
            Event = e with { Tsc = current.LastTime, IsUntimed = untimed, InterruptsOff = true },
        });
    }

    /// <summary>What a record says about the exit that it is of; no stamp if it says nothing.</summary>
    private KernelEvent Meaning(in XentraceRecord record)
    {
        bool wide = (record.Event & XentraceRecord.Wide) != 0;
        switch (record.Event & ~(XentraceRecord.Wide | XentraceRecord.Nested))
        {
            case XentraceRecord.VmEntry: return new() { Stamp = Stamp.KvmEntry };
            case XentraceRecord.VmExit or XentraceRecord.OldVmExit64:
                return new() { Stamp = Stamp.KvmExit, Code = record.Word(0), Detail = isa };
            case 0x82006 or 0x82007:
                return new() { Stamp = Stamp.KvmPio, Code = record.Event & 1, Address = record.Word(0) };
            case 0x82016 or 0x82216: return new() { Stamp = Stamp.KvmPio, Code = Written(in record), Address = record.Word(0) };
            case 0x82017 or 0x82217:
                uint type = Written(in record) != 0 ? KernelEvent.MmioWrite : KernelEvent.MmioRead;
                return new() { Stamp = Stamp.KvmMmio, Code = type, Address = wide ? record.Pair(0) : record.Word(0) };
            case 0x8200c or 0x8200d: return new() { Stamp = Stamp.KvmMsr, Code = record.Event & 1, Address = record.Word(0) };
            case 0x8200e: return new() { Stamp = Stamp.KvmCpuid, Address = record.Word(0) };
            case 0x82012: return new() { Stamp = Stamp.KvmHypercall, Address = record.Word(0) };
            case 0x82021: return new() { Stamp = Stamp.KvmPageFault, Address = record.Pair(0) };
            case 0x82003: return new() { Stamp = Stamp.KvmInjException };
            case 0x82004 or 0x82005: return new() { Stamp = Stamp.KvmInjVirq };
            default: return default;
        }
    }

    /// <summary>Whether an access that a device model answers is a write.</summary>
    private static uint Written(in XentraceRecord record) => (record.Event & 0x200) != 0 ? 1u : 0;

    private void Arrive(long vcpu, int cpu, ulong time)
    {
        if (!places.TryGetValue(vcpu, out Place? place))
        {
            if (places.Count >= MaxVcpus) return;
            places.Add(vcpu, place = new Place());
        }
        if (place.Cpu >= 0 && place.Cpu != cpu) (place.AheadOf, place.Since) = (place.Cpu, time);
        place.Cpu = cpu;
    }

    /// <summary>A vCPU leaves a CPU; true if it runs on another one already, so that the clocks of the two differ.</summary>
    private bool HasMovedOn(long vcpu, int cpu, ulong time)
    {
        if (!places.TryGetValue(vcpu, out Place? place)) return false;
        if (place.Cpu == cpu)
        {
            (place.Cpu, place.AheadOf) = (-1, -1);
            return false;
        }
        if (place.AheadOf != cpu) return false;
        Skews++;
        if (time - place.Since >= MostSkew) (MostSkew, SkewedCpus) = (time - place.Since, (cpu, place.Cpu));
        place.AheadOf = -1;
        Exits.Break(vcpu);
        return true;
    }
}
